/* The signing page (templates/fulfillment/sign.html). Without this script the form still works in one long page.
   One step at a time; what is typed is kept on the telephone until it has arrived; a broken connection says so and
   the button sends again (the server answers a second sending with what stands already); photos are made smaller. */
(() => {
  "use strict";
  const key = "signing:" + location.pathname;
  const store = {
    get() { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } },
    set(value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or private mode */ } },
    drop() { try { localStorage.removeItem(key); } catch { /* nothing kept */ } },
  };
  if (document.querySelector("[data-signed]")) store.drop();
  const form = document.querySelector("[data-signing]");
  if (!form) return;

  form.classList.add("scripted");
  const steps = [...form.querySelectorAll(".sign-step")];
  const errors = form.querySelector("[data-errors]");
  const send = form.querySelector("[data-send]");
  const photos = form.elements.photos;
  let now = 0;
  let path = []; // the steps gone through, for "back"

  const count = document.createElement("p");
  count.className = "sign-count";
  form.insertBefore(count, steps[0]);

  function show(index, focus = true) {
    now = index;
    steps.forEach((step, number) => { step.hidden = number !== index; });
    count.textContent = index ? `${index + 1} / ${steps.length}` : "";
    window.scrollTo(0, 0);
    window.dispatchEvent(new Event("resize"));
    const head = steps[index].querySelector("h2");
    if (focus && head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
  }
  const first = (name) => steps.findIndex((step) => step.dataset.stepName === name);
  const unwell = () => steps.some((step) => step.dataset.line && !isWell(step));

  function isWell(step) {
    const counts = [...step.querySelectorAll("input[inputmode=decimal]")];
    const words = [...step.querySelectorAll("input[type=radio]:checked")];
    return counts.every((count) => count.value.trim() === count.defaultValue) && words.every((word) => word.value === "accepted");
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (!button) return;
    if (button.hasAttribute("data-all-well")) steps.filter((step) => step.dataset.line).forEach(reset);
    if (button.dataset.go === "back") return show(path.pop() || 0);
    path.push(now);
    show(button.dataset.go === "next" ? now + 1 : first(button.dataset.go));
    keep();
  });

  function reset(step) {
    for (const field of step.querySelectorAll("input, textarea")) {
      if (field.type === "radio") field.checked = field.value === "accepted";
      else field.value = field.defaultValue;
    }
  }

  // The draft: everything but the drawing and the photos.
  function keep() {
    const kept = {};
    for (const field of form.elements) {
      if (!field.name || ["file", "hidden"].includes(field.type)) continue;
      if (["radio", "checkbox"].includes(field.type)) { if (field.checked) kept[field.name] = field.value; } else kept[field.name] = field.value;
    }
    store.set({ fields: kept, step: now, path });
  }
  function restore() {
    const draft = store.get();
    for (const [name, value] of Object.entries(draft.fields || {})) {
      const field = form.elements[name];
      if (!field) continue;
      if (field instanceof RadioNodeList) field.value = value;
      else if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    path = Array.isArray(draft.path) ? draft.path.filter((step) => step < steps.length) : [];
    return draft.step > 0 && draft.step < steps.length ? draft.step : 0;
  }
  form.addEventListener("input", keep);

  // Who cannot draw types: then the pad asks for nothing.
  const typed = form.elements.typed;
  const mayType = () => form.toggleAttribute("data-signature-optional", typed.checked);
  typed.addEventListener("change", mayType);

  photos.addEventListener("change", () => {
    form.querySelector("[data-photo-names]").textContent = [...photos.files].map((file) => file.name).join(", ");
  });

  // A telephone's photo has 4 MB; 1600 pixels are enough to see a dent.
  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const part = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * part);
      canvas.height = Math.round(picture.height * part);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
      return blob && blob.size < file.size ? blob : file;
    } catch { return file; }
  }

  async function body() {
    const data = new FormData(form);
    data.delete("photos");
    for (const file of photos.files) data.append("photos", await smaller(file), file.name.replace(/\.\w+$/, "") + ".jpg");
    return data;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    keep();
    const words = send.textContent;
    send.disabled = true;
    send.textContent = form.dataset.sending;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: await body(), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.done) { store.drop(); location.reload(); return; }
      complain(told);
    } catch {
      complain({ errors: [form.dataset.offline] });
    }
    send.disabled = false;
    send.textContent = words;
  });

  function complain(told) {
    for (const place of form.querySelectorAll("[data-field]")) {
      const text = (told.fields && told.fields[place.dataset.field]) || [];
      place.classList.toggle("wrong", text.length > 0);
      const shown = place.querySelector("[data-error]");
      if (shown) shown.textContent = text.join(" ");
    }
    const wrong = form.querySelector(".wrong");
    if (wrong) show(steps.findIndex((step) => step.contains(wrong)), false);
    const texts = told.errors && told.errors.length ? told.errors : [];
    errors.replaceChildren(...texts.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    errors.hidden = !texts.length;
    if (wrong) wrong.querySelector("input, textarea, canvas")?.focus(); else errors.focus();
  }

  form.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
  const wrong = form.querySelector(".wrong");
  const start = restore();
  mayType();
  show(wrong ? steps.findIndex((step) => step.contains(wrong)) : start, false);
  // With everything in order there is nothing to photograph.
  if (steps[now].dataset.stepName === "photos" && !unwell()) show(first("sign"), false);
})();
