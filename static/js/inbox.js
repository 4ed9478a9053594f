/* Inbox by keyboard: j and k move through all rows, Enter opens (it is a link).
     <table data-inbox>              rows carry .row-link
     <select data-inbox-kind>        filters as soon as it is changed */
(() => {
  "use strict";
  const links = () => [...document.querySelectorAll("[data-inbox] .row-link")];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    if (event.key !== "j" && event.key !== "k") return;
    const rows = links();
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    const next = event.key === "j" ? here + 1 : here - 1;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
  });

  const kind = document.querySelector("[data-inbox-kind]");
  if (kind) kind.addEventListener("change", () => kind.form.requestSubmit());
})();
