/* Forms everywhere. Without this script every form still works: the server refuses a second submit by itself.
     <form data-guard>          a second click does nothing while the first is on its way
     <div data-error-summary>   takes the focus when the page comes back refused
     <textarea data-grow>       grows with what is typed
     <input data-confirm-leave> (on the form) warns before leaving typed text behind */
(() => {
  "use strict";

  // While the first submit is under way, the second is stopped before anybody (htmx too) hears of it.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-guard][data-sent]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-guard]")) return;
    if (event.defaultPrevented && !form.matches("[hx-post]")) return;
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    // Marked only after the browser has gathered the values: the button's own name must travel too.
    setTimeout(() => {
      if (button) button.setAttribute("aria-busy", "true");
      for (const each of form.querySelectorAll("button:not([type=button])")) each.setAttribute("aria-disabled", "true");
    });
  });

  const release = (form) => {
    delete form.dataset.sent;
    for (const each of form.querySelectorAll("[aria-busy], button[aria-disabled]")) {
      each.removeAttribute("aria-busy");
      each.removeAttribute("aria-disabled");
    }
  };
  // Back from the next page, or a download that leaves this page standing: the form is free again.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form[data-sent]");
    if (form) release(form);
  });

  const focusErrors = (root) => {
    const summary = root.querySelector("form [data-error-summary]");
    if (!summary) return;
    (summary.closest("form").querySelector(".is-invalid") || summary).focus();
  };
  document.addEventListener("DOMContentLoaded", () => focusErrors(document));
  document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));

  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches("textarea[data-grow]")) return;
    area.rows = Math.min(20, Math.max(area.rows, area.value.split("\n").length));
  });

  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-confirm-leave]")) typed = true;
  });
  document.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
