// The page that adds the player: code to copy, and a video that is chosen without a button.

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

document.addEventListener("click", async ({target}) => {
  if (!target.matches?.("[data-copy]")) return;
  const code = document.getElementById(target.dataset.copy);
  getSelection().selectAllChildren(code);
  // Without HTTPS there is no clipboard but that of what is selected.
  if (navigator.clipboard) await navigator.clipboard.writeText(code.textContent);
  else document.execCommand("copy");
  document.querySelector("[data-copied]").textContent = `${target.textContent}: copied`;
  target.textContent = "Copied";
});

document.querySelector("[data-choose] select")?.addEventListener("change", ({target}) => target.form.requestSubmit());
