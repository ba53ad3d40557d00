// The form works without this: it shows the day of the week or of the month only where it counts.

const form = document.querySelector("form[data-selection]");

function showDays() {
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== form.elements.frequency.value;
}

form.addEventListener("change", showDays);
showDays();
