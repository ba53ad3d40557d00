// Opens a form over the page that it is asked for on: of a link, or of a GET form that says what it is about, with
// `data-dialog`, whose value is the dialog's class. Whatever goes wrong, the form's own page is opened instead.
// A page that goes on without being loaded anew prevents the default of "dialog:done".

const HEADERS = {"HX-Request": "true"};

// The answer's form; throws where there is another answer, such as the page for signing in.
async function formOf(response) {
  if (response.redirected || ![200, 422].includes(response.status)) throw new Error(`answered ${response.status}`);
  return await response.text();
}

function put(dialog, html) {
  dialog.innerHTML = html;
  const form = dialog.querySelector("form");
  dialog.setAttribute("aria-labelledby", form.querySelector("h2").id);
  form.dispatchEvent(new Event("form:shown", {bubbles: true}));
  (form.querySelector("[role=alert]") ?? form.querySelector("h2")).focus();
  return form;
}

function done(dialog, target) {
  const event = new CustomEvent("dialog:done", {cancelable: true, detail: {target}});
  if (document.dispatchEvent(event)) location.assign(target);
  else dialog.close();
}

async function send(dialog, form) {
  try {
    const response = await fetch(form.action, {method: "POST", headers: HEADERS, body: new FormData(form)});
    const target = response.headers.get("HX-Redirect");
    if (target) done(dialog, target);
    else put(dialog, await formOf(response));
  } catch {
    form.submit();
  }
}

async function fill(dialog, address) {
  try {
    const html = await formOf(await fetch(address, {headers: HEADERS}));
    if (!dialog.open) dialog.showModal();
    put(dialog, html);
  } catch {
    location.assign(address);
  }
}

async function open(opener, address) {
  if (opener.ariaBusy === "true") return;
  opener.ariaBusy = "true";
  const dialog = document.createElement("dialog");
  dialog.className = opener.dataset.dialog || "vr-dialog";
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  let changed = false;
  dialog.addEventListener("change", () => {
    changed = true;
  });
  dialog.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    send(dialog, event.target);
  });
  dialog.addEventListener("click", (event) => {
    const afresh = event.target.closest("[data-afresh]");
    if (afresh) {
      event.preventDefault();
      fill(dialog, afresh.href);
    } else if (event.target.closest("[data-close]") || (event.target === dialog && !changed)) dialog.close();
  });
  await fill(dialog, address);
  opener.ariaBusy = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-dialog]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link, link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.dialog === undefined || form.method !== "get") return;
  event.preventDefault();
  const action = event.submitter?.getAttribute("formaction") ?? form.action;
  open(form, `${action}?${new URLSearchParams(new FormData(form))}`);
});
