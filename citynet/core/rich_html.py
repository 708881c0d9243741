"""The HTML of rich text, cleaned and put in order: one small set of elements, whatever was written or pasted.

nh3 reads it as browsers do (the HTML Standard's own parsing algorithm) and drops what could do harm; then a
tree is put in order: the leavings of word processors become real headings, lists and emphasis; what is empty
goes; every style, class and id goes; nh3 reads the result once more.

Nothing foreign is ever embedded: a picture is a number of our media library (`<img data-media="uid">`) or is
not there. No SVG, MathML or raw text element passes, so no mutation by a browser's parser can turn text into
code.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape

# Parsing takes time with the square of the depth, so what is larger than any page is taken for plain text.
MAX_LENGTH = 400_000  # characters
LONGEST_ESCAPE = len("&nbsp;")
MAX_TAGS = 8_000  # start and end tags
MAX_STYLES = (
    200  # different start tags of bold, italic and the like, each of which may reopen in each paragraph
)
MAX_DEPTH = 24  # elements within each other

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
STORED_LEVELS = (2, 4)  # the headings that the editor has
INLINE = {"strong", "em", "a", "img", "br", "abbr", "span"}
BLOCKS = {"p", *HEADINGS, "ul", "ol", "blockquote", "table", "details", "figure", "hr"}
PARTS = {"li", "caption", "thead", "tbody", "tr", "th", "td", "summary", "figcaption"}
EMPTY = {"br", "hr", "img"}

# The attributes that are kept, beside `lang` and `dir`.
KEPT = {
    "a": {"href", "data-media"},
    "abbr": {"title"},
    "img": {"alt", "data-media", "src"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}

# What is read, to be told apart and put in order, and never written.
SAME_AS = {"b": "strong", "i": "em"}
BOXES = {
    *("address", "article", "aside", "center", "dd", "div", "dl", "dt", "footer", "form", "header", "main"),
    *("nav", "pre", "section", "tfoot"),
}
LOST_WITH_CONTENT = {
    *("applet", "audio", "button", "canvas", "embed", "frameset", "head", "iframe", "math", "noembed"),
    *(
        "noframes",
        "noscript",
        "object",
        "option",
        "plaintext",
        "script",
        "select",
        "style",
        "svg",
        "template",
    ),
    *("textarea", "title", "video", "xml", "xmp"),
}
STYLED = {"class", "style", "lang", "dir"}

SCHEMES = {"http", "https", "mailto", "tel"}
UID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.I)
# What no XML and so no feed can hold (XML 1.0 §2.2), lone surrogates and non-characters included.
UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
STYLE_TAG = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b[^>]*", re.I)
RAISED = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")

_reader = nh3.Cleaner(
    tags={*INLINE, *BLOCKS, *PARTS, *SAME_AS, *BOXES, "sub", "sup"},
    clean_content_tags=LOST_WITH_CONTENT,
    attributes={"*": STYLED, **KEPT},
    url_schemes=SCHEMES,
    link_rel=None,
)
_writer = nh3.Cleaner(
    tags=INLINE | BLOCKS | PARTS,
    clean_content_tags=LOST_WITH_CONTENT,
    attributes={"*": {"lang", "dir"}, **KEPT},
    url_schemes=SCHEMES,
    link_rel=None,
)


class Element:
    """An element of a text: its tag, its attributes, and what is in it, elements and strings."""

    def __init__(self, tag, attributes=(), children=()):
        self.tag, self.attributes, self.children = tag, dict(attributes), list(children)

    def all(self, *tags):
        """Give the elements below this one with one of these tags, in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def only(self, *tags):
        """Give the elements right in this one with one of these tags."""
        return [child for child in self.children if isinstance(child, Element) and child.tag in tags]

    def words(self):
        """Give the text, with the text alternatives of its pictures, in single spaces."""
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag == "img":
                parts.append(child.attributes.get("alt", ""))
            elif child.tag == "br":
                parts.append(" ")
            else:
                parts.append(child.words() if child.tag in INLINE else f" {child.words()} ")
        text = "".join(parts)
        inner = " ".join(text.split())
        # The spaces at the ends stay for what stands beside it.
        return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"

    @property
    def has_content(self):
        return bool(self.words().strip() or any(self.all("img")))

    def html(self):
        inner = "".join(
            child.html() if isinstance(child, Element) else escape_text(child) for child in self.children
        )
        if not self.tag:
            return inner
        attributes = "".join(
            f' {name}="{escape(value)}"' for name, value in self.attributes.items() if value is not None
        )
        return (
            f"<{self.tag}{attributes}>"
            if self.tag in EMPTY
            else f"<{self.tag}{attributes}>{inner}</{self.tag}>"
        )


def escape_text(text):
    """Escape text between tags; quotation marks stay as they are, as nh3 leaves them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


class TreeBuilder(HTMLParser):
    """Make elements of what nh3 wrote, in which every element is closed and every attribute is quoted."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]
        self.too_deep = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag in EMPTY:
            self.open[-1].children.append(Element(tag, attributes))
        elif self.too_deep or len(self.open) > MAX_DEPTH:
            self.too_deep += 1
        else:
            element = Element(tag, attributes)
            self.open[-1].children.append(element)
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def is_too_large(html):
    return (
        len(html) > MAX_LENGTH or html.count("<") > MAX_TAGS or len(set(STYLE_TAG.findall(html))) > MAX_STYLES
    )


def writable(text):
    return UNWRITABLE.sub("", str(text or ""))


# Cleaning -------------------------------------------------------------------


def clean_rich_text(html):
    """Give the HTML of an editor as it is stored: allowed elements only, in order. Cleaning twice changes nothing.

    Text without any tags is taken as it was typed, an empty line parting paragraphs. What is larger than any
    page (`MAX_LENGTH`, `MAX_TAGS`) is taken for plain text too: the form refuses it first, in words.
    """
    html = writable(html).replace("\r\n", "\n").replace("\r", "\n")
    if is_too_large(html):
        return one_paragraph(html)
    for _attempt in range(
        4
    ):  # A parser may move what stands in a wrong place; twice is enough for all we know.
        before, html = html, _writer.clean(ordered(_reader.clean(html)))
        if html == before:
            return html
        if is_too_large(html):
            break
    return one_paragraph(plain_words(html))


def one_paragraph(text):
    """Give text as one paragraph, no longer than what is read again once it is escaped."""
    words = trimmed([text[: MAX_LENGTH // LONGEST_ESCAPE - len("<p></p>")]])
    return Element("p", children=words).html() if words else ""


def plain_words(html):
    return TreeBuilder(html).root.words().strip()


def ordered(html):
    root = TreeBuilder(html).root
    root.children = blocks(make_lists(tidied(root.children)))
    order_headings(root, *STORED_LEVELS)
    return root.html()


def order_headings(root, level, deepest):
    """Let headings start at this level and go one deeper at a time, whichever levels were written."""
    above = []
    for heading in root.all(*HEADINGS):
        written = int(heading.tag[1])
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        heading.tag = f"h{min(level + len(above) - 1, deepest)}"


def style_of(element):
    return element.attributes.get("style", "").lower().replace(" ", "")


def tidied(children):
    """Give the children with the emphasis, headings and list entries that word processors write as styles."""
    tidy = []
    for child in children:
        if isinstance(child, str):
            tidy.append(child)
            continue
        style, kind = style_of(child), child.attributes.get("class", "").lower()
        if "mso-list:ignore" in style or "display:none" in style:
            continue  # the bullet or number that Word writes before the words, and what it hides
        child.tag = SAME_AS.get(child.tag, child.tag)
        child.list_level = 0
        if child.tag in ("p", "div"):
            if level := re.search(r"mso-list:\w+level(\d)", style):
                child.list_level = int(level[1])
                child.is_numbered = bool(re.match(r"\s*\(?\w{1,4}[.)]", marker_of(child)))
            elif title := re.fullmatch(r"mso(?:heading([1-6])|title|subtitle)", kind):
                child.tag = f"h{title[1] or 1}"
        weight = re.search(r"font-weight:(\w+)", style)
        is_bold = weight and weight[1] in ("bold", "bolder", "600", "700", "800", "900")
        is_italic = "font-style:italic" in style
        child.children = tidied(child.children)
        if child.tag in ("strong", "em") and (
            (weight and not is_bold and child.tag == "strong")
            or ("font-style:normal" in style and child.tag == "em")
            or any(child.only(*BLOCKS, *BOXES))
        ):
            tidy.extend(child.children)  # Google Docs wraps everything in <b style="font-weight: normal">
        elif child.tag in ("sub", "sup"):
            tidy.append(child.words().translate(RAISED if child.tag == "sup" else LOWERED))
        elif child.tag == "span":
            inner = [Element("em", children=child.children)] if is_italic else child.children
            inner = [Element("strong", children=inner)] if is_bold else inner
            kept = kept_attributes(child)
            tidy.extend([Element("span", kept, inner)] if kept else inner)
        else:
            tidy.append(child)
    return tidy


def marker_of(element):
    return "".join(e.words() for e in element.all("span") if "mso-list:ignore" in style_of(e))


def make_lists(children):
    """Make one list of the paragraphs in a row that Word marked as its entries, whatever their depth."""
    made, open_lists = [], []
    for child in children:
        level = getattr(child, "list_level", 0)
        if not level:
            if isinstance(child, str) and not child.strip() and open_lists:
                continue
            open_lists = []
            if isinstance(child, Element):
                child.children = make_lists(child.children)
            made.append(child)
            continue
        open_lists = open_lists[:level]
        while len(open_lists) < level:
            new = Element("ol" if child.is_numbered else "ul")
            if open_lists and open_lists[-1].children:
                open_lists[-1].children[-1].children.append(new)
            elif open_lists:
                open_lists[-1].children.append(Element("li", children=[new]))
            else:
                made.append(new)
            open_lists.append(new)
        open_lists[-1].children.append(Element("li", children=child.children))
    return made


def kept_attributes(element):
    """Give the attributes that an element may keep, with values that mean something."""
    kept = {}
    for name, value in sorted(element.attributes.items()):
        value = (value or "").strip()
        if name == "lang":
            is_kept = LANGUAGE.fullmatch(value)
        elif name == "dir":
            is_kept = value in ("ltr", "rtl", "auto")
        elif name not in KEPT.get(element.tag, ()):
            is_kept = False
        elif name == "data-media":
            is_kept = UID.fullmatch(value)
        elif name == "href":
            value = address_of(value)
            is_kept = value
        elif name == "src":
            is_kept = UID.fullmatch(element.attributes.get("data-media") or "") and is_own_path(value)
        elif name in ("colspan", "rowspan", "start"):
            is_kept = re.fullmatch(r"[1-9]\d{0,2}", value) and value != "1"
        elif name == "scope":
            is_kept = value in ("col", "row", "colgroup", "rowgroup")
        else:
            is_kept = value or name == "alt"
        if is_kept:
            kept[name] = value
    return kept


def address_of(href):
    """Give the address that a link may lead to, else an empty string: the web, mail, telephone, or a path of ours."""
    href = re.sub(r"[\t\n\r]", "", href).strip()  # as the URL Standard does
    if "\\" in href or re.search(r"[\x00-\x20]", href.replace(" ", "")):
        return ""
    href = href.replace(" ", "%20")
    scheme = re.match(r"[a-z][a-z0-9+.-]*(?=:)", href, re.I)
    if scheme:
        if scheme[0].lower() in ("http", "https"):
            try:
                return href if urlsplit(href).hostname else ""
            except ValueError:
                return ""
        return href if scheme[0].lower() in SCHEMES and len(href) > len(scheme[0]) + 1 else ""
    return href if is_own_path(href) or re.fullmatch(r"#[^\s#]+", href) else ""


def is_own_path(path):
    return path.startswith("/") and not path.startswith("//") and "\\" not in path


def is_inline(node):
    return isinstance(node, str) or node.tag in INLINE


def typed_paragraphs(nodes):
    """Make paragraphs of words that stand in none, parted where a line is empty."""
    made, inner = [], []
    for node in nodes:
        if isinstance(node, str):
            first, *more = re.split(r"\n[ \t]*\n\s*", node)
            inner.append(first)
            for part in more:
                made.append(Element("p", children=inner))
                inner = [part]
        else:
            inner.append(node)
    made.append(Element("p", children=inner))
    made = [Element("p", children=trimmed(p.children)) for p in made]
    return [p for p in made if p.has_content]


def trimmed(children):
    """Give words without the space and the line breaks at both ends."""
    children = [child for child in children if child != ""]
    for end in (0, -1):
        while children:
            node = children[end]
            if isinstance(node, str):
                stripped = node.lstrip(" \t\n\xa0") if end == 0 else node.rstrip(" \t\n\xa0")
                if stripped:
                    children[end] = stripped
                    break
            elif node.tag != "br":
                break
            children.pop(end)
    return children


def words_only(nodes):
    """Give what may stand in a line: emphasis, links, pictures; of blocks, what is in them, a space between."""
    made = []
    for node in nodes:
        if isinstance(node, str):
            made.append(node)
        elif node.tag in INLINE:
            made.extend(inline(node))
        else:
            made.extend([" ", *words_only(node.children), " "])
    return merged(made)


def title_words(nodes):
    """Give what may stand in a heading, a caption or a title: a picture leaves its text alternative."""
    return trimmed(told(words_only(nodes)))


def told(nodes):
    made = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "img":
            node = node.attributes["alt"]
        elif isinstance(node, Element):
            node.children = told(node.children)
        made.append(node)
    return merged(made)


def merged(nodes):
    made = []
    for node in nodes:
        if isinstance(node, str) and made and isinstance(made[-1], str):
            made[-1] += node
        elif node != "":
            made.append(node)
    return [re.sub(r"[ \t\n]+", " ", node) if isinstance(node, str) else node for node in made]


def inline(element, within=()):
    """Give an inline element in order, or what is left of it: nothing says the same twice or says nothing."""
    kept = kept_attributes(element)
    if element.tag == "br":
        return [element.__class__("br")]
    if element.tag == "img":
        if "data-media" not in kept:
            return [kept["alt"]] if kept.get("alt") else []
        return [Element("img", {"alt": "", **kept})]
    children = words_only(element.children)
    if not any(not isinstance(child, str) or child.strip() for child in children):
        return [" "] if any(isinstance(child, str) and child for child in children) else []
    is_idle = {
        "a": "href" not in kept and "data-media" not in kept,
        "span": not kept,
        "abbr": "title" not in kept,
    }.get(element.tag, False)
    if element.tag == "a" and not Element("", children=children).has_content:
        return children
    if is_idle:
        return children
    # A run of the same emphasis within itself says it once.
    if element.tag in ("strong", "em", "a"):
        children = without(element.tag, children)
    return [Element(element.tag, kept, children)]


def without(tag, nodes):
    made = []
    for node in nodes:
        if isinstance(node, Element) and node.tag != "img" and node.tag != "br":
            node.children = without(tag, node.children)
            made.extend(node.children if node.tag == tag else [node])
        else:
            made.append(node)
    return merged(made)


def blocks(nodes, *, headings=True):
    """Give blocks in order: loose words in paragraphs, nothing empty, parts only where they belong."""
    made, loose = [], []

    def flush():
        made.extend(typed_paragraphs(split_lines(loose)))
        loose.clear()

    for node in nodes:
        if is_inline(node):
            loose.append(node)
            continue
        flush()
        kept = kept_attributes(node)
        if node.tag == "hr":
            made.append(Element("hr"))
        elif node.tag in HEADINGS:
            words = trimmed(without("strong", title_words(node.children)))
            if Element("", children=words).words().strip():
                made.append(
                    Element(
                        node.tag if headings else "p",
                        kept,
                        words if headings else [Element("strong", children=words)],
                    )
                )
        elif node.tag in ("p", "li", "dt", "dd", "caption", "summary", "figcaption", "td", "th") or (
            node.tag in BOXES and all(map(is_inline, node.children))
        ):
            if all(map(is_inline, node.children)):
                inner = trimmed(words_only(node.children))
                if Element("", children=inner).has_content:
                    made.append(Element("p", kept, inner))
            else:
                made.extend(blocks(node.children, headings=headings))
        elif node.tag in ("ul", "ol"):
            made.extend(list_of(node, kept))
        elif node.tag == "blockquote":
            inner = blocks(node.children, headings=False)
            if inner:
                made.append(Element("blockquote", kept, inner))
        elif node.tag == "table":
            made.extend(table_of(node, kept))
        elif node.tag == "details":
            made.extend(details_of(node, kept, headings))
        elif node.tag == "figure":
            made.extend(figure_of(node, kept))
        else:
            made.extend(blocks(node.children, headings=headings))
    flush()
    return made


def split_lines(nodes):
    """Give loose words with their elements in order; line ends within a string are kept for `typed_paragraphs`."""
    made = []
    for node in nodes:
        made.extend([node] if isinstance(node, str) else inline(node))
    return made


def line_or_blocks(nodes):
    """Give the content of an entry or a cell: bare words where it is one paragraph, else blocks."""
    inner = blocks(nodes, headings=False)
    if (
        inner
        and inner[0].tag == "p"
        and not inner[0].attributes
        and all(b.tag in ("ul", "ol") for b in inner[1:])
    ):
        return [*inner[0].children, *inner[1:]]
    return inner


def list_of(node, kept):
    entries = []
    for child in node.children:
        if isinstance(child, Element) and child.tag == "li":
            content = line_or_blocks(child.children)
            if content:
                entries.append(Element("li", kept_attributes(child), content))
        elif isinstance(child, Element) or child.strip():
            content = line_or_blocks([child])
            if not content:
                continue
            if entries and isinstance(child, Element) and child.tag in ("ul", "ol"):
                entries[-1].children.extend(content)  # a list right in a list belongs to the entry before it
            else:
                entries.append(Element("li", children=content))
    return [Element(node.tag, kept, entries)] if entries else []


def details_of(node, kept, headings):
    summaries = node.only("summary")
    title = title_words(summaries[0].children) if summaries else []
    inner = blocks([child for child in node.children if child not in summaries[:1]], headings=headings)
    if not Element("", children=title).words().strip():
        return inner  # without a title there is nothing to open it by
    return [Element("details", kept, [Element("summary", children=title), *inner])]


def figure_of(node, kept):
    captions = node.only("figcaption")
    content = blocks([child for child in node.children if child not in captions])
    caption = title_words([part for one in captions for part in [*one.children, " "]])
    if not Element("", children=caption).words().strip():
        caption = []
    pictures = [img for block in content for img in [block, *block.all("img")] if img.tag == "img"]
    if (
        len(pictures) == 1
        and len(content) == 1
        and not content[0].words().replace(pictures[0].attributes["alt"], "").strip()
    ):
        parts = [pictures[0], *([Element("figcaption", children=caption)] if caption else [])]
        return [Element("figure", kept, parts)]
    if caption:
        content = [*content, Element("p", children=caption)]
    return content


def table_of(node, kept):
    """Give a table of rows that have cells, its caption first; what is no table, such as one cell, in its parts."""
    captions = list(node.only("caption"))
    caption = title_words(captions[0].children) if captions else []
    head, body = [], []
    for part in node.children:
        if not isinstance(part, Element) or part.tag == "caption":
            continue
        rows = [part] if part.tag == "tr" else part.only("tr")
        for row in rows:
            cells = [
                Element(cell.tag, kept_attributes(cell), line_or_blocks(cell.children))
                for cell in row.only("td", "th")
            ]
            if cells and any(cell.has_content for cell in cells):
                (head if part.tag == "thead" and not body else body).append(
                    Element("tr", kept_attributes(row), cells)
                )
    rows = head + body
    if not rows:
        return []
    if len(rows) == 1 and len(rows[0].children) == 1:
        return blocks([Element("td", children=rows[0].children[0].children)])
    parts = []
    if Element("", children=caption).words().strip():
        parts.append(Element("caption", children=caption))
    if head:
        parts.append(Element("thead", children=head))
    if body:
        parts.append(Element("tbody", children=body))
    return [Element("table", kept, parts)]
