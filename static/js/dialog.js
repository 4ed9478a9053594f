/* Acts in a dialog. <a href="/orders/7/approve/" data-dialog> opens the act's page in <dialog id="dialog">;
   without this script, or when anything goes wrong, the link simply opens the page.
   The server knows the dialog by the header HX-Target: dialog and answers with the form alone.
   data-dialog-close on a link or button inside closes it. */
(() => {
  "use strict";
  const dialog = document.getElementById("dialog");
  if (!dialog || typeof dialog.showModal !== "function" || !window.htmx) return;
  let opener = null;

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-dialog]");
    if (link) {
      event.preventDefault();
      opener = link;
      window.htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" });
      return;
    }
    const close = event.target.closest("[data-dialog-close]");
    if (close && dialog.contains(close)) {
      event.preventDefault();
      dialog.close();
    }
  });

  dialog.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== dialog) return;
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector("form .form-control, form .form-select, form .form-check-input, .form-end .btn");
    if (first && !dialog.querySelector("[data-error-summary]")) first.focus();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.target === dialog && opener && !dialog.open) window.location.assign(opener.href);
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });
  // A click on the darkened page closes, but never throws away what was typed.
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const typed = [...dialog.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
    if (!typed) dialog.close();
  });
})();
