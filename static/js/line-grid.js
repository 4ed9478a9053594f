/* Order lines as a sheet: a Django formset in a table, typed like a spreadsheet. Load decimal.js and line-lookup.js before it.
   Without this script the table is an ordinary formset with some empty rows at its end.

   <div data-line-grid data-prefix="lines" data-lookup="/products/lookup/" data-places="2" data-max="300">
     {{ formset.management_form }}
     <table><tbody data-lines>
       <tr data-line> … one form …
         <td><input name="lines-0-product" type="hidden" data-cell="product"> (primary key of the product chosen)
             <input name="lines-0-description" data-cell="description" data-search> (typing looks products up)
         <td><input … data-cell="specification"> <td><input … data-cell="quantity"> <td><input … data-cell="unit">
         <td><input … data-cell="unit_price"> <td><output data-line-total></output>
         <td><label><input type="checkbox" name="lines-0-DELETE"> Remove</label> (hidden where the script runs)
             <button type="button" data-remove hidden aria-label="Remove line">
     </table>
     <template data-empty-line> the same <tr data-line> with __prefix__ in the names (formset.empty_form) </template>
     <button type="button" data-add hidden>Add line</button>  <output data-grand-total></output>
     <p data-grid-status role="status" data-pasted="{n} rows pasted" data-offline="…" data-full="…"></p>
   </div>

   data-cell names are the JSON names of the lookup: id, code, name, specification, unit, list_price go to
   product, (code and name to) description, specification, unit, unit_price. Cells the person typed are not overwritten.
   Enter and arrows up/down move in the column, Enter in the last row adds one; Tab is the browser's own.
   Paste of several cells fills from the cell on, rightward through data-cell fields, downward through rows.
   Events on the grid: "lines:changed" (bubbles) after totals moved; detail = { total: "1,234.50", lines: 3 }. */
(() => {
  "use strict";
  const { parse, multiply, add, format } = window.jiedanDecimal;
  const visible = "[data-cell]:not([type=hidden])";

  class Grid {
    constructor(root) {
      this.root = root;
      this.body = root.querySelector("[data-lines]");
      this.empty = root.querySelector("template[data-empty-line]");
      this.count = root.querySelector(`[name="${root.dataset.prefix}-TOTAL_FORMS"]`);
      this.status = root.querySelector("[data-grid-status]");
      this.places = Number(root.dataset.places || 2);
      this.max = Number(root.dataset.max || 300);
      this.lookup = window.jiedanLookup ? window.jiedanLookup(this) : null;
      this.dress(root);
      root.addEventListener("click", (event) => this.clicked(event));
      root.addEventListener("keydown", (event) => this.pressed(event));
      root.addEventListener("input", () => this.total());
      root.addEventListener("paste", (event) => this.pasted(event));
      this.total();
    }

    /* What only makes sense with the script comes into sight. */
    dress(part) {
      for (const each of part.querySelectorAll("[data-remove], [data-add], [data-agreed-off]")) each.hidden = false;
      for (const each of part.querySelectorAll('[name$="-DELETE"]')) (each.closest("label") || each).hidden = true;
    }

    rows() { return [...this.body.querySelectorAll("[data-line]")].filter((row) => !row.hidden); }
    cells(row) { return [...row.querySelectorAll(visible)].filter((cell) => !cell.readOnly && !cell.disabled); }
    cell(row, name) { return row.querySelector(`[data-cell="${name}"]`); }

    say(which, values = {}) {
      if (!this.status) return;
      const words = this.status.dataset[which] || "";
      this.status.textContent = words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
    }

    add() {
      if (this.rows().length >= this.max) { this.say("full", { n: this.max }); return null; }
      const number = Number(this.count.value);
      const copy = this.empty.content.cloneNode(true);
      for (const element of copy.querySelectorAll("*")) {
        for (const attribute of [...element.attributes]) {
          if (attribute.value.includes("__prefix__")) {
            element.setAttribute(attribute.name, attribute.value.replaceAll("__prefix__", number));
          }
        }
      }
      this.body.append(copy);
      this.count.value = number + 1;
      const row = this.body.lastElementChild;
      this.dress(row);
      this.total();
      return row;
    }

    /* Rows the database knows are only marked; all keep their index, so nothing shifts under the server. */
    remove(row) {
      const rows = this.rows();
      const next = rows[rows.indexOf(row) + 1] || rows[rows.indexOf(row) - 1];
      const mark = row.querySelector('[name$="-DELETE"]');
      if (mark) mark.checked = true;
      row.hidden = true;
      const target = next || this.add();
      this.total();
      if (target) this.cells(target)[0].focus();
    }

    clicked(event) {
      if (event.target.closest("[data-add]")) {
        const row = this.add();
        if (row) this.cells(row)[0].focus();
      }
      const remove = event.target.closest("[data-remove]");
      if (remove) this.remove(remove.closest("[data-line]"));
    }

    pressed(event) {
      const cell = event.target.closest("[data-cell]");
      if (!cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.lookup && this.lookup.takes(event)) return;
      const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || (cell.tagName === "TEXTAREA" && event.key !== "Enter") || cell.tagName === "SELECT") return;
      event.preventDefault();
      const rows = this.rows();
      const index = rows.indexOf(cell.closest("[data-line]")) + step;
      const row = rows[index] || (event.key === "Enter" && step > 0 ? this.add() : null);
      const below = row && this.cell(row, cell.dataset.cell);
      if (below) { below.focus(); if (below.select) below.select(); }
    }

    pasted(event) {
      const cell = event.target.closest(visible);
      const text = event.clipboardData && event.clipboardData.getData("text/plain");
      if (!cell || !text || !/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
      const column = this.cells(cell.closest("[data-line]")).indexOf(cell);
      let index = this.rows().indexOf(cell.closest("[data-line]"));
      const filled = [];
      for (const line of lines) {
        const row = this.rows()[index] || this.add();
        if (!row) break;
        line.split("\t").forEach((value, offset) => this.fill(this.cells(row)[column + offset], value.trim()));
        index += 1;
        filled.push(row);
      }
      this.say("pasted", { n: filled.length });
      this.total();
      if (this.lookup) this.lookup.resolve(filled);
    }

    fill(cell, value) {
      if (!cell) return;
      if (cell.tagName === "SELECT") {
        const option = [...cell.options].find((each) => each.value === value || each.text.trim() === value);
        if (option) cell.value = option.value;
      } else cell.value = value;
      cell.dispatchEvent(new Event("change", { bubbles: true }));
    }

    total() {
      const totals = this.rows().map((row) => {
        const [quantity, price] = ["quantity", "unit_price"].map((name) => parse((this.cell(row, name) || {}).value || ""));
        const amount = quantity === null || price === null ? null : multiply(quantity, price, this.places);
        const output = row.querySelector("[data-line-total]");
        if (output) output.textContent = amount === null ? "" : format(amount, this.places);
        return amount;
      });
      const known = totals.filter((amount) => amount !== null);
      const text = format(add(known), this.places);
      for (const output of this.root.querySelectorAll("[data-grand-total]")) output.textContent = text;
      this.root.dispatchEvent(new CustomEvent("lines:changed", { bubbles: true, detail: { total: text, lines: known.length } }));
    }
  }

  const start = () => document.querySelectorAll("[data-line-grid]").forEach((root) => { root.lineGrid ||= new Grid(root); });
  start();
  document.addEventListener("htmx:afterSettle", start);
})();
