// Opens "Export report" over the page that it is asked for on. Whatever goes wrong, the link leads to the form's own page.

const HEADERS = {"HX-Request": "true"};

// The answer's form; throws where there is another answer, such as the page for signing in.
async function formOf(response) {
  if (response.redirected || ![200, 422].includes(response.status)) throw new Error(`answered ${response.status}`);
  return await response.text();
}

function put(dialog, html) {
  dialog.innerHTML = html;
  const form = dialog.querySelector("form");
  form.dispatchEvent(new Event("form:shown", {bubbles: true}));
  (form.querySelector("[role=alert]") ?? form.querySelector("h2")).focus();
  return form;
}

async function send(dialog, form) {
  try {
    const response = await fetch(form.action, {method: "POST", headers: HEADERS, body: new FormData(form)});
    const target = response.headers.get("HX-Redirect");
    if (target) location.assign(target);
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

async function open(link) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const dialog = document.createElement("dialog");
  dialog.className = "vr-dialog";
  dialog.setAttribute("aria-labelledby", "new-report-title");
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  let changed = false;
  dialog.addEventListener("change", () => {
    changed = true;
  });
  dialog.addEventListener("submit", (event) => {
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
  await fill(dialog, link.href);
  link.ariaBusy = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-dialog]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link);
});
