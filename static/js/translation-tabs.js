// Shows the groups of fields of each language as tabs (WAI-ARIA tabs pattern). Without it they stand one
// below the other. A tab says whether anything is written in its language; one with an error opens.

const groups = [...document.querySelectorAll("fieldset.translation")];

if (groups.length) {
  const list = document.createElement("div");
  list.className = "translation-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-labelledby", "translation-tabs-name"); // templates/admin/change_form.html
  groups[0].before(list);

  const panels = groups.map((group, place) => {
    const panel = document.createElement("div"); // a fieldset may not be a panel
    panel.id = `translation-${place}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `translation-tab-${place}`);
    group.before(panel);
    panel.append(group);
    return panel;
  });
  const tabs = groups.map((group, place) => {
    const heading = group.querySelector("h2, .fieldset-heading");
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `translation-tab-${place}`;
    tab.setAttribute("role", "tab");
    tab.textContent = heading.textContent.trim();
    tab.lang = [...group.classList].find((name) => name.startsWith("translation-")).slice("translation-".length);
    group.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panels[place].id);
    heading.hidden = true;
    list.append(tab);
    const fields = [...group.querySelectorAll("input:not([type=hidden]), textarea")];
    const mark = () => tab.classList.toggle("is-filled", fields.some((field) => field.value.trim()));
    group.addEventListener("input", mark);
    mark();
    if (group.querySelector(".errorlist")) tab.classList.add("has-errors");
    return tab;
  });

  const open = (tab) => {
    tabs.forEach((other, place) => {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      panels[place].hidden = other !== tab;
    });
  };

  const keys = { ArrowRight: 1, ArrowLeft: -1 };
  list.addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const turn = document.dir === "rtl" ? -1 : 1;
    let next = -1;
    if (event.key in keys) next = (here + turn * keys[event.key] + tabs.length) % tabs.length;
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = tabs.length - 1;
    if (next < 0) return;
    event.preventDefault();
    open(tabs[next]);
    tabs[next].focus();
  });
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) open(tab);
  });
  open(tabs.find((tab) => tab.classList.contains("has-errors")) ?? tabs[0]);
}
