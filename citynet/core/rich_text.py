"""Rich text: what editors write with headings, lists, tables, links, pictures and accordions.

`RichTextField` stores it clean (`core.rich_html`). `render_rich_text`, in templates `{{ page.text|rich_text }}`,
cleans it again, since a database may be filled by other ways, and makes it for readers: headings below the
page's own with no level left out, tables with header cells that scroll by keyboard, links that say when they
lead elsewhere, pictures and files from the media library.

The editor in the admin is django-prose-editor, of which only `core.rich_text_widget` and its two scripts know.
"""

from collections import Counter
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .languages import path_in_language, split_path
from .rich_html import HEADINGS, INLINE, Element, TreeBuilder, clean_rich_text, is_too_large, order_headings
from .rich_text_widget import RichTextWidget, use_chooser
from .text import fold
from .translated import Translatable, get_language

__all__ = [
    "RichTextField",
    "RichTextFormField",
    "RichTextWidget",
    "clean_rich_text",
    "contents_of",
    "media_in",
    "plain_text",
    "render_rich_text",
    "use_media",
]

DEEPEST = 6  # the deepest heading of HTML

_media = None


def use_media(resolve, chooser="", uploads=()):
    """Let all rich text show pictures and files by this function, which `render_rich_text` describes.

    `chooser` and `uploads` name the addresses in the admin where editors choose them and add new ones
    (`rich_text_widget.use_chooser`).
    """
    global _media
    _media = resolve
    use_chooser(chooser, uploads)


class Ready(Element):
    """A piece of HTML that the media library wrote."""

    def __init__(self, html):
        super().__init__("span", children=[strip_tags(html)])
        self.ready = str(conditional_escape(html))
        self.is_figure = self.ready.lstrip().startswith("<figure")

    def html(self):
        return self.ready


def tree_of(html):
    return TreeBuilder(clean_rich_text(html)).root


def render_rich_text(html, *, level=2, resolve=None):
    """Give the text as a page shows it, a SafeString; its topmost headings are of this level.

    `resolve` takes all the uids of the media in the text, each once, in a list, and gives `{uid: SafeString}`, the
    HTML that stands for each. It is called once, and not at all for a text without media; without one, the one
    that was given to `use_media` is taken. Of what it does not know, a picture leaves its text alternative and
    a file the words of its link.
    """
    root = tree_of(html)
    show_media(root, resolve or _media)
    order_headings(root, level, DEEPEST)
    name_headings(root)
    for number, table in enumerate(list(root.all("table")), 1):
        mark_header_cells(table)
        let_scroll(table, number)
    mark_links(root)
    group_sections(root)
    return mark_safe(root.html())


def contents_of(html, *, level=2):
    """List the headings of a text, as `render_rich_text` writes them, for a table of contents: (level, id, words)."""
    root = tree_of(html)
    show_media(root, None)
    order_headings(root, level, DEEPEST)
    name_headings(root)
    return [
        (int(heading.tag[1]), heading.attributes["id"], heading.words().strip())
        for heading in root.all(*HEADINGS)
    ]


def plain_text(html):
    """Give the words of a text, a line for each of its blocks: for summaries, search, feeds and files."""
    return "\n".join(lines_of(tree_of(html)))


def media_in(html):
    """List the uids of the pictures and files that a text shows, each once, in order."""
    return uids_of(tree_of(html))


def uids_of(root):
    return list(
        dict.fromkeys(
            node.attributes["data-media"].lower()
            for node in root.all("img", "a")
            if "data-media" in node.attributes
        )
    )


def lines_of(element):
    lines, line = [], []
    for child in [*element.children, None]:
        is_inline = isinstance(child, str) or (
            child is not None and child.tag in INLINE and child.tag != "br"
        )
        if is_inline:
            line.append(child)
            continue
        if words := Element("", children=line).words().strip():
            lines.append(words)
        line = []
        if child is None:
            break
        if child.tag == "tr":
            lines.append(" · ".join(filter(None, (cell.words().strip() for cell in child.children))))
        elif child.tag != "br":
            lines.extend(lines_of(child))
    return lines


def show_media(root, resolve):
    """Put what the media library wrote in the place of its pictures and files, and words where it knows none."""
    uids = uids_of(root)
    known = resolve(uids) if uids and resolve else {}
    known = {str(uid).lower(): html for uid, html in known.items()}
    place_media(root, known)


def place_media(element, known):
    placed = []
    for child in element.children:
        if isinstance(child, str):
            placed.append(child)
        elif child.tag in ("img", "a") and "data-media" in child.attributes:
            if html := known.get(child.attributes["data-media"].lower()):
                placed.append(Ready(html))
            elif child.tag == "img":
                placed.append(child.attributes.get("alt", ""))
            else:
                placed.extend(child.children)  # its address may lead nowhere by now
        else:
            place_media(child, known)
            placed.extend(around_figures(child))
    element.children = placed


def around_figures(element):
    """Give an element whose media are in place, so that no figure stands in a line or in a figure for nothing."""
    if element.tag == "figure":
        if not any(isinstance(part, Ready) for part in element.children):
            return words_of_figure(element)
        return element.children if len(element.children) == 1 and element.children[0].is_figure else [element]
    if element.tag != "p" or not any(isinstance(part, Ready) and part.is_figure for part in element.children):
        return (
            [element]
            if element.tag != "p"
            or element.words().strip()
            or any(isinstance(part, Ready) for part in element.all("span"))
            else []
        )
    parts = [[]]
    for part in element.children:
        if isinstance(part, Ready) and part.is_figure:
            parts += [[part], []]
        else:
            parts[-1].append(part)
    made = []
    for part in parts:
        if part and isinstance(part[0], Ready) and part[0].is_figure:
            made += part
        elif Element("", children=part).words().strip():
            made.append(Element("p", element.attributes, part))
    return made


def words_of_figure(figure):
    parts = [part.children if isinstance(part, Element) else [part] for part in figure.children]
    paragraphs = [Element("p", children=part) for part in parts]
    return [p for p in paragraphs if p.words().strip()]


def name_headings(root):
    """Give each heading an address within the page."""
    taken = Counter()
    for heading in root.all(*HEADINGS):
        # Folded first, so that an address has no accents where the script has a plain form.
        name = slugify(fold(heading.words()), allow_unicode=True)[:60].strip("-") or "part"
        taken[name] += 1
        # No name that a page or a script of ours goes by begins like this.
        heading.attributes["id"] = f"text-{name}" + (f"-{taken[name]}" if taken[name] > 1 else "")


def mark_header_cells(table):
    """Say of each header cell what it is the head of; without any, the first row has them, or the first column.

    (WCAG 2.2, technique H63.)
    """
    heads, bodies = table.only("thead"), table.only("tbody")
    rows = [row for part in heads + bodies for row in part.children]
    firsts = [row.children[0] for row in rows]
    if not any(cell.tag == "th" for row in rows for cell in row.children):
        for cell in rows[0].children if len(rows) > 1 else firsts:
            cell.tag = "th"
    top = heads[0].children if heads else []
    if not heads and len(rows) > 1 and all(cell.tag == "th" for cell in rows[0].children):
        top = [rows[0]]
        bodies[0].children = bodies[0].children[1:]
        table.children.insert(table.children.index(bodies[0]), Element("thead", children=top))
    for row in rows:
        for place, cell in enumerate(row.children):
            cell.attributes.pop("scope", None)
            if any(row is one for one in top):
                cell.tag, scope = "th", "col"
            elif cell.tag == "th":
                scope = "row" if place == 0 else "col"
            if cell.tag == "th" and not cell.has_content:
                cell.tag = "td"  # the corner above the heads of the rows is the head of nothing
            elif cell.tag == "th":
                spans = "colspan" if scope == "col" else "rowspan"
                cell.attributes["scope"] = f"{scope}group" if spans in cell.attributes else scope


def let_scroll(table, number):
    """Put the table in a region that can be scrolled by keyboard, named by its caption."""
    inner = Element(table.tag, table.attributes, table.children)
    name = {"aria-label": _("Table %(number)s") % {"number": number}}
    for caption in inner.only("caption"):
        caption.attributes["id"] = f"text-table-{number}"
        name = {"aria-labelledby": caption.attributes["id"]}
    table.tag, table.children = "div", [inner]
    table.attributes = {"class": "table-region", "role": "region", "tabindex": "0", **name}


def mark_links(root):
    """Say of links that they lead to another site, by a sign and in words; let those to pages of this site lead
    to them in the reader's language, unless they name a language themselves.
    """
    hosts, language = set(settings.ALLOWED_HOSTS), get_language()
    for link in root.all("a"):
        address = urlsplit(link.attributes.get("href", ""))
        if address.scheme in ("http", "https") and address.hostname not in hosts:
            link.attributes |= {"class": "external-link", "rel": "noopener noreferrer"}
            words = Element("span", {"class": "visually-hidden"}, [" ", _("(another website)")])
            link.children.append(words)
        elif address.path.startswith("/") and split_path(address.path)[0] == settings.LANGUAGE_CODE:
            path = path_in_language(address.path, language)
            link.attributes["href"] = address._replace(path=path).geturl()


def group_sections(element):
    """Put sections to open that follow each other in one group, and say above it how they are read."""
    grouped, group = [], []
    for child in [*element.children, None]:
        if isinstance(child, Element) and child.tag == "details":
            group.append(child)
            continue
        if len(group) > 1:
            hint = Element("p", {"class": "sections-hint"}, [_("Click each section for more.")])
            group = [Element("div", {"class": "sections"}, [hint, *group])]
        grouped += group
        group = []
        if child is not None:
            grouped.append(child)
    element.children = grouped


# The field --------------------------------------------------------------------


class RichTextFormField(forms.CharField):
    """Take what an editor wrote, HTML or plain paragraphs; give clean HTML.

    What is larger than any page is a ValidationError.
    """

    widget = RichTextWidget

    def to_python(self, value):
        value = super().to_python(value)
        if is_too_large(value):
            raise ValidationError(
                _("This text is too large for one page. Divide it into several pages."), code="too_large"
            )
        return clean_rich_text(value)

    def has_changed(self, initial, data):
        return clean_rich_text(initial) != clean_rich_text(data)


class RichTextField(Translatable, models.TextField):
    """Rich text as clean HTML, whatever was assigned; write it in templates with `|rich_text`."""

    description = gettext_lazy("Rich text")
    words = staticmethod(plain_text)  # by which `Entity.search_words` has it found

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_rich_text(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        """Clean what is written by `update()` too, which knows no `pre_save`."""
        if isinstance(value, str):
            value = clean_rich_text(value)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs):
        kwargs = {"form_class": RichTextFormField, **kwargs}
        if not is_rich(kwargs.get("widget")):
            kwargs["widget"] = RichTextWidget  # the admin asks for its own text area
        return super().formfield(**kwargs)


def is_rich(widget):
    return isinstance(widget, RichTextWidget) or (
        isinstance(widget, type) and issubclass(widget, RichTextWidget)
    )
