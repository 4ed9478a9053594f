/* Rows of a form that are added in place (Django formsets).
     <section data-formset="PREFIX">
       {{ formset.management_form }}
       <div data-formset-rows> <div data-formset-row>…</div> </div>
       <template data-formset-empty>…__prefix__…</template>
       <button type="button" data-formset-add hidden>   shown where scripts run
     A row's "remove" box greys the row out; it leaves with the next save. */
(() => {
  "use strict";

  const grey = (box) => {
    const row = box.closest("[data-formset-row]");
    if (row) row.style.opacity = box.checked ? "0.5" : "";
  };

  const add = (section) => {
    const total = section.querySelector("[name$=-TOTAL_FORMS]");
    const template = section.querySelector("template[data-formset-empty]");
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.firstElementChild;
    section.querySelector("[data-formset-rows]").append(row);
    total.value = Number(total.value) + 1;
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  };

  for (const section of document.querySelectorAll("[data-formset]")) {
    const button = section.querySelector("[data-formset-add]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => add(section));
    section.addEventListener("change", (event) => {
      if (event.target.name && event.target.name.endsWith("-DELETE")) grey(event.target);
    });
    section.querySelectorAll("[name$=-DELETE]:checked").forEach(grey);
  }
})();
