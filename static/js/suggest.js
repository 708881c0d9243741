// Fills the list of suggestions of an input with `data-suggest`, the address that knows the names.
const WAIT = 200;
let timer;

async function suggest(input) {
  const words = input.value.trim();
  if (words.length < 2) {
    return;
  }
  const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`);
  if (!answer.ok || input.value.trim() !== words) {
    return;
  }
  const options = (await answer.json()).map(({ value, label }) => {
    const option = document.createElement("option");
    option.value = value;
    option.label = label;
    option.textContent = label;
    return option;
  });
  input.list.replaceChildren(...options);
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.suggest && target.list) {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT, target);
  }
});

// Inputs that were left empty say nothing: keep them out of the address.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form.filters")) {
    for (const field of target.elements) {
      field.disabled = field.disabled || (field.name && field.value === "");
    }
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.filters :disabled")) {
    field.disabled = false;
  }
});
