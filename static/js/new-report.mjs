// The form works without this: it shows what ticking a folder brings, and the dates only where they count.

const form = document.querySelector("form[data-selection]");
const boxes = new Map([...form.querySelectorAll("[data-node]")].map((box) => [box.dataset.node, box]));

function isBrought(box) {
  for (let above = boxes.get(box.dataset.above); above; above = boxes.get(above.dataset.above)) {
    if (above.checked) return true;
  }
  return false;
}

function showBrought() {
  for (const box of boxes.values()) {
    const brought = isBrought(box);
    box.indeterminate = brought && !box.checked;
    box.disabled = brought;
    box.closest("label").querySelector(".vr-brought").hidden = !brought;
  }
}

function showDates() {
  for (const part of form.querySelectorAll("[data-custom]")) part.hidden = form.elements.period.value !== "custom";
}

form.addEventListener("change", () => {
  showBrought();
  showDates();
});
showBrought();
showDates();
