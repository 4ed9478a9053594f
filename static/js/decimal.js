/* Decimals as whole ten-thousandths in BigInt: no float ever touches an amount.
   window.jiedanDecimal = { parse, multiply, add, format } ; null stands for "not a number". */
(() => {
  "use strict";
  const SCALE = 4;
  const ONE = 10n ** BigInt(SCALE);

  /* "1,234.5" -> 12345000n; full-width digits and commas as Chinese keyboards type them. */
  const parse = (text) => {
    const plain = String(text).normalize("NFKC").replace(/[\s,¥]/g, "");
    const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain);
    if (!found || (!found[2] && !found[3])) return null;
    const decimals = (found[3] || "").replace(/0+$/, "");
    if (decimals.length > SCALE || found[2].length > 12) return null;
    const whole = BigInt(found[2] || 0) * ONE + BigInt(decimals.padEnd(SCALE, "0"));
    return found[1] ? -whole : whole;
  };

  /* Half up (away from zero), as the server rounds. */
  const round = (value, divisor) => {
    const sign = value < 0n ? -1n : 1n;
    return sign * ((sign * value * 2n + divisor) / (divisor * 2n));
  };

  /* Product of two, rounded to so many places, again in ten-thousandths. */
  const multiply = (one, other, places = 2) => {
    const step = 10n ** BigInt(SCALE - places);
    return round(one * other, ONE * step) * step;
  };

  const add = (values) => values.reduce((sum, value) => sum + value, 0n);

  /* 12345000n -> "1,234.50"; without `places` only what is there. */
  const format = (value, places = null) => {
    const sign = value < 0n ? "-" : "";
    const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, "0");
    const whole = digits.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
    const decimals = digits.slice(-SCALE);
    const shown = places === null ? decimals.replace(/0+$/, "") : decimals.slice(0, places);
    return sign + whole + (shown ? `.${shown}` : "");
  };

  window.jiedanDecimal = { parse, multiply, add, format };
})();
