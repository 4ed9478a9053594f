/* Lists.
     <table data-list>                    arrows up and down move between rows once a row's link has the focus
     <input type=checkbox data-pick-all>  chooses all rows of the page; rows carry <input data-pick>
                                          (outside the form: with its form attribute)
     <div class="bulk-bar" data-bulk data-empty>  shown when something is chosen; [data-bulk-count] says how many
     <form data-filter>                   leaves empty fields out of the address */
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const link = event.target.closest(".row-link");
    const list = link && link.closest("[data-list]");
    if (!list) return;
    const links = [...list.querySelectorAll(".row-link")];
    const next = links[links.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });

  const refresh = (form) => {
    const picks = [...form.elements].filter((field) => field.matches("[data-pick]"));
    const chosen = picks.filter((pick) => pick.checked).length;
    const all = form.querySelector("[data-pick-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === picks.length;
      all.indeterminate = chosen > 0 && chosen < picks.length;
    }
    const bar = form.querySelector("[data-bulk]");
    if (!bar) return;
    bar.toggleAttribute("data-empty", chosen === 0);
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = chosen;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const pick of form.querySelectorAll("[data-pick]")) pick.checked = event.target.checked;
    }
    if (event.target.matches("[data-pick], [data-pick-all]")) refresh(form);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form:has([data-bulk])").forEach(refresh);
  });

  const fit = () => {
    for (const frame of document.querySelectorAll(".page-table")) {
      frame.classList.remove("fits");
      frame.classList.toggle("fits", frame.scrollWidth <= frame.clientWidth);
    }
  };
  fit();
  window.addEventListener("resize", fit);
  document.addEventListener("htmx:afterSettle", fit);

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filter]")) return;
    for (const field of event.target.elements) {
      if (field.name && !field.value && !field.disabled) {
        field.disabled = true;
        setTimeout(() => { field.disabled = false; });
      }
    }
  });
})();
