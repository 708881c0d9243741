// What a rich text may hold, for the editor: the same elements as in citynet/core/rich_html.py, which is what
// counts. `tiptap` is the bundle of django-prose-editor.

const HEADINGS = { H1: 2, H2: 2, H3: 3, H4: 4, H5: 4, H6: 4 };

// The address that a link may have, as the server sees it too; else an empty string.
export function addressOf(words) {
  let address = words.trim();
  if (address.startsWith(`${location.origin}/`)) {
    address = address.slice(location.origin.length);
  }
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(address)) {
    return `mailto:${address}`;
  }
  if (/^(www\.|[\w-]+(\.[\w-]+)*\.[a-z]{2,}(\/|$))/i.test(address)) {
    return `https://${address}`;
  }
  return /^(https?:\/\/[^\s/]|mailto:[^\s]|tel:[^\s]|\/(?![/\\])|#[^\s#])/i.test(address) ? address : "";
}

// What is pasted, without styles, which our Content-Security-Policy would block and report; what they meant stays:
// bold, italic, and the lists that Word writes as paragraphs with a bullet in them.
export function fromElsewhere(html) {
  const quiet = html
    .replace(/<style[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  const { body } = new DOMParser().parseFromString(quiet, "text/html");
  const styled = (words) => body.querySelectorAll(`[data-style*="${words}" i]`);
  for (const element of styled("font-weight")) {
    const weight = /font-weight:\s*(\w+)/i.exec(element.dataset.style)?.[1];
    if (element.matches("b, strong") && /normal|400/.test(weight)) {
      element.replaceWith(...element.childNodes); // Google Docs wraps everything in such a <b>
    } else if (element.matches("span") && /bold|[6-9]00/.test(weight)) {
      wrapWithin(element, "strong");
    }
  }
  for (const element of styled("italic")) {
    if (element.matches("span") && /font-style:\s*italic/i.test(element.dataset.style)) {
      wrapWithin(element, "em");
    }
  }
  makeLists([...body.querySelectorAll("p[data-style*='mso-list']")]);
  for (const hidden of styled("mso-list:ignore")) {
    hidden.remove();
  }
  return body.innerHTML;
}

function wrapWithin(element, tag) {
  const wrap = document.createElement(tag);
  wrap.append(...element.childNodes);
  element.append(wrap);
}

function makeLists(items) {
  const lists = [];
  for (const item of items) {
    const level = Number(/level(\d)/.exec(item.dataset.style)?.[1] ?? 1);
    const marker = item.querySelector("[data-style*='mso-list:ignore' i]");
    const kind = /^\s*\(?\w{1,4}[.)]/.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (!lists.length || item.previousElementSibling !== lists[0]) {
      lists.length = 0;
    }
    lists.length = Math.min(lists.length, level);
    while (lists.length < level) {
      const list = document.createElement(kind);
      const above = lists.at(-1);
      if (above) {
        (above.lastElementChild ?? above.appendChild(document.createElement("li"))).append(list);
      } else {
        item.before(list);
      }
      lists.push(list);
    }
    const entry = document.createElement("li");
    entry.append(...item.childNodes);
    lists.at(-1).append(entry);
    item.remove();
  }
}

export function extensions(tiptap, { sectionLabel }) {
  const { Extension, Mark, Node } = tiptap;
  const kept = (name) => ({
    default: null,
    parseHTML: (element) => element.getAttribute(name),
    renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
  });

  const Link = Mark.create({
    name: "link",
    inclusive: false,
    addAttributes: () => ({
      href: { default: null, parseHTML: (element) => addressOf(element.getAttribute("href") ?? "") || null },
      "data-media": kept("data-media"),
    }),
    parseHTML: () => [
      { tag: "a[data-media]" },
      { tag: "a[href]", getAttrs: (element) => (addressOf(element.getAttribute("href")) ? null : false) },
    ],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  });

  const Language = Mark.create({
    name: "language",
    addAttributes: () => ({ lang: kept("lang"), dir: kept("dir") }),
    parseHTML: () => [{ tag: "span[lang]" }],
    renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
  });

  const Abbreviation = Mark.create({
    name: "abbreviation",
    addAttributes: () => ({ title: kept("title"), lang: kept("lang") }),
    parseHTML: () => [{ tag: "abbr[title]" }],
    renderHTML: ({ HTMLAttributes }) => ["abbr", HTMLAttributes, 0],
  });

  // Blocks keep the language and the direction that they were given.
  const BlockLanguage = Extension.create({
    name: "blockLanguage",
    addGlobalAttributes: () => [
      {
        types: ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem", "table"],
        attributes: { lang: kept("lang"), dir: kept("dir") },
      },
    ],
  });

  const Heading = tiptap.Heading.extend({
    parseHTML: () =>
      Object.entries(HEADINGS).map(([tag, level]) => ({ tag: tag.toLowerCase(), attrs: { level } })),
    addAttributes: () => ({
      level: { default: 2, rendered: false, parseHTML: (element) => HEADINGS[element.tagName] ?? 2 },
    }),
  }).configure({ levels: [2, 3, 4] });

  const imageOf = (element) => (element.matches("img") ? element : element.querySelector("img[data-media]"));
  const Picture = Node.create({
    name: "picture",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({
      uid: { default: null, parseHTML: (element) => imageOf(element).dataset.media },
      src: { default: null, parseHTML: (element) => imageOf(element).getAttribute("src") },
      alt: { default: "", parseHTML: (element) => imageOf(element).alt },
      caption: { default: "", parseHTML: (element) => element.querySelector("figcaption")?.textContent ?? "" },
    }),
    parseHTML: () => [
      { tag: "figure", getAttrs: (element) => (imageOf(element) ? null : false) },
      { tag: "img[data-media]" },
    ],
    renderHTML({ node: { attrs } }) {
      const image = ["img", { "data-media": attrs.uid, ...(attrs.src ? { src: attrs.src } : {}), alt: attrs.alt }];
      return ["figure", image, ...(attrs.caption ? [["figcaption", attrs.caption]] : [])];
    },
  });

  const SectionTitle = Node.create({
    name: "sectionTitle",
    content: "text*",
    defining: true,
    isolating: false,
    parseHTML: () => [{ tag: "summary" }],
    renderHTML: () => ["summary", 0],
    // From the end of the title, Enter leads to the text below it.
    addKeyboardShortcuts() {
      return {
        Enter: ({ editor }) => {
          const { $from, empty } = editor.state.selection;
          const isAtEnd = empty && $from.parentOffset === $from.parent.content.size;
          return $from.parent.type.name === "sectionTitle" && isAtEnd && editor.commands.focus($from.after() + 1);
        },
      };
    },
    addNodeView: () => () => {
      const dom = document.createElement("div");
      dom.className = "rich-text-section-title";
      dom.dataset.label = sectionLabel;
      const contentDOM = dom.appendChild(document.createElement("div"));
      return { dom, contentDOM };
    },
  });

  // Open while it is written, whatever it is on the page.
  const Section = Node.create({
    name: "section",
    group: "block",
    content: "sectionTitle block+",
    defining: true,
    parseHTML: () => [{ tag: "details" }],
    renderHTML: () => ["details", 0],
    addNodeView: () => () => {
      const dom = document.createElement("div");
      dom.className = "rich-text-section";
      return { dom, contentDOM: dom };
    },
  });

  const Table = tiptap.Table.extend({
    addAttributes() {
      return {
        ...this.parent?.(),
        caption: {
          default: "",
          rendered: false,
          parseHTML: (element) => element.querySelector("caption")?.textContent.trim() ?? "",
        },
      };
    },
    parseHTML: () => [{ tag: "caption", ignore: true }, { tag: "table" }],
    addNodeView: () => null,
    renderHTML: ({ node, HTMLAttributes }) => [
      "table",
      HTMLAttributes,
      ...(node.attrs.caption ? [["caption", { contenteditable: "false" }, node.attrs.caption]] : []),
      ["tbody", 0],
    ],
    // Tab leads from cell to cell and, after the last one, on to the next field: no trap (WCAG 2.1.2).
    addKeyboardShortcuts() {
      return {
        Tab: () => this.editor.commands.goToNextCell(),
        "Shift-Tab": () => this.editor.commands.goToPreviousCell(),
      };
    },
  }).configure({ resizable: false });

  return [
    ...["Document", "Paragraph", "Text", "HardBreak", "Bold", "Italic", "Blockquote", "BulletList"],
    ...["OrderedList", "ListItem", "HorizontalRule", "History", "Gapcursor", "Dropcursor", "TrailingNode"],
    ...["TableRow", "TableHeader", "TableCell"],
  ]
    .map((name) => tiptap[name])
    .concat(Heading, Link, Language, Abbreviation, BlockLanguage, Picture, SectionTitle, Section, Table);
}
