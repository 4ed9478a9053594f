/* Takes agreed goods into the sheet of an order: load it after line-grid.js.
   <button type="button" data-take-agreed="{product of the line lookup with its agreement, as JSON}" hidden>, <button data-take-all hidden>
   A line goes into the first empty row, else into a new one; its quantity takes the focus.
   Without this script the buttons stay away, and an agreed product typed without a price takes the agreed one at the server. */
(() => {
  "use strict";
  const sheet = () => document.querySelector("[data-line-grid]").lineGrid;
  const dress = () => document.querySelectorAll("[data-take-agreed], [data-take-all]").forEach((button) => { button.hidden = false; });

  const isEmpty = (grid, row) => ["description", "quantity", "unit_price"].every((name) => !grid.cell(row, name).value.trim());

  const take = (button) => {
    const grid = sheet();
    const row = grid.rows().find((each) => isEmpty(grid, each)) || grid.add();
    if (row) grid.lookup.take(row, JSON.parse(button.dataset.takeAgreed), true);
    return row;
  };

  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-take-agreed]");
    if (!one && !event.target.closest("[data-take-all]")) return;
    const buttons = one ? [one] : [...document.querySelectorAll("[data-take-agreed]")];
    const rows = buttons.map(take).filter(Boolean);
    if (!rows.length) return;
    sheet().say("taken", { n: rows.length });
    sheet().total();
    sheet().cell(rows[0], "quantity").focus();
  });

  dress();
  document.addEventListener("htmx:afterSettle", dress);
})();
