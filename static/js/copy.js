// Buttons that copy a text of the page: <button data-copy="#id">Copy</button>, hidden without a script. What
// was copied is the text of the element, or the value of a field; a live region says so, in the words of the
// nearest [data-copied][data-failed] around the button.
const SAID_FOR = 2000; // milliseconds

const root = document.documentElement;
const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);
// A class for the whole page, so that buttons which come later are shown too.
root.classList.toggle("can-copy", Boolean(navigator.clipboard) || Boolean(document.queryCommandSupported?.("copy")));

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
  } catch {
    // Over plain HTTP there is no clipboard to write to: take the selection along, as the visitor would.
    getSelection().selectAllChildren(source);
    source.select?.();
    if (!document.execCommand("copy")) {
      throw new Error("not copied");
    }
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) {
    return;
  }
  const words = button.closest("[data-copied]")?.dataset ?? { copied: "Copied", failed: "Select and copy it" };
  button.dataset.label ??= button.textContent;
  try {
    await copy(source);
    button.textContent = words.copied;
  } catch {
    button.textContent = words.failed;
  }
  said.textContent = button.textContent;
  setTimeout(() => {
    button.textContent = button.dataset.label;
    said.textContent = "";
  }, SAID_FOR);
});
