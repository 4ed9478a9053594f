/* Product lookup for line-grid.js: load it between decimal.js and line-grid.js.
   Typing in [data-search] asks GET data-lookup?q=… (JSON list: id, code, name, specification, unit, currency, list_price,
   last_price, last_date and agreed {id, price, number, left} of this customer, or {"results": […]}) and shows a listbox. data-lookup-with="customer currency"
   names fields of the form sent along. Pasted rows that begin with a code are asked for together (?code=…&code=…).
   When no answer comes, what was typed simply stays. */
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
      grid.root.addEventListener("click", (event) => {
        if (event.target.closest("[data-agreed-off]")) this.agree(event.target.closest("[data-line]"), null);
      });
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
      this.leave(cell.closest("[data-line]"));
      clearTimeout(this.timer);
      const text = cell.value.trim();
      if (text.length < 2) { this.close(); return; }
      this.timer = setTimeout(() => this.ask(cell, text), 200);
    }

    async ask(cell, text) {
      if (this.asking) this.asking.abort();
      this.asking = new AbortController();
      try {
        const products = await this.products({ q: text }, this.asking.signal);
        if (document.activeElement === cell) this.show(cell, products);
      } catch (problem) {
        if (problem.name !== "AbortError") this.grid.say("offline");
      }
    }

    /* What the server knows, with the customer and currency chosen by now. */
    async products(question, signal) {
      const asked = new URLSearchParams();
      for (const [name, value] of Object.entries(question)) [].concat(value).forEach((each) => asked.append(name, each));
      for (const name of (this.grid.root.dataset.lookupWith || "").split(" ").filter(Boolean)) asked.append(name, this.formValue(name));
      const answer = await fetch(`${this.grid.root.dataset.lookup}?${asked}`, { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      return data.results || data;
    }

    formValue(name) {
      const field = this.grid.root.closest("form").elements[name];
      return field ? field.value : "";
    }

    /* Rows that were pasted: their codes become products, their empty cells are filled. */
    async resolve(rows) {
      const code = (row) => (this.grid.cell(row, "description") || { value: "" }).value.trim().split(/\s/)[0];
      const open = rows.filter((row) => code(row) && !(this.grid.cell(row, "product") || {}).value);
      if (!open.length) return;
      try {
        const products = await this.products({ code: [...new Set(open.map(code))] });
        const known = new Map(products.map((product) => [product.code, product]));
        for (const row of open) if (known.has(code(row))) this.take(row, known.get(code(row)), false);
        this.grid.total();
      } catch { this.grid.say("offline"); }
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
      rest.textContent = [product.specification, product.list_price, product.unit, this.last(product)].filter(Boolean).join(" · ");
      option.append(name, rest);
      return option;
    }

    last(product) {
      const words = this.grid.root.dataset.lastPrice;
      if (!words || !product.last_price) return "";
      return words.replace("{price}", product.last_price).replace("{date}", product.last_date);
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
      const row = this.cell.closest("[data-line]");
      this.take(row, this.found[index], true);
      this.close();
      this.grid.total();
      const next = this.grid.cell(row, "quantity");
      if (next) { next.focus(); next.select(); }
    }

    /* `over`: the product's own words replace what was typed; a price that was typed always stays. */
    take(row, product, over) {
      const set = (name, value, always) => {
        const cell = this.grid.cell(row, name);
        if (cell && value !== undefined && value !== null && (always || !cell.value.trim())) this.grid.fill(cell, String(value));
      };
      const currency = this.formValue("currency");
      const listed = !currency || !product.currency || product.currency === currency ? product.list_price : null;
      set("product", product.id, true);
      set("code", product.code, true);
      if (over || this.grid.cell(row, "description").value.trim() === product.code) set("description", product.name, true);
      set("specification", product.specification, over);
      set("unit", product.unit, over);
      const price = this.grid.cell(row, "unit_price");
      if (product.agreed && price && !price.value.trim() && row.querySelector("[data-agreed-note]")) {
        set("unit_price", product.agreed.price, false);
        this.agree(row, product.agreed);
      } else set("unit_price", product.last_price || listed, false);
    }

    /* The row calls off from that agreement, or (null) from none; the note beside it says so. */
    agree(row, deal) {
      const note = row.querySelector("[data-agreed-note]");
      const key = this.grid.cell(row, "agreed");
      if (!note || !key) return;
      key.value = deal ? deal.id : "";
      note.hidden = !deal;
      const words = this.grid.root.dataset.agreed || "";
      if (deal) note.querySelector("[data-agreed-words]").textContent = words.replace(/\{(\w+)\}/g, (_all, name) => deal[name]);
    }

    /* Other goods in the row: neither the agreement nor its price is theirs. */
    leave(row) {
      const key = this.grid.cell(row, "agreed");
      if (!key || !key.value) return;
      this.agree(row, null);
      this.grid.cell(row, "unit_price").value = "";
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
