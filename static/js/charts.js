/* Draws every <canvas data-chart="ID"> from the JSON in <script id="ID"> (see templates/ui/chart.html).
   Colours come from the page, so that dark and light both fit; lines differ by dash as well as by colour. */
(() => {
  "use strict";
  const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]];
  const drawn = [];
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = () => ["--j-accent", "--j-warn", "--j-good", "--j-busy", "--j-quiet"].map(colour);

  const datasets = (chart) => chart.series.map((line, index) => {
    const tone = palette()[index % 5];
    return {
      label: line.label, data: line.values, borderColor: tone, borderWidth: 2, pointRadius: 2, tension: 0,
      borderDash: chart.kind === "line" ? DASHES[index % 4] : [],
      backgroundColor: tone, maxBarThickness: 36,
    };
  });

  const options = (chart) => {
    const [quiet, line] = [colour("--j-quiet"), colour("--j-line")];
    const scale = { stacked: Boolean(chart.stacked), ticks: { color: quiet }, grid: { color: line }, beginAtZero: true };
    return {
      animation: false, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: chart.series.length > 1, position: "bottom", labels: { color: quiet, usePointStyle: true, pointStyle: chart.kind === "line" ? "line" : "rect" } } },
      scales: { x: { ...scale, grid: { display: false } }, y: scale },
    };
  };

  const draw = () => {
    while (drawn.length) drawn.pop().destroy();
    if (!window.Chart) return;
    window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      const chart = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
      drawn.push(new window.Chart(canvas, {
        type: chart.kind, data: { labels: chart.labels, datasets: datasets(chart) }, options: options(chart),
      }));
    }
  };
  draw();
  document.addEventListener("jiedan:theme", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
