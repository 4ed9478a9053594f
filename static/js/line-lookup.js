/* Product lookup for line-grid.js: load it between decimal.js and line-grid.js.
   Typing in [data-search] asks GET data-lookup?q=… (JSON list: id, code, name, specification, unit, list_price,
   or {"results": […]}) and shows a listbox. When no answer comes, what was typed simply stays. */
(() => {
  "use strict";
  let numbers = 0;

  class Lookup {
    constructor(grid) {
      this.grid = grid;
      this.list = document.createElement("ul");
      this.list.className = "lookup-list";
      this.list.id = `lookup-${numbers += 1}`;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", grid.root.dataset.lookupLabel || "Products");
      this.list.hidden = true;
      document.body.append(this.list);
      this.found = [];
      grid.root.addEventListener("input", (event) => { if (event.target.matches("[data-search]")) this.typed(event.target); });
      grid.root.addEventListener("focusout", () => setTimeout(() => this.close(), 150));
      this.list.addEventListener("pointerdown", (event) => {
        const option = event.target.closest("[role=option]");
        event.preventDefault();
        if (option) this.choose(Number(option.dataset.index));
      });
    }

    typed(cell) {
      // Another text is another product: the hidden key goes until one is chosen.
      const key = this.grid.cell(cell.closest("[data-line]"), "product");
      if (key) key.value = "";
      clearTimeout(this.timer);
      const text = cell.value.trim();
      if (text.length < 2) { this.close(); return; }
      this.timer = setTimeout(() => this.ask(cell, text), 200);
    }

    async ask(cell, text) {
      if (this.asking) this.asking.abort();
      this.asking = new AbortController();
      try {
        const url = `${this.grid.root.dataset.lookup}?q=${encodeURIComponent(text)}`;
        const answer = await fetch(url, { signal: this.asking.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const data = await answer.json();
        if (document.activeElement === cell) this.show(cell, data.results || data);
      } catch (problem) {
        if (problem.name !== "AbortError") this.grid.say("offline");
      }
    }

    show(cell, products) {
      this.cell = cell;
      this.found = products.slice(0, 12);
      this.list.replaceChildren(...this.found.map((product, index) => this.option(product, index)));
      if (!this.found.length) { this.close(); return; }
      const box = cell.getBoundingClientRect();
      // Set through the object model: the content security policy has no say in that.
      this.list.style.top = `${box.bottom + window.scrollY + 2}px`;
      this.list.style.left = `${Math.min(box.left, window.innerWidth - 330) + window.scrollX}px`;
      this.list.hidden = false;
      cell.setAttribute("aria-controls", this.list.id);
      cell.setAttribute("aria-expanded", "true");
      this.mark(0);
    }

    option(product, index) {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = `${this.list.id}-${index}`;
      option.dataset.index = index;
      const name = document.createElement("span");
      name.textContent = `${product.code} ${product.name}`;
      const rest = document.createElement("small");
      rest.textContent = [product.specification, product.list_price, product.unit].filter(Boolean).join(" · ");
      option.append(name, rest);
      return option;
    }

    mark(index) {
      this.at = (index + this.found.length) % this.found.length;
      [...this.list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === this.at)));
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
      this.cell.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    }

    /* Keys that belong to the open list; true when the grid should leave them alone. */
    takes(event) {
      if (this.list.hidden || event.target !== this.cell) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
      else if (event.key === "Enter") this.choose(this.at);
      else if (event.key === "Escape") this.close();
      else return false;
      event.preventDefault();
      return true;
    }

    choose(index) {
      const product = this.found[index];
      const row = this.cell.closest("[data-line]");
      const set = (name, value, always) => {
        const cell = this.grid.cell(row, name);
        if (cell && value !== undefined && value !== null && (always || !cell.value.trim())) this.grid.fill(cell, String(value));
      };
      set("product", product.id, true);
      set("code", product.code, true);
      set("description", product.name, true);
      set("specification", product.specification, true);
      set("unit", product.unit, true);
      set("unit_price", product.list_price, false);
      this.close();
      this.grid.total();
      const next = this.grid.cell(row, "quantity");
      if (next) { next.focus(); next.select(); }
    }

    close() {
      this.list.hidden = true;
      if (!this.cell) return;
      this.cell.setAttribute("aria-expanded", "false");
      this.cell.removeAttribute("aria-activedescendant");
    }
  }

  window.jiedanLookup = (grid) => (grid.root.dataset.lookup ? new Lookup(grid) : null);
})();
