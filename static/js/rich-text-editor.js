// The editor of rich text in the admin: puts the words of each text area into django-prose-editor's bundle, with
// a toolbar of our own after the ARIA Authoring Practices. Everything that is asked stands in the widget's
// templates, so that it is translated; every address in its data.
const SEARCH_AFTER = 250; // milliseconds without a key
const VAGUE = /^(here|click here|more|read more|this|link|qui|clicca qui|ici|hier|mehr|aquí|más|https?:\S*|www\.\S*)$/i;

let numbers = 0;

async function start(root) {
  const textarea = root.querySelector("textarea");
  if (root.dataset.started || !textarea || textarea.id.includes("__prefix__")) {
    return;
  }
  root.dataset.started = "yes";
  const [tiptap, schema] = await Promise.all([import(root.dataset.editor), import(root.dataset.schema)]);
  const part = (name) => root.querySelector(`template[data-part="${name}"]`);
  const toolbar = part("toolbar").content.firstElementChild.cloneNode(true);
  const hint = part("hint").content.firstElementChild.cloneNode(true);
  const place = document.createElement("div");
  hint.id = `${textarea.id}_keys`;
  textarea.before(toolbar, place, hint);

  const editor = new tiptap.Editor({
    element: place,
    injectCSS: false, // an inline style, which our Content-Security-Policy blocks
    editable: !textarea.disabled && !textarea.readOnly,
    extensions: schema.extensions(tiptap, { sectionLabel: part("section-label").content.textContent }),
    content: textarea.value,
    editorProps: {
      attributes: attributesOf(textarea, hint),
      transformPastedHTML: schema.fromElsewhere,
      handlePaste: (view, event) => pasteAddress(editor, event, schema.addressOf),
      handleKeyDown: (view, event) => byKey(event),
    },
    onUpdate() {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => show(),
  });
  textarea.hidden = true;
  labelOf(textarea)?.addEventListener("click", () => editor.commands.focus());

  const ask = (name, values, options) => askFor(part(`dialog-${name}`), values, options);
  const commands = commandsFor(tiptap, editor, ask, schema.addressOf, root.dataset.media);
  const show = showState(toolbar, editor, commands);

  function byKey(event) {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey && event.key === "F10") {
      toolbar.querySelector("button[tabindex='0']").focus();
    } else if (control && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      commands.link.run();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  toolbar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") {
      rove(toolbar, button);
      commands[button.dataset.command].run();
    }
  });
  // The text keeps its selection when a button is pressed.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      editor.view.focus();
    } else if (!roveByKey(toolbar, event)) {
      return;
    }
    event.preventDefault();
  });
  show();
}

function labelOf(textarea) {
  return textarea.labels?.[0] ?? document.querySelector(`label[for="${textarea.id}"]`);
}

function attributesOf(textarea, hint) {
  const label = labelOf(textarea);
  const attributes = { role: "textbox", "aria-multiline": "true", class: "rich-text-words" };
  if (label) {
    label.id ||= `${textarea.id}_label`;
    attributes["aria-labelledby"] = label.id;
  }
  const described = [textarea.getAttribute("aria-describedby"), hint.id].filter(Boolean);
  attributes["aria-describedby"] = described.join(" ");
  for (const name of ["aria-invalid", "lang", "dir"]) {
    if (textarea.hasAttribute(name)) {
      attributes[name] = textarea.getAttribute(name);
    }
  }
  if (label?.classList.contains("required")) {
    attributes["aria-required"] = "true";
  }
  return attributes;
}

// An address that is pasted on chosen words links them.
function pasteAddress(editor, event, addressOf) {
  const words = event.clipboardData?.getData("text/plain").trim() ?? "";
  const href = /^(https?:\/\/|mailto:)\S+$/.test(words) ? addressOf(words) : "";
  if (!href || editor.state.selection.empty) {
    return false;
  }
  editor.chain().focus().setMark("link", { href, "data-media": null }).run();
  return true;
}

// The toolbar: one stop of the Tab key, arrow keys within (APG, Toolbar Pattern).

function buttonsOf(toolbar) {
  return [...toolbar.querySelectorAll("button")].filter((button) => !button.closest("[hidden]"));
}

function rove(toolbar, button) {
  for (const other of toolbar.querySelectorAll("button")) {
    other.tabIndex = other === button ? 0 : -1;
  }
}

function roveByKey(toolbar, { key }) {
  const buttons = buttonsOf(toolbar);
  const forward = getComputedStyle(toolbar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const now = buttons.indexOf(document.activeElement);
  const next = { [forward]: now + 1, [back]: now - 1, Home: 0, End: buttons.length - 1 }[key];
  if (next === undefined) {
    return false;
  }
  const button = buttons.at(next % buttons.length);
  rove(toolbar, button);
  button.focus();
  return true;
}

function showState(toolbar, editor, commands) {
  return () => {
    for (const group of toolbar.querySelectorAll("[data-within]")) {
      const isWithin = editor.isActive(group.dataset.within);
      if (!isWithin && group.contains(document.activeElement)) {
        editor.commands.focus();
      }
      group.hidden = !isWithin;
    }
    for (const button of toolbar.querySelectorAll("button")) {
      const { active, enabled } = commands[button.dataset.command];
      if (active) {
        button.setAttribute("aria-pressed", String(Boolean(active())));
      }
      if (enabled) {
        button.setAttribute("aria-disabled", String(!enabled()));
      }
    }
    const buttons = buttonsOf(toolbar);
    if (!buttons.some((button) => button.tabIndex === 0)) {
      rove(toolbar, buttons[0]);
    }
  };
}

// What the buttons do: `run`, and where it tells something, whether it is `active` or `enabled`.

function commandsFor(tiptap, editor, ask, addressOf, mediaAddress) {
  const chain = () => editor.chain().focus();
  const toggle = (command, name, attributes) => ({
    run: () => chain()[command](attributes).run(),
    active: () => editor.isActive(name, attributes),
  });
  const simple = (command) => ({ run: () => chain()[command]().run() });
  const able = (command) => ({ ...simple(command), enabled: () => editor.can()[command]() });

  async function link() {
    if (editor.isActive("link")) {
      editor.commands.extendMarkRange("link");
    }
    const { from, to } = editor.state.selection;
    const old = editor.getAttributes("link");
    const words = editor.state.doc.textBetween(from, to, " ");
    const asked = await ask("link", { words, href: old.href ?? "" }, { check: checkLink(addressOf), isOld: editor.isActive("link") });
    if (asked?.pressed === "remove") {
      chain().unsetMark("link").run();
    } else if (asked) {
      const href = addressOf(asked.href);
      const mark = { type: "link", attrs: { href, "data-media": href === old.href ? old["data-media"] : null } };
      if (asked.words === words) {
        chain().setMark("link", mark.attrs).run();
      } else {
        chain().insertContentAt({ from, to }, { type: "text", text: asked.words, marks: [mark] }).run();
      }
    }
  }

  async function table() {
    const asked = await ask("table", { rows: 3, columns: 2, caption: "" });
    if (asked) {
      chain()
        .insertTable({ rows: Number(asked.rows), cols: Number(asked.columns), withHeaderRow: true })
        .updateAttributes("table", { caption: asked.caption })
        .run();
    }
  }

  async function caption() {
    const kind = editor.isActive("picture") ? "picture" : "table";
    const asked = await ask("caption", { caption: editor.getAttributes(kind).caption });
    if (asked) {
      chain().updateAttributes(kind, { caption: asked.caption }).run();
    }
  }

  // Chosen paragraphs go into the new section; it begins empty otherwise.
  function section() {
    const { state } = editor;
    const { $from, $to, empty } = state.selection;
    const range = $from.blockRange($to);
    const { nodes } = state.schema;
    const isFilled = !empty || !$from.parent.content.size;
    const content = isFilled ? state.doc.slice(range.start, range.end).content : nodes.paragraph.create();
    const { Fragment } = tiptap.pm.model;
    const title = Fragment.from(nodes.sectionTitle.create());
    const node = nodes.section.createChecked(null, title.append(Fragment.from(content)));
    const at = isFilled ? range.start : range.end;
    const transaction = state.tr.replaceWith(at, range.end, node);
    transaction.setSelection(tiptap.pm.state.TextSelection.create(transaction.doc, at + 2));
    editor.view.dispatch(transaction.scrollIntoView());
    editor.commands.focus();
  }

  function takeApart() {
    const { state } = editor;
    const { $from } = state.selection;
    let depth = $from.depth;
    while (depth && $from.node(depth).type.name !== "section") {
      depth -= 1;
    }
    const node = $from.node(depth);
    const title = node.firstChild;
    const paragraph = state.schema.nodes.paragraph.create(null, title.content);
    const rest = node.content.cut(title.nodeSize);
    const content = title.content.size ? tiptap.pm.model.Fragment.from(paragraph).append(rest) : rest;
    editor.view.dispatch(state.tr.replaceWith($from.before(depth), $from.after(depth), content));
    editor.commands.focus();
  }

  async function language() {
    const asked = await ask("language", { lang: editor.getAttributes("language").lang ?? "" });
    if (asked) {
      const range = chain().extendMarkRange("language");
      (asked.lang ? range.setMark("language", { lang: asked.lang }) : range.unsetMark("language")).run();
    }
  }

  async function image() {
    const asked = await ask("image", {}, { choose: chooser(mediaAddress, "image") });
    if (asked) {
      const { uid, url, alt } = asked.chosen;
      const attrs = { uid, src: url, alt: alt ?? "", caption: asked.caption };
      chain().insertContent({ type: "picture", attrs }).createParagraphNear().run();
    }
  }

  async function file() {
    const asked = await ask("file", {}, { choose: chooser(mediaAddress, "file") });
    if (asked) {
      const { uid, url, title } = asked.chosen;
      const mark = { type: "link", attrs: { href: url, "data-media": uid } };
      chain().insertContent([{ type: "text", text: title, marks: [mark] }, { type: "text", text: " " }]).run();
    }
  }

  return {
    "heading-2": toggle("toggleHeading", "heading", { level: 2 }),
    "heading-3": toggle("toggleHeading", "heading", { level: 3 }),
    "heading-4": toggle("toggleHeading", "heading", { level: 4 }),
    bold: toggle("toggleBold", "bold"),
    italic: toggle("toggleItalic", "italic"),
    language: {
      run: language,
      active: () => editor.isActive("language"),
      enabled: () => !editor.state.selection.empty || editor.isActive("language"),
    },
    bullets: toggle("toggleBulletList", "bulletList"),
    numbers: toggle("toggleOrderedList", "orderedList"),
    quote: toggle("toggleBlockquote", "blockquote"),
    line: simple("setHorizontalRule"),
    link: { run: link, active: () => editor.isActive("link") },
    table: { run: table, enabled: () => !editor.isActive("table") },
    section: { run: section, enabled: () => !editor.isActive("section") && !editor.isActive("table") },
    image: { run: image },
    file: { run: file },
    undo: able("undo"),
    redo: able("redo"),
    "row-add": simple("addRowAfter"),
    "column-add": simple("addColumnAfter"),
    "row-remove": simple("deleteRow"),
    "column-remove": simple("deleteColumn"),
    "head-row": {
      ...simple("toggleHeaderRow"),
      active: () => areHeads(editor, (cell, row, table) => row === table.firstChild),
    },
    "head-column": {
      ...simple("toggleHeaderColumn"),
      active: () => areHeads(editor, (cell, row) => cell === row.firstChild),
    },
    "table-remove": simple("deleteTable"),
    caption: { run: caption },
    "section-remove": { run: takeApart },
    "picture-remove": simple("deleteSelection"),
  };
}

// Whether all the cells that are meant, of the table that the cursor is in, are headings.
function areHeads(editor, isMeant) {
  const { $from } = editor.state.selection;
  let depth = $from.depth;
  while (depth && $from.node(depth).type.name !== "table") {
    depth -= 1;
  }
  const table = $from.node(depth);
  let areAll = depth > 0;
  for (const row of depth ? table.children : []) {
    for (const cell of row.children) {
      areAll &&= !isMeant(cell, row, table) || cell.type.name === "tableHeader";
    }
  }
  return areAll;
}

// Dialogs. Each is made anew, below <body>, since forms cannot stand within a form.

function askFor(template, values, { check, choose, isOld } = {}) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  const form = dialog.querySelector("form");
  const said = dialog.querySelector("[role=status]");
  const number = ++numbers;
  dialog.querySelector("h2").id = `rich-text-dialog-${number}`;
  dialog.setAttribute("aria-labelledby", `rich-text-dialog-${number}`);
  for (const input of form.querySelectorAll("input")) {
    input.id = `rich-text-${number}-${input.name}`;
    form.querySelector(`[data-for="${input.name}"]`).htmlFor = input.id;
    const help = form.querySelector(`[data-help="${input.name}"]`);
    if (help) {
      help.id = `${input.id}-help`;
      input.setAttribute("aria-describedby", help.id);
    }
    input.value = values[input.name] ?? "";
  }
  const remove = form.querySelector("[value=remove]");
  if (remove) {
    remove.hidden = !isOld;
  }
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const done = (answer) => {
      resolve(answer);
      dialog.close();
    };
    const entered = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const pressed = event.submitter?.value ?? "";
      if (!choose && (pressed === "remove" || !check || check.allows(form, said))) {
        done({ ...entered(), pressed });
      }
    });
    form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
    check?.watch(form, said);
    choose?.(form, said, (chosen) => done({ ...entered(), chosen }));
  });
}

function checkLink(addressOf) {
  return {
    allows({ elements: { href } }, said) {
      const isRight = Boolean(addressOf(href.value));
      href.setAttribute("aria-invalid", String(!isRight));
      if (!isRight) {
        said.textContent = said.dataset.wrong;
        href.focus();
      }
      return isRight;
    },
    watch(form, said) {
      const { words, href } = form.elements;
      words.addEventListener("change", () => {
        said.textContent = VAGUE.test(words.value.trim()) ? said.dataset.vague : "";
      });
      href.addEventListener("change", async () => {
        const address = addressOf(href.value);
        said.textContent = "";
        href.removeAttribute("aria-invalid");
        if (address.startsWith("/")) {
          const answer = await fetch(address, { method: "HEAD" }).catch(() => null);
          if (answer?.status === 404 && addressOf(href.value) === address) {
            said.textContent = said.dataset.missing;
          }
        }
      });
    },
  };
}

function chooser(address, kind) {
  return (form, said, choose) => {
    const list = form.querySelector(".rich-text-choices");
    let timer = 0;
    async function search() {
      const query = form.elements.q.value;
      try {
        const answer = await fetch(`${address}?${new URLSearchParams({ q: query, kind })}`);
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        const { results, more } = await answer.json();
        if (form.elements.q.value === query) {
          list.replaceChildren(...results.map((item) => choiceOf(item, choose)));
          said.textContent = results.length ? (more ? said.dataset.more : "") : said.dataset.none;
        }
      } catch {
        said.textContent = said.dataset.failed;
      }
    }
    // What was uploaded in another window meanwhile is found when the editor comes back from there.
    const again = () => (form.isConnected ? search() : window.removeEventListener("focus", again));
    window.addEventListener("focus", again);
    form.elements.q.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, SEARCH_AFTER);
    });
    search();
  };
}

function choiceOf(item, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "rich-text-choice";
  if (item.thumbnail) {
    const image = document.createElement("img");
    image.src = item.thumbnail;
    image.alt = "";
    image.loading = "lazy";
    button.append(image);
  }
  button.append(item.label || item.title);
  button.addEventListener("click", () => choose(item));
  const entry = document.createElement("li");
  entry.append(button);
  return entry;
}

function startAll(within) {
  for (const root of within.querySelectorAll("[data-editor][data-schema]")) {
    start(root);
  }
}

startAll(document);
document.addEventListener("formset:added", ({ target }) => startAll(target));
