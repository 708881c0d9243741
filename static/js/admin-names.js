// Names for what Django's admin and Select2 leave without one, for screen readers and speech control.
// Each pass does what is still to do, whenever something was added: rows of inlines, menus, date links.

const words = (node) => node.textContent.replace(/\s+/g, " ").trim().replace(/:$/, "");

function labelOf(field) {
  const label = field.labels?.[0] ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  return label ? words(label) : field.getAttribute("aria-label") ?? "";
}

// A field of a table is called after its column and its row; a part of a moment after the moment and itself.
function nameField(field) {
  if (field.type === "hidden" || field.labels?.length || field.hasAttribute("aria-label")) {
    return;
  }
  const cell = field.closest(".tabular td");
  const moment = field.closest(".datetime");
  if (cell) {
    const table = cell.closest("table");
    const heads = [...table.tHead.rows[0].cells].flatMap((head) => Array(head.colSpan).fill(head));
    const row = [...table.tBodies].flatMap((body) => [...body.rows]).indexOf(cell.parentElement) + 1;
    field.setAttribute("aria-label", `${words(heads[cell.cellIndex] ?? cell)} ${row}`);
  } else if (moment) {
    const legend = moment.closest("fieldset")?.querySelector("legend") ?? moment.parentElement.querySelector("label");
    const part = field.previousSibling?.textContent?.trim().replace(/:$/, "") ?? "";
    field.setAttribute("aria-label", `${legend ? words(legend) : ""} ${part}`.trim());
  }
}

function nameMenu(box) {
  const select = box.previousElementSibling;
  if (!select?.matches("select")) {
    return;
  }
  nameField(select);
  const name = labelOf(select);
  const value = box.querySelector(".select2-selection__rendered");
  const combobox = box.querySelector("[role=combobox]");
  if (value?.getAttribute("role") === "textbox") {
    value.removeAttribute("role"); // Select2 calls the value a second field within the first
    value.removeAttribute("aria-readonly");
  }
  if (!combobox.dataset.named) {
    combobox.dataset.named = name;
    combobox.setAttribute("aria-label", name);
    if (combobox.getAttribute("aria-labelledby")) {
      combobox.id ||= `${select.id}-combobox`;
      combobox.setAttribute("aria-labelledby", `${combobox.id} ${value.id}`);
    }
  }
  box.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
  box.querySelectorAll("ul > span").forEach((node) => node.setAttribute("role", "listitem"));
}

function nameOpenMenu() {
  const open = document.querySelector(".select2-selection[aria-expanded=true]");
  const list = document.querySelector(".select2-container--open .select2-results__options");
  if (!open || !list) {
    return;
  }
  const name = open.dataset.named ?? "";
  const place = list.closest("body > .select2-container");
  for (const combobox of [open, ...open.querySelectorAll("[role=combobox]")]) {
    if (combobox.getAttribute("aria-controls") !== list.id) {
      combobox.setAttribute("aria-controls", list.id);
    }
  }
  const search = place?.querySelector(".select2-search__field");
  for (const [node, role] of [[place, "region"], [search, null], [list, null]]) {
    if (node && node.getAttribute("aria-label") !== name && name) {
      node.setAttribute("aria-label", name);
      role && node.setAttribute("role", role);
    }
  }
}

function nameAll() {
  const content = document.getElementById("content") ?? document.body;
  const heading = content.querySelector("h1");
  content.querySelectorAll("input, select, textarea").forEach(nameField);
  content.querySelectorAll(".select2-container").forEach(nameMenu);
  content.querySelectorAll(".datetimeshortcuts a > span[title]").forEach((icon) => {
    icon.parentElement.ariaLabel ??= icon.title;
  });
  // A calendar or a list of hours that opens at such a link stands at the end of the page.
  document.querySelectorAll(":is(.calendarbox, .clockbox):not([role])").forEach((box) => {
    const icon = document.getElementById(box.id.replace("box", "link"))?.querySelector("[title]");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", icon?.title ?? "");
  });
  content.querySelectorAll("a[title] > img[alt='']").forEach((picture) => {
    picture.alt = picture.parentElement.title;
  });
  content.querySelectorAll("#result_list tbody th:not([scope])").forEach((cell) => cell.setAttribute("scope", "row"));
  content.querySelectorAll("th.original").forEach((cell) => {
    const plain = document.createElement("td");
    plain.className = cell.className;
    cell.replaceWith(plain); // a heading of nothing
  });
  content.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((icon) => icon.setAttribute("role", "img"));
  content.querySelectorAll("[aria-describedby*='__prefix__']").forEach((field) => {
    if (!field.closest(".empty-form")) {
      field.removeAttribute("aria-describedby"); // the help stands at the head of the column
    }
  });
  if (heading) {
    heading.id ||= "page-title";
    content.querySelectorAll("fieldset:not([aria-labelledby], :has(> legend))").forEach((group) => {
      group.setAttribute("aria-labelledby", heading.id);
    });
  }
  nameOpenMenu();
}

let isAsked = false;
function ask() {
  if (!isAsked) {
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      nameAll();
    });
  }
}

nameAll();
new MutationObserver(ask).observe(document.body, {
  attributeFilter: ["aria-expanded"],
  childList: true,
  subtree: true,
});
