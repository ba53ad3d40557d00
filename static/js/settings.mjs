// What is to be copied, in settings and elsewhere, and a video that is chosen without a button.

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

document.addEventListener("click", async ({target}) => {
  if (!target.matches?.("[data-copy]")) return;
  const source = document.getElementById(target.dataset.copy);
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
  // Without HTTPS there is no clipboard but that of what is selected.
  if (navigator.clipboard) await navigator.clipboard.writeText(source.value ?? source.textContent);
  else document.execCommand("copy");
  document.querySelector("[data-copied]").textContent = `${target.textContent}: copied`;
  target.textContent = "Copied";
});

document.querySelector("[data-choose] select")?.addEventListener("change", ({target}) => target.form.requestSubmit());
