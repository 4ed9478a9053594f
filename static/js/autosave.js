/* Keeps a form's text on the server while one types, so that a closed window loses nothing.
   <form data-autosave="/orders/unsaved/"> … <span role="status" data-autosave-status data-kept="Kept ({time})" data-offline="…"></span>
   The whole form is posted two seconds after the last stroke, at the latest every ten, and when the page is left.
   Without this script, or without an answer, the form is saved by its buttons as ever. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const url = form.dataset.autosave;
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0, dirtySince = 0, asking = null, over = false;

  const say = (which, values = {}) => {
    if (status) status.textContent = (status.dataset[which] || "").replace(/\{(\w+)\}/g, (_all, name) => values[name] || "");
  };

  const keep = async () => {
    clearTimeout(timer);
    if (over || !dirtySince) return;
    dirtySince = 0;
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(url, { method: "POST", body: new FormData(form), signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      say("kept", { time: (await answer.json()).at });
    } catch (problem) {
      if (over || problem.name === "AbortError") return;
      say("offline");
      dirtySince = dirtySince || Date.now();
      timer = setTimeout(keep, 10000);
    }
  };

  const typed = (event) => {
    if (over || event.target.type === "hidden") return;
    dirtySince = dirtySince || Date.now();
    clearTimeout(timer);
    timer = setTimeout(keep, Date.now() - dirtySince > 10000 ? 0 : 2000);
  };

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("click", (event) => { if (event.target.closest("[data-remove]")) typed(event); });
  // Saved by a button: nothing more is kept, and what is on its way is called back.
  form.addEventListener("submit", () => { over = true; clearTimeout(timer); if (asking) asking.abort(); });
  window.addEventListener("pageshow", () => { over = false; });
  window.addEventListener("pagehide", () => { if (!over && dirtySince) navigator.sendBeacon(url, new FormData(form)); });
})();
