"""Every kind of page is valid HTML, and its labels, headings and references hold together.

html5lib reports what the parser of the HTML standard calls an error (§13.2.2); `outline_faults` and the
others below check what that parser lets pass. `make audit` asks the Nu checker besides.
"""

import re
from collections import Counter

import html5lib
import pytest
from django.template.loader import get_template
from django.urls import Resolver404, get_resolver, resolve

from citynet.core.security import refuse

from .demo import loaded, loaded_with_pages  # noqa: F401
from .pages import DETAILS, LISTS, NOT_FOUND, PAGES, PASSPORTS

REFERENCES = (
    "aria-activedescendant",
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-errormessage",
    "aria-flowto",
    "aria-labelledby",
    "aria-owns",
    "for",
    "form",
    "headers",
    "list",
    "popovertarget",
)
NEEDS_LABEL = ("input", "select", "textarea")
UNLABELLED = ("hidden", "submit", "button", "reset", "image")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def faults(html):
    """Give what is wrong with a page of HTML, as a list of sentences."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(html)
    said = [f"{code} {words} at {position}" for position, code, words in parser.errors]
    elements = list(root.iter())
    return [
        *said,
        *reference_faults(elements),
        *label_faults(root, elements),
        *outline_faults(elements),
        *name_faults(elements),
        *link_faults(root, elements),
        *policy_faults(elements),
        *table_faults(elements),
        *frame_faults(elements),
    ]


def reference_faults(elements):
    """Ids that are given twice, and references to ids that nothing has."""
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    for name, number in ids.items():
        if number > 1 or not name or " " in name:
            yield f"id {name!r} is there {number} times"
    for element in elements:
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{element.tag} has {attribute}={name!r}, which nothing is called"
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"a link leads to {href}, which is not there"


def label_faults(root, elements):
    """Fields that no label names."""
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    wrapped = {field for label in root.iter("label") for field in label.iter() if field.tag in NEEDS_LABEL}
    for field in elements:
        if field.tag not in NEEDS_LABEL or field.get("type") in UNLABELLED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled
        if not named and field not in wrapped:
            yield f"no label names the {field.tag} {field.get('name')!r}"


def outline_faults(elements):
    """Headings that skip a level or say nothing, and pages without exactly one title, main part and h1."""
    for tag in ("title", "h1", "main"):
        if (number := sum(element.tag == tag for element in elements)) != 1:
            yield f"there are {number} {tag}"
    level = 0
    for element in elements:
        if element.tag == "title" and not text_of(element):
            yield "the title is empty"
        if element.tag in HEADINGS:
            if int(element.tag[1]) > level + 1:
                yield f"{element.tag} {text_of(element)!r} follows h{level}"
            if not text_of(element):
                yield f"an {element.tag} is empty"
            level = int(element.tag[1])


def name_faults(elements):
    """Links, buttons and pictures without a name, and landmarks that are told apart by none."""
    for element in elements:
        if element.tag in ("a", "button", "summary") and not name_of(element):
            yield f"a {element.tag} has no name: {element.attrib}"
        if element.tag == "a" and not element.get("href"):
            yield f"a link leads nowhere: {text_of(element)!r}"
        if element.tag == "img" and element.get("alt") is None:
            yield f"the picture {element.get('src')} has no alt"
    for tag in ("nav", "aside", "table"):
        names = [name_of_landmark(element, elements) for element in elements if element.tag == tag]
        if len(names) > 1 and ("" in names or len(set(names)) < len(names)):
            yield f"{len(names)} {tag} are called {names}"


def link_faults(root, elements):
    """Links that are called the same, lead elsewhere, and have nothing around them that tells which (2.4.4)."""
    parents = {child: parent for parent in root.iter() for child in parent}
    texts = {element.get("id"): words_of(element) for element in elements if element.get("id")}
    found = {}
    for link in elements:
        if link.tag == "a" and link.get("href"):
            around = tuple(context_of(link, parents, texts))
            found.setdefault(name_of(link), {}).setdefault(link.get("href"), set()).add(around)
    for name, addresses in found.items():
        contexts = Counter(around for several in addresses.values() for around in several)
        if max(contexts.values()) > 1:
            yield f"links to {sorted(addresses)} are all called {name!r}"


def context_of(element, parents, texts):
    """Give what a screen reader says along with a link: its description, item, paragraph, row, column, part."""
    for name in (element.get("aria-describedby") or "").split():
        yield texts.get(name)
    while parent := parents.get(element):
        if element.tag in ("li", "p", "dd", "dt", "figcaption"):
            yield words_of(element)
        elif element.tag in ("td", "th"):
            cells = list(parent)
            yield cells.index(element)
            yield from (words_of(cell) for cell in cells)
        elif element.tag in ("nav", "section", "aside"):
            yield element.get("aria-label") or texts.get(element.get("aria-labelledby"))
        element = parent


def policy_faults(elements):
    """What the Content-Security-Policy forbids: styles, scripts and handlers within the page."""
    for element in elements:
        if handlers := [name for name in element.attrib if name.startswith("on") or name == "style"]:
            yield f"{element.tag} has {handlers}"
        if element.tag == "style":
            yield "there is a style element"
        if (
            element.tag == "script"
            and not element.get("src")
            and element.get("type") != "application/ld+json"
        ):
            yield "there is a script within the page"


def table_faults(elements):
    """Tables that say not what they hold, heads that say not of what; fields in error that say not why."""
    for element in elements:
        if element.tag == "table" and not any(text_of(caption) for caption in element.iter("caption")):
            yield "a table has no caption"
        if element.tag == "th" and element.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
            yield f"th {text_of(element)!r} has no scope"
        if element.get("aria-invalid") == "true" and not element.get("aria-describedby"):
            yield f"{element.get('name')!r} is wrong and does not say why"


def frame_faults(elements):
    """Pages with our header whose first stop does not lead past it, or whose order is made by hand."""
    if not any(element.get("class") == "site-header" for element in elements):
        return
    stops = [element for element in elements if element.tag in ("a", "button", "input", "summary")]
    if stops[0].get("href") != "#content":
        yield f"the first stop is {text_of(stops[0])!r}"
    for element in elements:
        if int(element.get("tabindex") or 0) > 0:
            yield f"{element.tag} {text_of(element)!r} has a place of its own in the order"


def words_of(element):
    return " ".join("".join(element.itertext()).split())


def text_of(element):
    return "".join(element.itertext()).strip() if isinstance(element.tag, str) else ""


def name_of(element):
    """Give the accessible name, near enough: what it says, or is labelled, or its pictures' alternatives."""
    pictures = " ".join(image.get("alt") or "" for image in element.iter("img")).strip()
    return element.get("aria-label") or element.get("aria-labelledby") or text_of(element) or pictures


def name_of_landmark(element, elements):
    if element.tag == "table":
        return " ".join(text_of(caption) for caption in element.iter("caption"))
    label = element.get("aria-labelledby")
    named = [text_of(other) for other in elements if label and other.get("id") == label]
    return element.get("aria-label") or " ".join(named)


@pytest.fixture
def demo_client(loaded_with_pages, db, client):  # noqa: F811
    return client


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_page_is_valid(demo_client, name):
    response = demo_client.get(PAGES[name])
    assert response.status_code == 200
    assert faults(response.content.decode()) == []


def test_a_page_that_is_not_there_is_valid(demo_client):
    response = demo_client.get(NOT_FOUND)
    assert response.status_code == 404
    assert faults(response.content.decode()) == []


ALIKE = (  # records of the same name
    *("/groups/c40-steering-committee/", "/groups/mmc-steering-committee/"),
    *("/cities/cordoba-ar/", "/cities/cordoba-es/"),
    *("/networks/mufpp/", "/documents/milan-urban-food-policy-pact/"),
    *("/sources/polisnetwork-eu/", "/sources/polisnetwork-eu-2024-10-21/"),
)


def test_no_two_pages_have_the_same_title(demo_client):
    addresses = {
        *ALIKE,
        *(address.partition("?")[0] for address in {**DETAILS, **LISTS, **PASSPORTS}.values()),
    }
    titles = {}
    for address in sorted(addresses):
        html = demo_client.get(address).content.decode()
        titles.setdefault(words_between(html, "<title>", "</title>"), []).append(address)
    assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}


def words_between(html, start, end):
    return " ".join(html.partition(start)[2].partition(end)[0].split())


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_every_error_page_is_valid(name):
    assert faults(get_template(name).render()) == []


def test_the_page_of_a_refused_address_is_valid():
    assert faults(refuse("It contains <b>what</b> no name has.").content.decode()) == []


def test_every_public_address_is_among_the_pages_that_are_checked():
    """A new page must be added to PAGES, or here if it is no page."""
    no_pages = re.compile(
        r"(admin:|.*_download$|.*_csv$|.*_cite$|record_by_id$|.*source_facts$|changes_atom$|.*_ics$|.*_geojson$|.*_suggest$|suggest$|search_suggest|file$|document_file$|library_file$|partial_date$|sitemap|robots$|embed_.*_fragment$|embed_accent$|security_txt|content:rate$)"
    )
    resolver = get_resolver()
    spaces = {"": resolver, **{name: space for name, (_prefix, space) in resolver.namespace_dict.items()}}
    names = {
        f"{space}:{name}" if space else name
        for space, patterns in spaces.items()
        for name in patterns.reverse_dict
        if isinstance(name, str)
    }
    checked = {resolve(address.partition("?")[0]).view_name for address in PAGES.values()}
    assert {name for name in names if not no_pages.match(name)} == checked
    with pytest.raises(Resolver404):
        resolve("/no such page/")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p id=a></p><p id=a></p>", "id 'a' is there 2 times"),
        ("<p aria-describedby='a b'></p><p id=a></p>", "p has aria-describedby='b', which nothing is called"),
        ("<a href='#there'>x</a>", "a link leads to #there, which is not there"),
        ("<input name=q>", "no label names the input 'q'"),
        ("<h3>Deep</h3>", "h3 'Deep' follows h1"),
        ("<h1>Again</h1>", "there are 2 h1"),
        ("<a href='/x'> <img src=x alt=''></a>", "a a has no name: {'href': '/x'}"),
        ("<img src=x>", "the picture x has no alt"),
        ("<nav></nav><nav aria-label=b></nav>", "2 nav are called ['', 'b']"),
        ("<p style='color:red'></p>", "p has ['style']"),
        ("<script>1</script>", "there is a script within the page"),
        ("<table><tr><td>1</table>", "a table has no caption"),
        ("<table><caption>c</caption><tr><th>x</table>", "th 'x' has no scope"),
        ("<input name=on aria-label=x aria-invalid=true>", "'on' is wrong and does not say why"),
        ("<header class=site-header><a href=/>Home</a></header>", "the first stop is 'Home'"),
        ("<p><a href=/a>B</a><a href=/b>B</a></p>", "links to ['/a', '/b'] are all called 'B'"),
        ("<p><div></div></p>", "unexpected-end-tag {'name': 'p'} at (1, 98)"),
    ],
)
def test_what_is_wrong_is_found(body, fault):
    html = f"<!doctype html><html lang=en><head><title>x</title></head><body><main><h1>x</h1>{body}</main></body></html>"
    assert fault in faults(html)
