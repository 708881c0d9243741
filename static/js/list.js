// A list that answers its filters without a page load. The server writes the whole page as always; htmx takes
// the results out of it, and this module brings the form up to date around what the visitor is doing in it.
const htmx = window.htmx;
const PHONE = window.matchMedia("(max-width: 47.99rem)");
const PARTS = ["filter-fields", "results-head", "list-map"]; // beside the results themselves
const MANY = 8; // choices of one menu, from which on it can be searched
const byId = (id) => document.getElementById(id);

Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false }); // as the CSP asks
htmx.config.scrollIntoViewOnBoost = false;
htmx.config.timeout = 20_000;

// What the visitor did after the request went out stays; see `patch`.
let sent = new WeakMap();
let asked = "";
const scrolled = new Map(); // how far down each address was left, for Back

const isOurs = ({ detail }) => detail.target?.id === "results";
const stateOf = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);

// Addresses: what was left empty says nothing, so it stays out of them. ------------------------------------

document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id === "filter-form") {
    for (const name of new Set(formData.keys())) {
      const given = formData.getAll(name).filter((value) => value !== "");
      formData.delete(name);
      for (const value of given) {
        formData.append(name, value);
      }
    }
  }
});

// Requests ------------------------------------------------------------------------------------------------

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOurs(event)) {
    asked = event.detail.pathInfo.finalRequestPath;
    sent = new WeakMap([...byId("filter-form").elements].map((field) => [field, stateOf(field)]));
    byId("results").setAttribute("aria-busy", "true");
    scrolled.set(location.href, window.scrollY);
  }
});

document.addEventListener("htmx:afterRequest", () => byId("results")?.removeAttribute("aria-busy"));

function failed(event) {
  if (isOurs(event)) {
    const words = byId("list-failed").content.cloneNode(true);
    words.querySelector("a").href = asked;
    byId("list-failure").replaceChildren(words);
    byId("filter-sheet").close();
    byId("list-failure").scrollIntoView({ block: "nearest" });
  }
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, failed);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isOurs(event) && event.detail.shouldSwap) {
    // The link that asked may be gone after this, a chip that was taken away, and what it inherits with it.
    Object.assign(event.detail, { selectOverride: "#results", swapOverride: "outerHTML show:none" });
    const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    byId("list-failure").replaceChildren();
    for (const part of PARTS) {
      patch(byId(part), page.getElementById(part));
    }
    enhance();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (isOurs(event)) {
    refresh();
    if (document.activeElement === document.body || !document.activeElement) {
      byId("list-total").focus({ preventScroll: true }); // the link that was followed is gone
    } else {
      byId("list-said").textContent = words(byId("list-total"));
    }
  }
});

document.addEventListener("htmx:historyRestore", () => {
  enhance();
  refresh();
  window.scrollTo(0, scrolled.get(location.href) ?? 0);
});

const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

// The form: change what differs, so that focus, open menus, scrolling and typing are left alone. ------------

function patch(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) {
      old.data = fresh.data;
    }
    return;
  }
  if (old.written) {
    patchNames(old, fresh);
    return;
  }
  const isKept = old.form && sent.has(old) && stateOf(old) !== sent.get(old);
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) {
      old.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  if (old.nodeName === "PLACE-MAP") {
    return; // it follows its attributes by itself
  }
  const present = [...old.childNodes].filter((node) => !node.isAdded);
  const coming = [...fresh.childNodes];
  coming.forEach((node, place) => (place < present.length ? patch(present[place], node) : old.append(node)));
  present.slice(coming.length).forEach((node) => node.remove());
  if (old.form && !isKept) {
    if (old.nodeName === "INPUT" && typeof stateOf(old) === "boolean") {
      old.checked = fresh.checked;
    } else if ("value" in old && old.value !== fresh.value) {
      old.value = fresh.value;
    }
  }
}

// The names that were chosen are written anew; a name that is being typed stays.
function patchNames(old, fresh) {
  if (old.written.isEqualNode(fresh) && !old.isChanged) {
    return;
  }
  const input = old.querySelector("[role=combobox]");
  const [typing, hasFocus] = [input.value, document.activeElement === input];
  old.replaceWith(fresh);
  document.dispatchEvent(new Event("fields:changed"));
  if (hasFocus) {
    const now = fresh.querySelector("[role=combobox]");
    now.value = sent.get(input) === typing ? "" : typing;
    now.focus({ preventScroll: true });
  }
}

function enhance() {
  PARTS.forEach((part) => htmx.process(byId(part)));
  document.dispatchEvent(new Event("fields:changed")); // combobox.js
  document.querySelectorAll("#filter-fields [data-find]").forEach(enhanceChoices);
}

// A field above the choices of a long menu shows those with the words that are typed into it.
function enhanceChoices(menu) {
  const choices = [...menu.querySelectorAll(".form-check")];
  let find = menu.previousElementSibling;
  if (!find?.isAdded && choices.length > MANY) {
    find = document.createElement("input");
    find.type = "search";
    find.className = "form-control form-control-sm find";
    find.placeholder = menu.dataset.find;
    find.setAttribute("aria-label", menu.dataset.find);
    find.isAdded = true;
    find.addEventListener("change", (event) => event.stopPropagation());
    find.addEventListener("input", () => narrow(menu, find.value));
    find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    menu.before(find);
  }
  if (find?.isAdded) {
    narrow(menu, find.value);
  }
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function narrow(menu, text) {
  const sought = fold(text).split(/\s+/);
  for (const choice of menu.querySelectorAll(".form-check")) {
    const label = fold(choice.textContent);
    choice.hidden = !sought.every((word) => label.includes(word));
  }
}

// The sheet: on a phone the form moves into a dialog, which keeps the focus and gives it back. ---------------

function refresh() {
  const button = document.querySelector("#filter-form [type=submit]");
  const door = byId("filter-open");
  button.dataset.words ??= button.textContent;
  button.textContent = byId("filter-sheet").open ? byId("list-total").dataset.show : button.dataset.words;
  door.setAttribute("role", "button");
  door.setAttribute("aria-haspopup", "dialog");
}

function openSheet() {
  byId("list-said").textContent = "";
  byId("filter-sheet").append(byId("filter-form"), byId("list-said")); // beside a dialog nothing is read aloud
  byId("filter-sheet").showModal();
  refresh();
}

function closeSheet() {
  byId("filters").append(byId("filter-form"));
  byId("list-failure").before(byId("list-said"));
  refresh();
  byId("filter-open").focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const problem = event.target.closest("#problems a");
  if (problem && byId("filter-open").checkVisibility()) {
    openSheet(); // where the field is that the sentence leads to
  } else if (event.target.closest("#filter-open")) {
    event.preventDefault();
    openSheet();
  } else if (event.target.closest(".filters-close") && byId("filter-sheet").open) {
    event.preventDefault();
    byId("filter-sheet").close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.id === "filter-open") {
    event.preventDefault();
    openSheet();
  }
});

document.addEventListener("submit", ({ target }) => target.id === "filter-form" && byId("filter-sheet").close());
document.addEventListener("close", ({ target }) => target.id === "filter-sheet" && closeSheet(), true);
PHONE.addEventListener("change", () => byId("filter-sheet").close());

enhance();
refresh();
