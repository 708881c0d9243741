// Says, below a partial date field, how the date was understood, as the server reads it.
const address = "/partial-date/";

async function explain(input, output) {
  const words = input.value.trim();
  if (!words) {
    output.textContent = "";
    return;
  }
  const answer = await fetch(`${address}?words=${encodeURIComponent(words)}`, {
    headers: { "Accept-Language": document.documentElement.lang },
  });
  if (answer.ok && input.value.trim() === words) {
    const { meaning, error } = await answer.json();
    output.textContent = meaning || error;
    output.classList.toggle("is-error", Boolean(error));
  }
}

document.addEventListener("change", (event) => {
  const output = event.target.parentElement?.querySelector("output.partial-date-meaning");
  if (output && output.htmlFor.contains(event.target.id)) {
    explain(event.target, output);
  }
});
