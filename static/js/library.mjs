// The library works without this, by links and forms. It adds what is dragged onto the tree, selecting many lines,
// branches that fold, code that is copied with a button, and pages that change without being loaded anew.

const HEADERS = {"HX-Request": "true"};
// How long a closed folder is hovered over before it opens for what is dragged.
const SPRING_MS = 700;
const NO_PROJECT = "none";
const OPENED = "viewprint.library.opened";

const find = (selector) => document.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const words = (ids) => (ids.length === 1 ? nameOf(ids[0]) : `${ids.length} items`);
const nameOf = (id) => find(`[data-item="${CSS.escape(id)}"]`)?.dataset.name ?? id;

// --- Pages that change in place

const say = (text) => {
  find("#dashboard-news").textContent = text;
};

const toast = (text, isBad = false) => {
  find("[data-toast]")?.remove();
  const line = document.createElement("p");
  line.className = isBad ? "vp-toast vp-bad" : "vp-toast";
  line.dataset.toast = "";
  line.textContent = text;
  find("#dashboard").prepend(line);
  say(text);
};

const show = async (address, focused) => {
  await htmx.ajax("GET", address, {target: "#dashboard", swap: "innerHTML show:none"});
  const kept = focused && document.getElementById(focused);
  (kept?.querySelector("a") ?? find("#place-title") ?? find("#empty-title"))?.focus({preventScroll: true});
};

document.addEventListener("dialog:done", (event) => {
  const {target} = event.detail;
  if (!find("#dashboard") || !new URL(target, location.href).pathname.startsWith("/library/")) return;
  event.preventDefault();
  show(target);
});

// --- Moving what is dragged, and taking it back

const send = async (address, fields, focused) => {
  const body = new FormData(find("#mover"));
  body.delete("next");
  for (const [name, value] of fields) body.append(name, value);
  const response = await fetch(address, {method: "POST", headers: HEADERS, body});
  const target = response.headers.get("HX-Redirect");
  if (target) return show(target, focused);
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  toast(answer.querySelector("[role=alert]")?.textContent.trim() || "This cannot be moved there now. Reload the page.", true);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-undo]");
  if (!link || !find("#mover")) return;
  event.preventDefault();
  const {pathname, searchParams} = new URL(link.href);
  send(pathname, searchParams);
});

// --- Dragging

let dragged = [];
let hovered;
let spring;

const picked = () => all("#library .vp-pick [name=item]:checked").map((box) => box.value);
const partsOf = (id) => all(`[data-item="${CSS.escape(id)}"]`);

// What is dragged goes anywhere but where all of it is, into itself, or (a folder) out of every project.
const takes = (place) => {
  const id = place.dataset.place;
  if (!dragged.length || (id === NO_PROJECT && dragged.some((each) => each.startsWith("fold_")))) return false;
  if (dragged.every((each) => partsOf(each)[0]?.dataset.home === id)) return false;
  const inTree = find(`#branch-${CSS.escape(id)}`);
  return !dragged.some((each) => each === id || inTree?.closest("li").closest(`li:has(> #branch-${CSS.escape(each)})`));
};

const leave = () => {
  clearTimeout(spring);
  hovered = undefined;
  for (const each of all("[data-over]")) delete each.dataset.over;
};

const begin = (event) => {
  const item = event.target.closest?.("[data-item]");
  if (!item) return;
  const ids = picked();
  dragged = item.matches("tr") && ids.includes(item.dataset.item) ? ids.filter((id) => partsOf(id).length) : [item.dataset.item];
  const badge = document.createElement("div");
  badge.className = "vp-badge";
  badge.textContent = words(dragged);
  document.body.append(badge);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", badge.textContent);
  event.dataTransfer.setDragImage(badge, -12, -8);
  requestAnimationFrame(() => {
    badge.remove();
    for (const id of dragged) for (const part of partsOf(id)) part.dataset.dragged = "";
    find("#dashboard").dataset.dragging = "";
  });
};

const over = (event) => {
  if (!dragged.length) return;
  const place = event.target.closest?.("[data-place]");
  if (place !== hovered) {
    leave();
    hovered = place;
    const twist = place?.querySelector("[data-twist][aria-expanded=false]");
    if (twist) spring = setTimeout(() => fold(twist, true), SPRING_MS);
  }
  if (!place || !takes(place)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  place.dataset.over = "";
};

const end = () => {
  leave();
  for (const each of all("[data-dragged]")) delete each.dataset.dragged;
  delete find("#dashboard")?.dataset.dragging;
  dragged = [];
};

const drop = (event) => {
  const place = event.target.closest?.("[data-place]");
  if (!place || !takes(place)) return;
  event.preventDefault();
  const ids = dragged;
  const {action, elements} = find("#mover");
  end();
  const fields = [...ids.map((id) => ["item", id]), ["place", place.dataset.place], ["next", elements.next.value]];
  send(action, fields, `branch-${place.dataset.place}`);
};

document.addEventListener("dragstart", begin);
document.addEventListener("dragenter", over);
document.addEventListener("dragover", over);
document.addEventListener("drop", drop);
document.addEventListener("dragend", end);

// --- Selecting

let last;

const count = () => {
  const form = find("#selection");
  if (!form) return;
  const boxes = all("#library .vp-pick [name=item]");
  const ids = picked();
  form.toggleAttribute("data-any", ids.length > 0);
  const text = ids.length ? `${ids.length} selected` : "";
  const output = form.querySelector("[data-picked]");
  if (output.textContent !== text) output.textContent = text;
  for (const box of boxes) box.closest("tr").toggleAttribute("data-picked-row", box.checked);
  const whole = find("[data-pick-all]");
  whole.checked = ids.length === boxes.length;
  whole.indeterminate = ids.length > 0 && !whole.checked;
};

const pick = (box, isRange) => {
  const boxes = all("#library .vp-pick [name=item]");
  if (isRange && boxes.includes(last)) {
    const [first, beyond] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
    for (const each of boxes.slice(first, beyond + 1)) each.checked = box.checked;
  }
  last = box;
  count();
};

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.matches?.("#library .vp-pick [name=item]")) pick(box, event.shiftKey);
  if (!box.matches?.("[data-pick-all]")) return;
  for (const each of all("#library .vp-pick [name=item]")) each.checked = box.checked;
  count();
});
document.addEventListener("reset", ({target}) => target.id === "selection" && queueMicrotask(count));

// --- The tree

const opened = () => new Set(JSON.parse(sessionStorage.getItem(OPENED) ?? "[]"));

const fold = (twist, isOpen) => {
  const line = twist.closest("li");
  twist.ariaExpanded = String(isOpen);
  line.toggleAttribute("data-closed", !isOpen);
  const ids = opened();
  const id = twist.closest("[data-place]").dataset.place;
  if (isOpen) ids.add(id);
  else ids.delete(id);
  sessionStorage.setItem(OPENED, JSON.stringify([...ids]));
};

document.addEventListener("click", ({target}) => {
  const twist = target.closest?.("[data-twist]");
  if (twist) fold(twist, twist.ariaExpanded === "false");
  const toggle = target.closest?.("[data-tree-toggle]");
  if (toggle) toggle.ariaExpanded = String(toggle.ariaExpanded === "false");
});

// --- Menus: one at a time, away with Escape or a click elsewhere

const menus = () => all("details[data-menu][open]");

document.addEventListener("click", ({target}) => {
  for (const menu of menus()) {
    if (menu.contains(target) && !target.closest(".vp-menu-items")) continue;
    // Where a dialog closes, the focus is back on what opened the menu.
    if (menu.contains(target)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const [menu] = menus();
  if (menu) {
    menu.querySelector("summary").focus();
    menu.open = false;
  } else if (dragged.length === 0 && picked().length) find("#selection").reset();
});

// --- Code to copy, and places to find in a form

const copy = async (button) => {
  const code = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(code);
  // Without HTTPS there is no clipboard but that of what is selected.
  if (navigator.clipboard) await navigator.clipboard.writeText(code.textContent);
  else document.execCommand("copy");
  const before = button.textContent;
  button.textContent = "Copied";
  button.closest("form").querySelector("[data-copied]").textContent = `${before}: copied`;
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
};

document.addEventListener("click", ({target}) => target.matches?.("[data-copy]") && copy(target));

const filter = (box) => {
  const wanted = box.value.trim().toLocaleLowerCase();
  for (const line of all(".vp-places li", box.closest("form"))) {
    line.hidden = !line.querySelector(".vp-place-name").textContent.toLocaleLowerCase().includes(wanted);
  }
};

document.addEventListener("input", ({target}) => target.matches?.("[data-find]") && filter(target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-find]")) event.preventDefault();
});

const startForm = (form) => {
  for (const button of all("[data-copy]", form)) button.hidden = false;
  const box = form.querySelector("[data-find]");
  if (box) box.hidden = all(".vp-places li", form).length < 10;
  form.querySelector(".vp-places :checked")?.closest("li").scrollIntoView({block: "nearest"});
  form.querySelector(".vp-field :is(input, textarea)")?.focus();
};

document.addEventListener("form:shown", ({target}) => target.matches(".vp-dialog-form") && queueMicrotask(() => startForm(target)));
for (const form of all(".vp-dialog-form")) startForm(form);

// --- Whenever the page has changed

const start = () => {
  const ids = opened();
  for (const twist of all("[data-twist][aria-expanded=false]")) {
    if (ids.has(twist.closest("[data-place]").dataset.place)) fold(twist, true);
  }
  count();
};

document.addEventListener("htmx:afterSettle", ({target}) => {
  start();
  const news = find("[data-toast]") ?? find("[data-news]");
  if (["dashboard", "library"].includes(target.id) && news) say(news.textContent.trim().replace(/\s+/g, " "));
});
document.addEventListener("htmx:historyRestore", start);
start();
