// Draws a page's charts from the figures that the server built, once they come near the screen, in the theme's colours.

const CONFIG = {displayModeBar: false, doubleClick: false, showTips: false, showAxisDragHandles: false};
const NEAR = "400px";
// As wide as a chart is on A4; a printed page tells nobody that it has become narrower.
const ON_PAPER = 670;
const root = document.documentElement;
const print = matchMedia("print");
const drawn = new Set();
let plotly;

// The shapes that plotly.js would fetch from its makers for any map; ours have shapes of our own, and need none of these.
window.PlotlyGeoAssets = {topojson: {world_110m: {type: "Topology", objects: {}, arcs: []}}};

// Plotly is large, so the page is painted first; `link` has been fetching it meanwhile.
const loaded = () =>
  (plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.getElementById("plotly-source").href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`${script.src} could not be loaded`));
    document.head.append(script);
  }));

const json = (id) => JSON.parse(document.getElementById(id).textContent);

// The figure with every colour of the light theme exchanged for its counterpart.
const exchanged = (part, colors) => {
  if (typeof part === "string") return colors[part] ?? part;
  if (Array.isArray(part)) return part.map((each) => exchanged(each, colors));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, exchanged(value, colors)]));
};

const figure = (id) =>
  root.classList.contains("dark") && !print.matches ? exchanged(json(id), json("dark-colors")) : json(id);

// Resolves when the shapes of a map are there. plotly.js would give up after five seconds, and ask anew for each trace.
const asked = new Map();
const shaped = async (data) => {
  for (const {geojson: url} of data.filter(({geojson}) => geojson)) {
    if (!asked.has(url)) {
      asked.set(url, fetch(url).then((answer) => {
        if (answer.ok) return answer.json();
        throw new Error(`${url} was answered with ${answer.status}`);
      }));
      asked.get(url).catch(() => asked.delete(url));
    }
    window.PlotlyGeoAssets[url] = await asked.get(url);
  }
};

const draw = (Plotly, plot) => {
  const {data, layout} = figure(plot.dataset.figure);
  if (data.some(({geojson}) => geojson && !window.PlotlyGeoAssets[geojson])) {
    shaped(data).then(() => plot.isConnected && draw(Plotly, plot));
    return;
  }
  Plotly.react(plot, data, print.matches ? {...layout, width: Math.min(ON_PAPER, plot.clientWidth)} : layout, CONFIG);
  if (drawn.has(plot)) return;
  drawn.add(plot);
  resized.observe(plot);
  // What has an address leads there; the table beside the chart has the same links for the keyboard.
  plot.on("plotly_click", ({points: [{customdata}]}) => {
    if (customdata?.url) window.htmx.ajax("GET", customdata.url, {target: "#dashboard", swap: "innerHTML show:none"});
  });
  plot.dispatchEvent(new CustomEvent("drawn", {bubbles: true, detail: {Plotly}}));
};

const resized = new ResizeObserver((entries) => {
  for (const {target, contentRect} of entries) {
    if (contentRect.width && target.isConnected && !print.matches) window.Plotly.Plots.resize(target);
  }
});

const near = new IntersectionObserver(
  (entries) => {
    for (const {target, isIntersecting} of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      // Drawn in this very task where Plotly is there already, so that a swapped page shows no empty chart.
      if (window.Plotly) draw(window.Plotly, target);
      else loaded().then((Plotly) => target.isConnected && draw(Plotly, target));
    }
  },
  {rootMargin: NEAR},
);

const onScreen = (plot) => {
  const {top, bottom} = plot.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

const start = (element) => {
  for (const plot of drawn) {
    if (plot.isConnected) continue;
    resized.unobserve(plot);
    window.Plotly.purge(plot);
    drawn.delete(plot);
  }
  for (const plot of element.querySelectorAll("[data-figure]")) {
    if (window.Plotly && onScreen(plot)) draw(window.Plotly, plot);
    else near.observe(plot);
  }
};

// For the other modules: each has an address with a digest of its own, so that none can import another.
// `again` draws a chart anew whose figure has changed, if it was drawn at all.
window.viewprintCharts = {loaded, figure, shaped, again: (plot) => drawn.has(plot) && draw(window.Plotly, plot)};

const redraw = () => {
  for (const plot of drawn) draw(window.Plotly, plot);
};

let isDark = root.classList.contains("dark");
new MutationObserver(() => {
  if (isDark === root.classList.contains("dark")) return;
  isDark = !isDark;
  redraw();
}).observe(root, {attributeFilter: ["class"]});
print.addEventListener("change", redraw);
// All of the page is printed, whatever of it has been on the screen.
addEventListener("beforeprint", () => {
  for (const plot of document.querySelectorAll("[data-figure]")) {
    near.unobserve(plot);
    if (window.Plotly) draw(window.Plotly, plot);
  }
});

// Menus: away with Escape or a click elsewhere.
const drops = () => document.querySelectorAll("details.vp-drop[open]");
document.addEventListener("click", ({target}) => {
  for (const drop of drops()) drop.open = drop.contains(target);
});
document.addEventListener("keydown", ({key}) => {
  if (key !== "Escape") return;
  for (const drop of drops()) {
    drop.querySelector("summary").focus();
    drop.open = false;
  }
});

// Choosing is enough where htmx is there to swap; the dates of a custom period are sent with "Apply".
document.addEventListener("change", ({target}) => {
  if (!target.matches("[data-submits]")) return;
  if (target.value === "custom") document.getElementById("from").focus();
  else target.form.requestSubmit();
});

// An address says only what matters: no dates beside a named period.
document.addEventListener("htmx:configRequest", ({target, detail}) => {
  if (target.id !== "state" || detail.formData.get("period") === "custom") return;
  detail.formData.delete("from");
  detail.formData.delete("to");
});

// A page that comes in parts stays as high as the one before it until all of them are there, so that nothing jumps.
const release = () => {
  document.getElementById("dashboard").style.minHeight = "";
};
document.addEventListener("htmx:beforeSwap", ({target, detail}) => {
  if (target.id === "dashboard" && detail.shouldSwap) target.style.minHeight = `${target.offsetHeight}px`;
});
for (const type of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(type, ({target}) => {
    if (!target.matches(".vp-later")) return;
    target.dataset.failed = "";
    target.querySelector("[role=status]").textContent = "The rest of the page did not come.";
    release();
  });
}

document.addEventListener("htmx:afterSettle", ({target}) => {
  if (target.id !== "dashboard" && !("part" in target.dataset)) return;
  start(target);
  if (!document.querySelector(".vp-wait")) release();
  if (target.id !== "dashboard") return;
  const finding = document.getElementById("series-caption") ?? document.getElementById("empty-title");
  document.getElementById("dashboard-news").textContent = finding?.textContent ?? "";
});
document.addEventListener("htmx:historyRestore", () => start(document));

// A definition that covers something can be put away without moving the pointer.
document.addEventListener("keydown", ({key}) => {
  if (key !== "Escape") return;
  for (const tile of document.querySelectorAll(".vp-tile:is(:hover, :focus)")) tile.dataset.tip = "off";
});
for (const type of ["pointerout", "focusout"]) {
  document.addEventListener(type, ({target, relatedTarget}) => {
    const tile = target.closest?.(".vp-tile");
    if (tile && !tile.contains(relatedTarget)) delete tile.dataset.tip;
  });
}

start(document);
