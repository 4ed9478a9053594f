/* Runs in <head>, before anything is drawn. Without a choice the page follows the system (CSS alone). */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("has-js");
  let chosen = null;
  try { chosen = localStorage.getItem("jiedan-theme"); } catch { /* storage may be closed */ }
  if (chosen === "light" || chosen === "dark") root.setAttribute("data-bs-theme", chosen);
})();
