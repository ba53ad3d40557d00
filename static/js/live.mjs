// The page of what is watched now: says aloud what has changed, draws the minutes anew, keeps open what was opened.

const news = document.getElementById("dashboard-news");
const said = () => document.getElementById("now-said")?.textContent.trim() ?? "";
const isLive = ({detail}) => detail.target?.id === "live";
let before = said();
let opened = [];

document.querySelector(".vp-updates").hidden = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isLive(event)) return;
  opened = [...event.detail.target.querySelectorAll("details")].map((details) => details.open);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!isLive(event)) return;
  const live = document.getElementById("live");
  [...live.querySelectorAll("details")].forEach((details, place) => (details.open = opened[place] ?? false));
  // Its place is kept by htmx, its figure is new.
  window.viewprintCharts.again(document.getElementById("minutes-plot"));
  if (said() !== before) news.textContent = before = said();
});
