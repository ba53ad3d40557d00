// Tells who does not see the list what became of the reports in it.

const states = () =>
  new Map([...document.querySelectorAll("#reports [data-status]")].map((row) => [row.id, row.dataset.status]));

let before = states();

document.addEventListener("htmx:afterSettle", () => {
  const now = states();
  const news = [...now].filter(([id, state]) => state && before.get(id) === "").map(([, state]) => state);
  before = now;
  if (news.length) document.getElementById("reports-news").textContent = `Report: ${news.join(", ")}`;
});
