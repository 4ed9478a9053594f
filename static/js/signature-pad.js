/* Signing with a finger, a pen or a mouse.

   <div class="sign-box" data-signature>
     <canvas data-signature-pad role="img" aria-label="Sign here"></canvas>
     <input type="hidden" name="signature" data-signature-value>   (PNG data URL; empty while nothing is drawn)
     <button type="button" data-signature-clear>Sign again</button>
     <p data-signature-needed hidden role="alert">Please sign before you go on.</p>
   </div>

   Inside a form: without a stroke the form is not sent and data-signature-needed is shown, unless the form says
   data-signature-optional or the paper note was signed. The picture is black on white in every colour scheme.
   Event "signature:changed" (bubbles), detail = { empty: true|false }. */
(() => {
  "use strict";
  const LEAST = 12; // points: a mere touch is no signature

  class Pad {
    constructor(root) {
      this.root = root;
      this.canvas = root.querySelector("[data-signature-pad]");
      this.value = root.querySelector("[data-signature-value]");
      this.needed = root.querySelector("[data-signature-needed]");
      this.strokes = [];
      this.fit();
      this.canvas.addEventListener("pointerdown", (event) => this.start(event));
      this.canvas.addEventListener("pointermove", (event) => this.move(event));
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
        this.canvas.addEventListener(name, () => this.end());
      }
      const clear = root.querySelector("[data-signature-clear]");
      if (clear) clear.addEventListener("click", () => this.clear());
      // A telephone that is turned keeps what was drawn.
      new ResizeObserver(() => this.fit()).observe(this.canvas);
      const form = root.closest("form");
      if (form) form.addEventListener("submit", (event) => this.check(event, form), true);
    }

    fit() {
      const box = this.canvas.getBoundingClientRect();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
      if (!width || (this.canvas.width === width && this.canvas.height === height)) return;
      this.canvas.width = width;
      this.canvas.height = height;
      this.draw();
    }

    /* Points are kept as parts of the width, so that they survive another size. */
    point(event) {
      const box = this.canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.width];
    }

    start(event) {
      if (event.button) return;
      event.preventDefault();
      try { this.canvas.setPointerCapture(event.pointerId); } catch { /* a made-up pointer */ }
      this.stroke = [this.point(event)];
      this.strokes.push(this.stroke);
      this.draw();
    }

    move(event) {
      if (!this.stroke) return;
      const parts = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      for (const part of parts.length ? parts : [event]) this.stroke.push(this.point(part));
      this.draw();
    }

    end() {
      if (!this.stroke) return;
      this.stroke = null;
      this.store();
    }

    empty() { return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0) < LEAST; }

    clear() {
      this.strokes = [];
      this.draw();
      this.store();
      this.canvas.focus();
    }

    draw() {
      const pen = this.canvas.getContext("2d");
      const { width, height } = this.canvas;
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, width, height);
      pen.strokeStyle = "#111111";
      pen.lineWidth = Math.max(2, width / 180);
      pen.lineCap = pen.lineJoin = "round";
      for (const stroke of this.strokes) {
        pen.beginPath();
        stroke.forEach(([x, y], index) => {
          if (index) pen.lineTo(x * width, y * width);
          else { pen.moveTo(x * width, y * width); pen.lineTo(x * width + 0.1, y * width); }
        });
        pen.stroke();
      }
    }

    store() {
      this.value.value = this.empty() ? "" : this.canvas.toDataURL("image/png");
      if (this.needed && this.value.value) this.needed.hidden = true;
      this.root.dispatchEvent(new CustomEvent("signature:changed", { bubbles: true, detail: { empty: this.empty() } }));
    }

    check(event, form) {
      if (this.value.value || form.hasAttribute("data-signature-optional")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.needed) this.needed.hidden = false;
      this.canvas.scrollIntoView({ block: "center" });
      this.canvas.focus();
    }
  }

  document.querySelectorAll("[data-signature]").forEach((root) => { root.signaturePad = new Pad(root); });
})();
