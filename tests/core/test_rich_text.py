"""Rich text: nothing harmful passes, word processors leave structure only, and readers get it in order."""

import random
from pathlib import Path

import html5lib
import pytest
from django import forms
from django.contrib import admin
from django.db import connection, models
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from citynet.core import rich_text
from citynet.core.rich_html import MAX_LENGTH, MAX_TAGS
from citynet.core.rich_text import (
    RichTextField,
    clean_rich_text,
    contents_of,
    media_in,
    plain_text,
    render_rich_text,
)

IMAGE = "123e4567-e89b-12d3-a456-426614174000"
FILE = "9f3c2d1e-e89b-12d3-a456-426614174abc"

HARMFUL = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=0>",
    f'<img data-media="{IMAGE}" src="javascript:alert(1)" onload=alert(1)>',
    f'<img data-media="{IMAGE}" src="//evil.example/t.gif" srcset="//evil.example/t.gif 2x">',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)/>#x">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<svg><desc><noscript></desc><s></noscript><a title='</noscript><img src onerror=alert(1)>'>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><annotation-xml encoding='text/html'><svg onload=alert(1)></annotation-xml></math>",
    '<math href="javascript:alert(1)">x</math>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style></mglyph></form>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<template><img src=x onerror=alert(1)></template><p title="</template><script>alert(1)</script>">x</p>',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    '<title><a title="</title><img src=x onerror=alert(1)>"></title>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    '<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>',
    "<select><style></select><img src=x onerror=alert(1)></style></select>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>--!>",
    "<?xml-stylesheet href='javascript:alert(1)'?><? ><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href=" \njavascript:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example/">x</a>',
    '<a href="https:///">x</a>',
    '<a href="https://[">x</a>',
    '<a href="/x" target=_blank onclick=alert(1) style="position:fixed;inset:0" ping="//evil.example">x</a>',
    '<a href="/x" "onmouseover=alert(1)">x</a>',
    '<iframe src="https://evil.example/"></iframe><iframe srcdoc="<script>alert(1)</script>">',
    '<object data="javascript:alert(1)"></object><embed src="//evil.example/x.swf"><applet code=x>',
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video><audio src onloadstart=alert(1)>",
    '<form action="//evil.example/"><input name=password autofocus onfocus=alert(1)><button>Sign in</button></form>',
    '<base href="//evil.example/"><meta http-equiv=refresh content="0;url=//evil.example"><link rel=stylesheet href=//e>',
    '<style>@import "//evil.example/x.css";body{display:none}</style>',
    '<p style="background:url(//evil.example/t.gif)" class="navbar" id="location" is="x-y">x</p>',
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary>y</details>",
    "<body onload=alert(1)><marquee onstart=alert(1)>x</marquee><isindex action=javascript:alert(1)>",
    '<table background="javascript:alert(1)"><tr><td background=x onclick=alert(1)>a<td>b<tr><td>c<td>d</table>',
    '<abbr title="&quot;><img src=x onerror=alert(1)>">EU</abbr>',
    '<span lang="en&quot; onclick=&quot;alert(1)">x</span>',
    '<a data-media="x&quot; onclick=alert(1)" href="/x">x</a>',
    "<p>a\x00b<scr\x00ipt>alert(1)</scr\x00ipt>\ud800\udfff\ufffe\x0b",
    "<b><p><a href=/1><table><td><a href=/2><b><p></table>x</a>y</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.fixture(autouse=True)
def no_media_library(monkeypatch):
    """Take no media library but what a test gives: the site's own would ask the database."""
    monkeypatch.setattr(rich_text, "_media", None)


ELEMENTS = {
    *(
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "strong",
        "em",
        "a",
        "table",
        "caption",
        "thead",
    ),
    *(
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "figure",
        "figcaption",
        "img",
        "hr",
        "br",
        "abbr",
        "span",
        "div",
    ),
}
ATTRIBUTES = {
    *("href", "rel", "class", "id", "lang", "dir", "title", "start", "colspan", "rowspan", "scope"),
    *("role", "tabindex", "aria-label", "aria-labelledby", "data-media", "alt", "src"),
}


def faults_of(html):
    """List what no rich text may hold, as a browser's parser sees it (html5lib follows the HTML Standard)."""
    fragment = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    faults = []
    for element in list(fragment.iter())[1:]:
        if element.tag not in ELEMENTS:
            faults.append(f"<{element.tag}>")
        faults += [f"{element.tag} {name}" for name in element.keys() if name not in ATTRIBUTES]
        for name in ("href", "src"):
            address = element.get(name, "/")
            if not address.startswith(("https://", "http://", "mailto:", "tel:", "/", "#")) or address[
                :2
            ] in ("//", "/\\"):
                faults.append(address)
    return faults


def test_nothing_harmful_passes_and_cleaning_twice_changes_nothing():
    for payload in HARMFUL:
        for html in (
            payload,
            f"<p>before</p>{payload}<p>after</p>",
            f"<table><tr><td>{payload}<td>x</table>",
        ):
            clean = clean_rich_text(html)
            assert clean_rich_text(clean) == clean, payload
            assert faults_of(clean) == [], payload
            assert faults_of(render_rich_text(html)) == [], payload
            assert not set(clean) & {"\x00", "\ud800", "\ufffe", "\x0b"}, payload


def test_any_mixture_of_tags_becomes_harmless_and_stable():
    chance = random.Random(5)
    names = "p div h1 h5 ul ol li blockquote b i a img br hr abbr span table caption thead tr td th details summary"
    names = [
        *names.split(),
        *"figure figcaption svg math style noscript template title sub pre form select dl dd u".split(),
    ]
    attributes = [
        "",
        " href=/x",
        ' style="font-weight:700"',
        ' style="mso-list:l0 level2"',
        f" data-media={IMAGE} alt=x",
    ]
    for _round in range(300):
        pieces = [
            chance.choice(
                [
                    f"<{chance.choice(names)}{chance.choice(attributes)}>",
                    f"</{chance.choice(names)}>",
                    "x",
                    " ",
                    "\n\n",
                ]
            )
            for _piece in range(30)
        ]
        html = "".join(pieces)
        clean = clean_rich_text(html)
        assert clean_rich_text(clean) == clean, html
        assert faults_of(clean) == [], html
        assert faults_of(render_rich_text(html)) == [], html


def test_what_is_larger_than_any_page_is_plain_text_and_is_refused_in_a_form():
    for html in (
        "<div>" * 10_000,
        "<b><p>" * 170_000,
        "".join(f"<b id={number}>" for number in range(5_000)),
    ):
        assert "&lt;" in clean_rich_text(html)
        assert faults_of(clean_rich_text(html)) == []
        with pytest.raises(forms.ValidationError, match="too large for one page"):
            RichTextField().formfield().clean(html)
    nested = clean_rich_text("<blockquote>" * 2_000 + "x")
    assert nested.count("<blockquote>") < 30
    for html in ("&" * MAX_LENGTH * 2, "a\n\n" * MAX_TAGS):
        clean = clean_rich_text(html)
        assert len(clean) <= MAX_LENGTH and clean.count("<p>") == 1 and clean_rich_text(clean) == clean


def test_text_from_word_keeps_its_structure_and_loses_its_styles():
    html = (
        "<html><head><title>Doc</title><style>p.MsoNormal{margin:0}</style><xml><o:x>1</o:x></xml></head><body>"
        "<p class=MsoTitle>Our networks</p><p class=MsoHeading2><b>Members</b></p>"
        "<p class=MsoNormal style='margin:0cm'><b><span style='color:red'>Bold</span></b> and <i>thin</i><o:p></o:p></p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Cities</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.</span>Large</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Towns</p>"
        "<p class=MsoNormal>&nbsp;</p><p class=MsoNormal>12 m<sup>2</sup>, CO<sub>2</sub></p>"
    )
    assert clean_rich_text(html) == (
        "<h2>Our networks</h2><h3>Members</h3><p><strong>Bold</strong> and <em>thin</em></p>"
        "<ul><li>Cities<ol><li>Large</li></ol></li><li>Towns</li></ul><p>12 m², CO₂</p>"
    )


def test_text_from_google_docs_keeps_its_structure_and_loses_its_styles():
    html = (
        '<meta charset=utf-8><b style="font-weight:normal" id="docs-internal-guid-1"><h1 dir="ltr" style="x:y">'
        '<span style="font-size:20pt">Plan</span></h1><p dir="ltr"><span style="font-weight:700">Now</span>'
        '<span style="font-style:italic"> and then</span></p><br><ul><li dir="ltr"><p dir="ltr" role="presentation">'
        "<span>One</span></p></li></ul></b>"
    )
    assert clean_rich_text(html) == (
        '<h2 dir="ltr">Plan</h2><p dir="ltr"><strong>Now</strong><em> and then</em></p>'
        '<ul><li dir="ltr"><p dir="ltr">One</p></li></ul>'
    )


def test_words_typed_without_tags_become_paragraphs():
    assert clean_rich_text("One & only\nline\n\n\n Two <i>x</i>\r\n\r\nThree") == (
        "<p>One &amp; only line</p><p>Two <em>x</em></p><p>Three</p>"
    )
    assert (
        clean_rich_text("<p></p><h2> </h2><ul><li></li></ul><p>&nbsp;<br></p>") == clean_rich_text(None) == ""
    )


def test_headings_start_below_the_page_s_own_and_leave_no_level_out():
    html = (
        "<h1>A</h1><h4>B</h4><h6>C</h6><h1>A</h1><details><summary>D</summary><h3>É?</h3></details><h2></h2>"
    )
    assert render_rich_text(html, level=3) == (
        '<h3 id="text-a">A</h3><h4 id="text-b">B</h4><h5 id="text-c">C</h5><h3 id="text-a-2">A</h3>'
        '<details><summary>D</summary><h4 id="text-e">É?</h4></details>'
    )
    assert contents_of(html) == [
        (2, "text-a", "A"),
        (3, "text-b", "B"),
        (4, "text-c", "C"),
        (2, "text-a-2", "A"),
        (3, "text-e", "É?"),
    ]


def test_tables_have_header_cells_and_a_region_that_scrolls_by_keyboard():
    rows = "<tr><td><p>Year</p></td><td>Members</td></tr><tr><td>1995</td><td>12</td></tr>"
    region = '<div class="table-region" role="region" tabindex="0" '
    assert render_rich_text(f"<table><caption>By year</caption>{rows}</table>") == (
        f'{region}aria-labelledby="text-table-1"><table><caption id="text-table-1">By year</caption>'
        '<thead><tr><th scope="col">Year</th><th scope="col">Members</th></tr></thead>'
        "<tbody><tr><td>1995</td><td>12</td></tr></tbody></table></div>"
    )
    rows = "<tr><th></th><th>Cities</th></tr><tr><th>Italy</th><td>3</td></tr>"
    assert render_rich_text(f"<table>{rows}</table>") == (
        f'{region}aria-label="Table 1"><table><thead><tr><td></td><th scope="col">Cities</th></tr></thead>'
        '<tbody><tr><th scope="row">Italy</th><td>3</td></tr></tbody></table></div>'
    )
    assert '<th scope="row">Italy</th><td>3</td>' in render_rich_text("<table><tr><td>Italy<td>3</table>")
    assert render_rich_text("<table><tr><td>alone</td></tr></table>") == "<p>alone</p>"


def test_links_lead_where_they_may_and_say_when_that_is_elsewhere(settings):
    settings.ALLOWED_HOSTS = ["networks.example.org"]
    elsewhere = (
        '<a href="https://example.com/a?b=1&amp;c" class="external-link" rel="noopener noreferrer">there'
        '<span class="visually-hidden"> (another website)</span></a>'
    )
    assert (
        render_rich_text('<a href="https://example.com/a?b=1&c" target=_blank>there</a>')
        == f"<p>{elsewhere}</p>"
    )
    for kept in (
        "/cities/?on=1995",
        "#text-a",
        "mailto:a@example.org",
        "tel:+39051",
        "https://networks.example.org/x",
    ):
        assert render_rich_text(f'<a href="{kept}">x</a>') == f'<p><a href="{kept}">x</a></p>'
    for lost in ("cities", "ftp://example.org/", "mailto:", "https://", "//example.org"):
        assert render_rich_text(f'<a href="{lost}">x</a>') == "<p>x</p>"
    assert render_rich_text('<p>a<a href="/x"> </a><a href="/y"></a>b</p>') == "<p>a b</p>"


@pytest.mark.parametrize(
    ("typed", "in_italian"),
    [
        ("/cities/?on=1995#list-total", "/it/cities/?on=1995#list-total"),
        ("https://networks.example.org/cities/bologna/", "https://networks.example.org/it/cities/bologna/"),
        ("/", "/it/"),
        ("/de/cities/", "/de/cities/"),
        ("/it/cities/", "/it/cities/"),
        ("/files/library/x/minutes.pdf", "/files/library/x/minutes.pdf"),
        ("/id/6b0a54f2/", "/id/6b0a54f2/"),
        ("#text-a", "#text-a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("//example.com/cities/", None),
    ],
)
def test_links_within_the_site_lead_into_the_language_of_the_reader(settings, typed, in_italian):
    settings.ALLOWED_HOSTS = ["networks.example.org"]
    for language, address in (("en", in_italian and typed), ("it", in_italian)):
        with override(language):
            shown = render_rich_text(f'<a href="{typed}">x</a>')
        assert shown == (f'<p><a href="{address}">x</a></p>' if address else "<p>x</p>")


def test_sections_to_open_stand_together_below_a_hint():
    one = "<details><summary>Who?</summary><p>You.</p></details>"
    assert render_rich_text(f"<p>x</p>{one}") == f"<p>x</p>{one}"
    assert render_rich_text(one + one) == (
        f'<div class="sections"><p class="sections-hint">Click each section for more.</p>{one}{one}</div>'
    )
    assert clean_rich_text("<details>Only words</details>") == "<p>Only words</p>"


def test_languages_and_abbreviations_are_kept():
    html = '<p lang="it">Ciao <span lang="el">γειά</span> <abbr title="European Union">EU</abbr></p>'
    assert render_rich_text(html) == html
    assert clean_rich_text('<p lang="x y"><span lang="">a</span></p>') == "<p>a</p>"


def test_the_media_library_is_asked_once_and_what_it_does_not_know_leaves_words():
    asked = []

    def resolve(uids):
        asked.append(uids)
        return {IMAGE: mark_safe('<picture><img src="/i.webp" alt="Town hall"></picture>'), FILE: "<b>"}

    html = (
        f'<figure><img data-media="{IMAGE}" alt="x"><figcaption>Bologna</figcaption></figure>'
        f'<p>See <a data-media="{FILE}" href="/f.pdf">memo</a>, <img data-media="{IMAGE.upper()}" alt="x"></p>'
    )
    picture = '<picture><img src="/i.webp" alt="Town hall"></picture>'
    rendered = render_rich_text(html, resolve=resolve)
    assert (
        rendered
        == f"<figure>{picture}<figcaption>Bologna</figcaption></figure><p>See &lt;b&gt;, {picture}</p>"
    )
    assert isinstance(rendered, SafeString)
    assert asked == [media_in(html)] == [[IMAGE, FILE]]
    assert render_rich_text(html, resolve=lambda uids: {}) == "<p>x</p><p>Bologna</p><p>See memo, x</p>"
    assert render_rich_text("<p>none</p>", resolve=resolve) == "<p>none</p>" and len(asked) == 1
    assert clean_rich_text('<p><img src="https://example.org/t.gif" alt="A map">!</p>') == "<p>A map!</p>"


def test_a_figure_of_the_media_library_stands_in_no_paragraph():
    figure = mark_safe('<figure class="figure-media"><img src="/i.webp" alt=""></figure>')
    html = f'<p>Before <img data-media="{IMAGE}"> after</p><figure><img data-media="{IMAGE}"></figure>'
    assert render_rich_text(html, resolve=lambda uids: {IMAGE: figure}) == (
        f"<p>Before </p>{figure}<p> after</p>{figure}"
    )


def test_plain_text_has_a_line_for_each_block():
    html = "<h2>A &amp; B</h2><p>one<br>two <em>three</em></p><ul><li>x<ul><li>y</li></ul></li></ul>"
    html += "<table><tr><th>a<th>b<tr><td>1<td>2</table>" + f'<p><img data-media="{IMAGE}" alt="Hall"></p>'
    assert plain_text(html) == "A & B\none\ntwo three\nx\ny\na · b\n1 · 2\nHall"


def test_filters_write_a_text_for_readers_and_as_words():
    template = Template("{% load rich_text %}{{ text|rich_text }}{{ text|rich_text:4 }}{{ text|plain_text }}")
    written = template.render(Context({"text": "<h3>A &amp; B</h3><script>x</script>"}))
    assert written == '<h2 id="text-a-b">A &amp; B</h2><h4 id="text-a-b">A &amp; B</h4>A &amp; B'


def test_the_field_cleans_on_every_way_into_the_database(db):
    from citynet.content.models import Page

    assert isinstance(Page._meta.get_field("text"), RichTextField)
    page = Page.objects.create(name="A", slug="a", text="<h1 onclick=x>A</h1><script>x</script>")
    assert page.text == "<h2>A</h2>"
    Page.objects.filter(pk=page.pk).update(text="<p style=x>b<iframe></iframe></p>")
    page.refresh_from_db()
    assert page.text == "<p>b</p>"
    assert Page.objects.filter(text__contains="b<").exists()  # what is searched for is left as it is
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_page SET text = %s", ["<img src=x onerror=alert(1)>c"])
    page.refresh_from_db()
    assert render_rich_text(page.text) == "<p>c</p>"


def test_the_form_field_is_the_editor_and_knows_what_changed():
    field = RichTextField(blank=True).formfield(widget=admin.widgets.AdminTextareaWidget)
    assert isinstance(field.widget, rich_text.RichTextWidget)
    assert field.clean("<p>a<script>x</script></p>") == "<p>a</p>"
    assert not field.has_changed("<p>a</p>", '<p class="x">a</p><p></p>')
    assert field.has_changed("<p>a</p>", "<p>b</p>")
    with pytest.raises(forms.ValidationError, match="required"):
        RichTextField().formfield().clean("<p>&nbsp;</p>")
    assert isinstance(RichTextField().clone(), models.TextField)


def test_the_widget_is_a_text_area_that_a_module_turns_into_the_editor():
    widget = rich_text.RichTextWidget()
    html = widget.render("text", "<p>a &amp; b</p>", {"id": "id_text"})
    assert '<textarea name="text"' in html and "&lt;p&gt;a &amp;amp; b&lt;/p&gt;" in html
    assert "<script" not in html and "style=" not in html and " required" not in html.split("<template")[0]
    assert [str(path) for path in widget.media._js] == [
        '<script src="/static/js/rich-text-editor.js" type="module"></script>'
    ]
    commands = {button["command"] for group in rich_text_widget_toolbar() for button in group["buttons"]}
    source = Path("static/js/rich-text-editor.js").read_text()
    assert {
        name for name in commands if f'"{name}": ' not in source and f"    {name}: " not in source
    } == set()


def rich_text_widget_toolbar():
    from citynet.core.rich_text_widget import toolbar

    return toolbar(has_media=True)
