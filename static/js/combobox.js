// Names with suggestions: a combobox with a listbox (WAI-ARIA Authoring Practices) that takes several values.
// It stands on a fieldset of plain inputs, `<fieldset data-names="address" …>`, which do the same without a
// script. Who puts new fields on the page dispatches "fields:changed".
const WAIT = 150; // milliseconds of no typing
const LEAST = 2; // letters

function enhance(field) {
  if (field.written) {
    return;
  }
  field.written = field.cloneNode(true);
  const inputs = [...field.querySelectorAll("input")];
  const input = inputs.pop();
  const chosen = element("ul", { className: "chosen" });
  const box = element("ul", { className: "suggestions", id: `${input.id}-options`, hidden: true });
  const said = element("p", { className: "visually-hidden" });
  const label = field.querySelector("legend").textContent.trim();
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", label);
  said.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": box.id,
    autocapitalize: "off",
    spellcheck: "false",
  })) {
    input.setAttribute(name, value);
  }

  let timer = 0;
  let active = -1;
  let latest = 0;

  const options = () => [...box.children];
  const isOpen = () => !box.hidden;

  function changed() {
    field.isChanged = true;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(isShown) {
    box.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    point(-1);
    if (isShown) {
      box.scrollIntoView({ block: "nearest" });
    }
  }

  function point(place) {
    active = place;
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    if (place < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", options()[place].id);
      options()[place].scrollIntoView({ block: "nearest" });
    }
  }

  function chip(value, words) {
    const item = element("li", { className: "tag" });
    const away = element("button", { type: "button", textContent: "×" });
    away.setAttribute("aria-label", `${field.dataset.away} ${words}`);
    away.addEventListener("click", () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      (next?.querySelector("button") ?? input).focus();
      changed();
    });
    const hidden = element("input", { type: "hidden", name: input.name, value });
    item.append(element("span", { textContent: words }), away, hidden);
    chosen.append(item);
  }

  function take(value, words) {
    clearTimeout(timer);
    latest += 1;
    const has = [...chosen.querySelectorAll("input")].some((other) => other.value === value);
    input.value = "";
    show(false);
    if (!has) {
      chip(value, words);
      changed();
    }
  }

  async function suggest() {
    const typed = input.value.trim();
    const turn = ++latest;
    if (typed.length < LEAST) {
      said.textContent = "";
      show(false);
      return;
    }
    let found = [];
    try {
      const answer = await fetch(`${field.dataset.names}?q=${encodeURIComponent(typed)}`);
      found = answer.ok ? await answer.json() : [];
    } catch {
      return; // what is typed can be sent all the same
    }
    if (turn !== latest || document.activeElement !== input) {
      return;
    }
    box.replaceChildren(
      ...found.map(({ value, label: words, note }, number) => {
        const option = element("li", { id: `${box.id}-${number}`, textContent: words });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = value;
        if (note) {
          option.append(" ", element("span", { className: "muted", textContent: note }));
        }
        return option;
      }),
    );
    show(found.length > 0);
    said.textContent = found.length ? `${found.length} ${field.dataset.some}` : field.dataset.none;
  }

  const choose = (option) => take(option.dataset.value, option.firstChild.textContent);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const isDown = event.key === "ArrowDown";
      if (isOpen()) {
        point(isDown ? (active < last ? active + 1 : 0) : active > 0 ? active - 1 : last);
      } else if (last >= 0 && input.value.trim()) {
        show(true);
        point(isDown && !event.altKey ? 0 : isDown ? -1 : last);
      } else {
        suggest();
      }
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    } else if (event.key === "Enter" && input.value.trim()) {
      event.preventDefault();
      take(input.value.trim(), input.value.trim());
    } else if (event.key === "Escape" && (isOpen() || input.value)) {
      event.preventDefault(); // it closes the list, not the sheet around it
      event.stopPropagation();
      if (isOpen()) {
        show(false);
      } else {
        input.value = "";
      }
    } else if (event.key === "Backspace" && !input.value && chosen.lastElementChild) {
      event.preventDefault();
      chosen.lastElementChild.querySelector("button").focus();
    } else if (event.key === "Home" || event.key === "End") {
      point(-1);
    }
  });
  box.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus where it is
  box.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) {
      choose(option);
    }
  });

  for (const plain of inputs) {
    chip(plain.value, plain.dataset.words || plain.value);
    plain.remove();
  }
  input.before(chosen);
  input.after(box, said);
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function enhanceAll() {
  document.querySelectorAll("fieldset[data-names]").forEach(enhance);
}

document.addEventListener("fields:changed", enhanceAll);
enhanceAll();
