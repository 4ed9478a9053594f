/* A page that waits for something (202): asks again every two seconds and shows what came. Nothing jumps meanwhile.
   Without this script the page says the same to the browser in a <noscript> refresh. */
(() => {
  "use strict";
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { method: "GET", cache: "no-store" });
      if (answer.status !== 202) { location.reload(); return; }
    } catch { /* no signal: the next time */ }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
