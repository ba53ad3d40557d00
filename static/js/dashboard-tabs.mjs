// Arrow keys walk along a row of tabs, which are links: Enter and Space follow the one that has the focus.

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab) return;
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const at = tabs.indexOf(tab);
  const place = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1}[event.key];
  if (place !== undefined) tabs.at(place % tabs.length).focus();
  else if (event.key === " ") tab.click();
  else return;
  event.preventDefault();
});
