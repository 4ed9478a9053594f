/* The frame: menus, theme, toasts, the search key, and the line that says something is under way. */
(() => {
  "use strict";
  const root = document.documentElement;

  /* <details data-menu>: one open at a time; Escape and a click elsewhere close it. */
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest(".menu-item");
    for (const menu of openMenus()) if (chosen || !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* [data-theme-toggle]: light or dark, kept in this browser. */
  for (const toggle of document.querySelectorAll("[data-theme-toggle]")) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const dark = root.dataset.bsTheme
        ? root.dataset.bsTheme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.bsTheme = dark ? "light" : "dark";
      try { localStorage.setItem("jiedan-theme", root.dataset.bsTheme); } catch { /* stays for this page */ }
      document.dispatchEvent(new CustomEvent("jiedan:theme"));
    });
  }

  /* [data-hotkey="k"]: Ctrl+K or ⌘K puts the cursor there. */
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const field = document.querySelector(`[data-hotkey="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  /* Toasts: a success leaves by itself, unless somebody is reading it; the others stay. */
  const arm = (toast) => {
    if (toast.dataset.armed) return;
    toast.dataset.armed = "1";
    toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
    if (!toast.classList.contains("success")) return;
    const leave = () => { if (!toast.matches(":hover, :focus-within")) toast.remove(); else setTimeout(leave, 3000); };
    setTimeout(leave, 8000);
  };
  const armAll = () => document.querySelectorAll("[data-toast]").forEach(arm);
  armAll();
  document.addEventListener("htmx:afterSettle", armAll);

  /* Under way: any page change or htmx request. */
  let running = 0;
  const show = () => root.classList.toggle("is-busy", running > 0);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches(".bar-count")) return;
    running += 1;
    show();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches(".bar-count")) return;
    running = Math.max(0, running - 1);
    show();
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.hasAttribute("hx-post")) root.classList.add("is-busy");
  });
  window.addEventListener("pageshow", () => root.classList.remove("is-busy"));

  /* No answer: says so instead of doing nothing. The words stand in <template id="toast-…"> of base.html. */
  // The bell asks every minute; nobody did anything then that could fail.
  const asked = (event) => !event.detail.elt.matches(".bar-count");
  document.addEventListener("htmx:sendError", (event) => { if (asked(event)) say("offline"); });
  document.addEventListener("htmx:responseError", (event) => { if (asked(event)) say("failed"); });
  const say = (which) => {
    const words = document.getElementById(`toast-${which}`);
    const place = document.getElementById("toasts");
    if (!words || !place) return;
    place.append(words.content.cloneNode(true));
    armAll();
  };
})();
