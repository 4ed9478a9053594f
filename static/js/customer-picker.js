/* Choosing a customer by code or two characters of the name.
   <div data-picker data-url="/customers/lookup/"> <input type="hidden" data-picked> <input data-pick> … </div>
   The answer ({results: [{id, code, name, contact: {name, phone}, address: {text, receiver, phone}}]}) feeds a
   datalist; choosing one also fills the contact and address fields that are still empty.
   "customer:chosen" bubbles from the root whenever the choice changes.
   Without this script, or without an answer, the server finds the customer by what was typed. */
(() => {
  "use strict";
  const root = document.querySelector("[data-picker]");
  const input = root && root.querySelector("[data-pick]");
  const key = root && root.querySelector("[data-picked]");
  if (!input || !key) return;
  const list = document.createElement("datalist");
  list.id = "customer-choices";
  root.append(list);
  input.setAttribute("list", list.id);
  let found = new Map();
  let timer = 0;

  const fill = (name, value) => {
    const field = root.querySelector(`[name="${name}"]`);
    if (field && !field.value && value) field.value = value;
  };

  const tell = () => root.dispatchEvent(new CustomEvent("customer:chosen", { bubbles: true }));

  const choose = (customer) => {
    key.value = customer.id;
    tell();
    const contact = customer.contact || {};
    const address = customer.address || {};
    fill("contact_name", contact.name);
    fill("contact_phone", contact.phone);
    fill("contact_email", contact.email);
    fill("delivery_address", address.text);
    fill("receiver", address.receiver);
    fill("receiver_phone", address.phone);
  };

  const ask = async (text) => {
    const answer = await fetch(`${root.dataset.url}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const data = await answer.json();
    const rows = Array.isArray(data) ? data : data.results;
    found = new Map(rows.map((row) => [`${row.code} ${row.name}`, row]));
    list.replaceChildren(...[...found.keys()].map((label) => {
      const option = document.createElement("option");
      option.value = label;
      return option;
    }));
    if (found.has(input.value)) choose(found.get(input.value));
  };

  input.addEventListener("input", () => {
    const had = key.value;
    key.value = "";
    if (had && !found.has(input.value)) tell();
    if (found.has(input.value)) { choose(found.get(input.value)); return; }
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length >= 2) timer = setTimeout(() => ask(text).catch(() => {}), 200);
  });
})();
