// The form of a report or a schedule works without this: it shows what ticking a folder brings, counts what is chosen,
// and has the dates only where they count. A form that comes later, in a dialog, says so by the event "form:shown".

const started = new WeakSet();

function startTree(form) {
  const tree = form.querySelector("[data-tree]");
  const boxes = [...tree.querySelectorAll("[data-node]")];
  if (!boxes.length) return () => "";
  const byKey = new Map(boxes.map((box) => [box.dataset.node, box]));
  const above = (box) => byKey.get(box.dataset.above);
  // What was ticked by hand: a folder that another one brings gets it back when that one no longer does.
  const own = new Set(boxes.filter((box) => box.checked));
  const says = tree.querySelector("[data-tree-says]");
  const untick = tree.querySelector("[data-untick]");
  const find = tree.querySelector("[data-find]");

  function words() {
    const ticked = boxes.filter((box) => box.checked && !box.disabled);
    const counts = ["project", "folder"].map((noun) => [ticked.filter((box) => box.name === `${noun}s`).length, noun]);
    const parts = counts.filter(([count]) => count).map(([count, noun]) => `${count} ${noun}${count > 1 ? "s" : ""}`);
    const brought = boxes.filter((box) => box.disabled).length;
    if (brought) parts.push(`${brought} nested`);
    return parts.join(", ") || "The whole workspace";
  }

  function show() {
    const partly = new Set();
    // A folder stands behind the one that it is nested in.
    for (const box of boxes) {
      const brought = Boolean(above(box)?.checked);
      box.disabled = brought;
      box.checked = brought || own.has(box);
      box.closest("label").querySelector(".vr-brought").hidden = !brought;
    }
    for (const box of boxes.toReversed()) {
      box.indeterminate = !box.checked && partly.has(box);
      if ((box.checked || box.indeterminate) && above(box)) partly.add(above(box));
    }
    if (says.textContent !== words()) says.textContent = words();
    untick.hidden = own.size === 0;
  }

  // A folder that is found stands there with those that it is nested in.
  function filter() {
    const wanted = find.value.trim().toLocaleLowerCase();
    const kept = new Set();
    for (const box of boxes.toReversed()) {
      const name = box.closest("label").querySelector(".vr-node").textContent.toLocaleLowerCase();
      if (name.includes(wanted) || kept.has(box)) {
        kept.add(box);
        if (above(box)) kept.add(above(box));
      }
    }
    for (const box of boxes) box.closest("li").hidden = !kept.has(box);
  }

  tree.addEventListener("change", ({target}) => {
    if (!byKey.has(target.dataset.node)) return;
    if (target.checked) own.add(target);
    else own.delete(target);
    show();
  });
  untick.addEventListener("click", () => {
    own.clear();
    show();
    boxes[0].focus();
  });
  find?.addEventListener("input", filter);
  find?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  tree.querySelector(".vr-tree-tools").hidden = false;
  show();
  const first = boxes.find((box) => box.checked);
  if (first) first.closest("ul").scrollTop = first.closest("li").offsetTop - 8;
  return words;
}

function startFields(form) {
  const shows = [...form.querySelectorAll(".vr-group")].map((group) => {
    const boxes = [...group.querySelectorAll("[name=columns]")];
    const all = group.querySelector("[data-all]");
    const count = group.querySelector("[data-count]");
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && !all.checked;
      count.textContent = `${ticked} of ${boxes.length}`;
    };
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
    all.closest("label").hidden = false;
    return show;
  });
  return () => shows.forEach((show) => show());
}

// What the form of a schedule is told to begin with.
function scheduleUrl(form, link) {
  const names = {projects: "project", folders: "folder", columns: "column"};
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (["period", "breakdown", "format", "email"].includes(name)) query.append(name, value);
    else if (names[name]) query.append(names[name], value);
  }
  return `${link.pathname}?${query}`;
}

function start(form) {
  if (started.has(form)) return;
  started.add(form);
  const folders = startTree(form);
  const showFields = startFields(form);
  const summary = form.querySelector("[data-summary]");
  const schedule = form.querySelector("[data-schedule]");

  function show() {
    showFields();
    for (const part of form.querySelectorAll("[data-custom]")) part.hidden = form.elements.period.value !== "custom";
    if (!summary) return;
    const fields = form.querySelectorAll("[name=columns]:checked").length;
    const {format, breakdown} = form.elements;
    const by = breakdown.value ? ` by ${breakdown.value}` : "";
    const words = [folders(), `${fields} field${fields === 1 ? "" : "s"}${by}`, format.value.toUpperCase()];
    summary.textContent = words.filter(Boolean).join(" · ");
  }

  form.addEventListener("change", show);
  form.addEventListener("click", ({target}) => target.closest("[data-untick]") && show());
  schedule?.addEventListener("click", () => {
    schedule.href = scheduleUrl(form, schedule);
  });
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
  show();
}

// A page that comes back from the browser's memory has its buttons as they were when it was left.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-selection] [type=submit]")) button.disabled = false;
});
document.addEventListener("form:shown", ({target}) => target.matches("[data-selection]") && start(target));
for (const form of document.querySelectorAll("form[data-selection]")) start(form);
