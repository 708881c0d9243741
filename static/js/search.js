// The search of every page: a combobox with a listbox (WAI-ARIA Authoring Practices). htmx asks for the options
// while somebody types, and is itself fetched when the field is first used. Without a script the form does.
const input = document.getElementById("search");
const form = input?.form;
const box = document.getElementById("suggestions");
const said = document.getElementById("suggestions-said");
let active = -1;
let wanted = false; // an answer that comes after the box was closed opens nothing

const options = () => [...box.querySelectorAll("[role=option]")];

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

function show(isShown) {
  box.hidden = !(isShown && options().length);
  input.setAttribute("aria-expanded", String(!box.hidden));
  point(-1);
}

function close() {
  wanted = false;
  show(false);
}

// What was typed before htmx came is asked for now: it may come late, and even after DOMContentLoaded.
function start() {
  window.htmx.process(form);
  if (input.value !== input.defaultValue) {
    window.htmx.trigger(input, "input");
  }
}

function fetchHtmx() {
  if (window.htmx) {
    start();
    return;
  }
  const settings = document.createElement("meta");
  settings.name = "htmx-config"; // what the Content-Security-Policy asks for
  settings.content = '{"allowEval": false, "includeIndicatorStyles": false}';
  const script = document.createElement("script");
  script.src = form.dataset.htmx;
  script.addEventListener("load", start);
  document.head.append(settings, script);
}

const keys = {
  ArrowDown: (last) => point(active === last ? -1 : active + 1),
  ArrowUp: (last) => point(active < 0 ? last : active - 1),
  Home: () => active >= 0 && point(0),
  End: (last) => active >= 0 && point(last),
  Enter: () => active >= 0 && options()[active].click(),
};

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  if (event.key === "Escape") {
    if (!box.hidden) {
      event.preventDefault(); // the second Escape empties the field, as browsers do
      close();
    }
  } else if (event.key === "Tab") {
    close();
  } else if (box.hidden) {
    if (event.key.startsWith("Arrow") && /Down|Up/.test(event.key) && options().length) {
      event.preventDefault();
      show(true);
      keys[event.key](options().length - 1);
    }
  } else if (event.key in keys && keys[event.key](options().length - 1) !== false) {
    event.preventDefault();
  }
}

if (input && box) {
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": box.id,
  })) {
    input.setAttribute(name, value);
  }
  // Lists bring htmx themselves, by then.
  document.addEventListener("DOMContentLoaded", () => {
    input.addEventListener("focus", fetchHtmx, { once: true });
    if (document.activeElement === input) {
      fetchHtmx();
    }
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    wanted = input.value.trim().length > 1;
    point(-1);
    if (!wanted) {
      close();
    }
  });
  box.addEventListener("htmx:afterSwap", () => {
    said.textContent = wanted ? box.querySelector("[data-said]")?.dataset.said ?? "" : "";
    show(wanted);
  });
  box.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || close());
  form.addEventListener("submit", close);
  window.addEventListener("pageshow", close);
}

// A form with a script of its own has it fetched when it is first used: few visitors use it.
document.addEventListener("focusin", ({ target }) => {
  const module = target.form?.dataset.module;
  if (module) {
    import(module);
  }
});

// The menu of languages lies over what comes after it: it closes behind whoever goes on.
const languages = document.querySelector(".site-languages");
languages?.addEventListener("focusout", ({ relatedTarget }) => {
  languages.open &&= !relatedTarget || languages.contains(relatedTarget);
});
languages?.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") {
    languages.open = false;
    languages.firstElementChild.focus();
  }
});
