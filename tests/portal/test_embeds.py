"""citynet.portal.embeds: what other sites may embed, and that they may frame nothing else."""

import re
import uuid
from datetime import date
from html import unescape

import html5lib
import pytest
import time_machine
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from whitenoise.middleware import WhiteNoiseMiddleware

from citynet.core.colours import channels, contrast, readable
from citynet.core.models import State
from citynet.portal.embeds import EMBEDS, GROUNDS
from networks.models import City, Membership
from tests.events.make import make_event, make_series
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
    make_organisation,
    make_person,
    make_practice,
    make_project,
    make_role,
    make_source,
    make_twinning,
)
from tests.page import words

pytestmark = pytest.mark.django_db

FRAMES = {f"embed_{embed.name}" for embed in EMBEDS}
FRAGMENTS = {f"{name}_fragment" for name in FRAMES}
# Names that would run, break out or lead astray, were they not written as text.
HOSTILE = """<script>alert(1)</script> "><img src=x onerror=alert(1)> ' </div></section> &lt;b&gt; {{ 7 }}"""
INERT = {"a", "cite", "div", "h1", "h2", "h3", "li", "ol", "p", "section", "span", "ul"}
ATTRIBUTES = {"class", "id", "lang", "dir", "href", "rel", "aria-label", "aria-labelledby"}


def addresses(resolver=None, prefix="", space=""):
    """Give (name, address) of every pattern of the site, with a value that fits each of its parts."""
    values = {"IntConverter": "1", "UUIDConverter": str(uuid.UUID(int=1)), "StringConverter": "x"}
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            value = "abc" if name == "colour" else values.get(type(converter).__name__, "x")
            route = re.sub(rf"<(?:\w+:)?{name}>", value, route)
        route = re.sub(r"\(\?P<\w+>[^)]*\)", "1", route).replace("^", "").replace("$", "").replace("\\", "")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + route, pattern.namespace or space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}:{pattern.name}" if space else str(pattern.name), f"/{prefix}{route}"


def policy(response):
    directives = response.headers["Content-Security-Policy"].split("; ")
    return dict(directive.partition(" ")[::2] for directive in directives)


def make_all_called_x():
    """Make one of everything that has a page, at the address "x"."""
    network, city = make_network(slug="x"), make_city(slug="x")
    make_membership(network=network, city=city)
    for make in (make_person, make_project, make_document, make_source):
        make(slug="x")
    make_body(slug="x", network=network)
    make_practice(slug="x", city=city)
    make_event(slug="x", networks=[network], series=make_series(slug="x"))


def test_other_sites_may_frame_what_is_made_for_it_and_nothing_else(client):
    make_all_called_x()
    framed, found = set(), 0
    for name, address in addresses():
        response = client.get(address)
        found += response.status_code == 200
        if policy(response)["frame-ancestors"] == "'none'" and response["X-Frame-Options"] == "DENY":
            assert name not in FRAMES
        else:
            assert policy(response)["frame-ancestors"] == "*"
            assert "X-Frame-Options" not in response.headers
            framed.add(name)
        is_open = response.headers.get("Access-Control-Allow-Origin") == "*"
        assert is_open == (name in {*FRAGMENTS, "embed_accent"}), address
        assert response.headers["Cross-Origin-Resource-Policy"] == (
            "cross-origin" if is_open else "same-origin"
        )
        frames = {"city_embed": "'self'", "network_embed": "'self'"}.get(name)
        assert policy(response).get("frame-src") == frames, address
    assert framed == FRAMES
    assert found > 40


def test_only_the_stylesheet_of_what_is_embedded_may_be_used_elsewhere(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    static_files = WhiteNoiseMiddleware(lambda request: None)

    def header(path):
        response = static_files(RequestFactory().get(f"{settings.STATIC_URL}css/{path}"))
        return response.headers.get("Cross-Origin-Resource-Policy")

    assert (header("embed.css"), header("citynet.css")) == ("cross-origin", None)


def make_hostile_bologna():
    """Make a city, a network and an event whose every text is hostile."""
    source = make_source(publisher=HOSTILE, title=HOSTILE, url="javascript:alert(1)")
    city = make_city(name=f"Bologna {HOSTILE}", slug="bologna", website="javascript:alert(1)")
    network = make_network(name=HOSTILE, slug="net", website="javascript:alert(1)", start="1986")
    make_membership(network=network, city=city, start="1991", listed_as=HOSTILE, source=source)
    make_membership(network=network, organisation=make_organisation(name=HOSTILE), source=source)
    make_role(network=network, body=make_body(network=network, name=HOSTILE), city=city, label=HOSTILE)
    make_twinning(city_a=city, city_b=make_city(name=HOSTILE, slug="twin"), start="1962", source=source)
    make_event(networks=[network], cities=[city], name=HOSTILE, start="2019-04", source=source)


@pytest.mark.parametrize(
    "address",
    [
        "/embed/cities/bologna.html",
        "/embed/cities/bologna/events.html",
        "/embed/networks/net/members.html",
        "/embed/networks/net/events.html",
    ],
)
def test_the_html_is_safe_to_paste_whatever_names_are_in_it(client, address):
    make_hostile_bologna()
    query = {"accent": '"><script>', "theme": "' onload='", "on": "<script>", "section": "<b>"}
    response = client.get(address, {**query, "language": "it"}, headers={"host": "127.0.0.1"})
    html = response.content.decode()
    page = html5lib.parse(f'<div id="theirs">{html}</div><p id="after">', namespaceHTMLElements=False)
    (root,) = page.find(".//div[@id='theirs']")
    assert (root.get("class").split()[0], root.get("lang")) == ("citynet-embed", "it")
    assert page.find("body")[1].get("id") == "after"  # nothing closed what it did not open
    elements = list(root.iter())
    assert {element.tag for element in elements} <= INERT
    assert {name for element in elements for name in element.attrib} <= ATTRIBUTES
    for element in elements:
        names = f"{element.get('class', '')} {element.get('id', '')}".split()
        assert [name for name in names if not name.startswith("citynet-")] == []
        if element.tag == "a" and "href" in element.attrib:
            assert re.match(r"http://127\.0\.0\.1/|#citynet-", element.get("href"))
            assert element.get("rel") == "external noopener"
    ids = {element.get("id") for element in elements} - {None}
    assert {link["href"][1:] for link in (e.attrib for e in elements) if "#" in link.get("href", "")} <= ids
    assert "<script>alert(1)</script>" in "".join(root.itertext())  # it is there, as text


def test_bad_options_are_told_in_the_frame_and_replaced_by_defaults(client):
    make_hostile_bologna()
    bad = {"theme": "pink", "accent": "url(x)", "section": "nonsense", "on": "yesterdayish", "rows": "-1"}
    told = {
        "theme": "Light or dark: Select a valid choice. pink is not one of the available choices.",
        "accent": "Accent colour: “url(x)” is not a colour that we can read. Write it as #a00 or #aa0000.",
        "section": "Parts: Select a valid choice. nonsense is not one of the available choices.",
        "on": "As of: “yesterdayish” is not a date we can read.",
        "rows": "Rows at most: Ensure this value is greater than or equal to 1.",
        "language": "Language: Select a valid choice. xx is not one of the available choices.",
    }
    for embed in EMBEDS:
        slug = "bologna" if embed.model is City else "net"
        response = client.get(reverse(f"embed_{embed.name}", args=[slug]), {**bad, "language": "xx"})
        assert response.status_code == 200
        html = response.content.decode()
        problems = re.findall(r'<p class="citynet-problem">(.*?)</p>', html, re.DOTALL)
        expected = {"theme", "accent", "language", *embed.options}
        assert len(problems) == len(expected)
        for name in expected:
            assert any(unescape(problem).startswith(told[name]) for problem in problems)
        assert '<html class="citynet-frame citynet-theme-auto' in html and 'lang="en"' in html


def test_an_accent_is_changed_until_it_can_be_read(client):
    for digits in ("ff0000", "ffff00", "0000ff", "000000", "ffffff", "808080", "0f181a", "7fff00"):
        for ground in GROUNDS.values():
            assert contrast(channels(readable(digits, ground)), channels(ground)) >= 4.5
    assert readable("0000ff", GROUNDS["light"]) == "0000ff"
    assert contrast(channels("000000"), channels("ffffff")) == 21
    response = client.get("/embed/accent-AA0.css")
    assert response.content.decode() == (
        f".citynet-accent-aaaa00{{--citynet-accent-light:#{readable('aaaa00', 'ffffff')};"
        "--citynet-accent-dark:#aaaa00;}\n"
    )
    assert response.headers["Content-Type"] == "text/css"
    assert client.get("/embed/accent-red.css").status_code == 404


def test_caches_may_keep_it_and_nobody_is_followed(client, admin_client):
    make_hostile_bologna()
    for address, page in (
        ("/embed/cities/bologna/", "/cities/bologna/"),
        ("/embed/cities/bologna.html?language=it", "/it/cities/bologna/"),
    ):
        response = admin_client.get(address)
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert not response.cookies
        again = client.get(address, headers={"if-none-match": response.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Link"] == f'<http://testserver{page}>; rel="canonical"'
    assert client.post(address).status_code == 405
    assert response.headers["Content-Language"] == "it"


def shown(client, address):
    """Give what is embedded as ({heading: [row]}, all of its words)."""
    html = re.sub(r"</?(?:span|cite)\b[^>]*>", "", client.get(address).content.decode())
    sections = re.findall(r'<section class="citynet-section.*?</section>', html, re.DOTALL)
    return {
        words(re.search(r"<h2.*?</h2>", section, re.DOTALL)[0]): [
            words(row) for row in re.findall(r"<li.*?</li>", section, re.DOTALL)
        ]
        for section in sections
    }, words(html)


def test_the_members_of_a_network_are_listed_with_categories_dates_and_sources(client):
    network, source = make_network(name="Net", slug="net", start="1986"), make_source(publisher="Net")
    bologna = make_city(name="Bologna", slug="bologna")
    zurich = make_city(name="Zürich", country="CH")
    make_membership(network=network, city=bologna, start="1991", source=source)
    make_membership(network=network, city=zurich, category=Membership.Category.PARTNER)
    make_membership(network=network, organisation=make_organisation(name="ANCI"), start="2001")
    make_membership(network=network, city=make_city(name="Left"), start="1990", end="1999")
    make_membership(network=network, city=make_city(name="Draft"), state=State.DRAFT)
    sections, text = shown(client, "/embed/networks/net/members.html")
    assert sections == {
        "Members": [
            "ANCI, full member no source given since 2001",
            "Bologna, Italy, full member [1] since 1991",
            "Zürich, Switzerland, partner no source given start not known",
        ],
        "Sources": ["Net."],
    }
    assert "2 member cities in 2 countries." in text
    sections, text = shown(client, "/embed/networks/net/members/?rows=1&on=1995&language=it")
    assert sections["Membri"] == ["Bologna, Italia, membro effettivo [1] dal 1991"]
    assert "e altre 2 voci: vedi http://testserver/it/cities/?network=net&on=1995" in text


@time_machine.travel(date(2026, 11, 21))
def test_events_to_come_stand_before_those_of_the_past(client):
    bologna, milan = make_city(name="Bologna", slug="bologna"), make_city(name="Milan")
    network = make_network(name="Net", slug="net")
    make_event(networks=[network], cities=[bologna], name="First", start="2019-04-03", end="2019-04-05")
    make_event(networks=[network], cities=[milan], name="Second", start="2025-10", status="cancelled")
    make_event(networks=[network], cities=[bologna, milan], name="Third", start="2027-05-02")
    make_event(networks=[network], cities=[bologna], name="Hidden", start="2027", state=State.DRAFT)
    sections, _text = shown(client, "/embed/networks/net/events.html?language=it")
    assert sections == {
        "In programma": ["Third, Bologna, Milan nessuna fonte indicata 2 maggio 2027"],
        "Passati": [
            "Second, Milan, annullato nessuna fonte indicata ottobre 2025",
            "First, Bologna nessuna fonte indicata 3 – 5 aprile 2019",
        ],
    }
    sections, text = shown(client, "/embed/cities/bologna/events/?section=past&on=1995")
    assert sections == {"Past": ["First no source given 3 – 5 April 2019"]}
    assert (
        "http://testserver/events/?city=bologna"
        in client.get("/embed/cities/bologna/events/").headers["Link"]
    )


def test_cities_have_the_names_of_the_language_where_there_are_any(client):
    munich, bologna = (
        make_city(name="Munich", name_it="Monaco di Baviera", slug="munich", country="DE"),
        make_city(name="Bologna", slug="bologna"),
    )
    make_twinning(city_a=munich, city_b=bologna, start="1962")
    assert shown(client, "/embed/cities/bologna/?language=it")[0] == {
        "Gemellaggi": ["Monaco di Baviera, Germania nessuna fonte indicata dal 1962"]
    }
    assert shown(client, "/embed/cities/bologna/")[0] == {
        "Twin cities": ["Munich, Germany no source given since 1962"]
    }
    assert "<title>Monaco di Baviera nelle reti di città – citynet</title>" in (
        client.get("/embed/cities/munich/?language=it").content.decode()
    )


def test_italian_dates_are_written_as_they_are_spoken(client):
    network = make_network(slug="net")
    dates = {
        ("1991", ""): "dal 1991",
        ("2009-09", ""): "da settembre 2009",
        ("1962-10-08", ""): "dall'8 ottobre 1962",
        ("2011-11-01", ""): "dal 1º novembre 2011",
        ("199X", ""): "dagli anni 1990",
        ("", "2034-06"): "fino a giugno 2034",
        ("1991", "2034-08-11"): "1991 – 11 agosto 2034",
        ("[..2021-09-11]", ""): "inizio entro l'11 settembre 2021, data non nota",
    }
    for number, (start, end) in enumerate(dates):
        make_membership(network=network, city=make_city(name=f"City {number}"), start=start, end=end)
    rows = shown(client, "/embed/networks/net/members.html?language=it")[0]["Membri"]
    assert [row.partition("nessuna fonte indicata ")[2] for row in rows] == list(dates.values())


def test_what_is_embedded_survives_a_renamed_record(client):
    city = make_city(slug="bologna")
    city.slug = "bononia"
    city.save()
    for old, now in (
        ("/embed/cities/bologna/?language=it", "/embed/cities/bononia/?language=it"),
        ("/embed/cities/bologna/events.html", "/embed/cities/bononia/events.html"),
        ("/cities/bologna/embed/", "/cities/bononia/embed/"),
    ):
        assert client.get(old).headers["Location"] == now
        assert client.get(old, follow=True).status_code == 200
    missing = client.get("/embed/cities/nowhere/?language=it")
    assert missing.status_code == 404
    assert "A questo indirizzo non c" in missing.content.decode()


def test_a_list_of_members_costs_the_same_whatever_its_length(client, django_assert_num_queries):
    network = make_network(slug="net")
    for number in (1, 3):
        for _each in range(number):
            make_membership(network=network, city=make_city(), start="1991", source=make_source())
        with django_assert_num_queries(4):
            assert client.get("/embed/networks/net/members/?language=it").status_code == 200


def test_what_is_embedded_is_in_the_language_of_the_page_that_helps_to_unless_told(client):
    make_hostile_bologna()
    for address, query in (
        ("/it/networks/net/embed/", "?language=it"),
        ("/it/networks/net/embed/?language=fr", "?language=fr"),
        ("/it/networks/net/embed/?language=en", ""),
        ("/networks/net/embed/", ""),
    ):
        page = html5lib.parse(client.get(address).content.decode(), namespaceHTMLElements=False)
        frame = page.find(".//iframe").get("src")
        assert (address, frame) == (address, f"/embed/networks/net/members/{query}")


def test_the_page_that_helps_to_embed_gives_what_to_copy(client):
    make_hostile_bologna()
    html = client.get(
        "/networks/net/embed/?show=network_events&section=past&language=it&accent=%23ff0&rows=5"
    ).content.decode()
    page = html5lib.parse(html, namespaceHTMLElements=False)
    query = "section=past&rows=5&language=it&accent=ffff00"
    address = f"http://testserver/embed/networks/net/events/?{query}"
    frame = page.find(".//iframe")
    assert frame.get("src") == f"/embed/networks/net/events/?{query}"
    code = {area.get("id"): area.text for area in page.iter("textarea")}
    (copied,) = html5lib.parseFragment(code["frame-code"], namespaceHTMLElements=False)
    assert copied.attrib == {
        "src": address,
        "title": f"Eventi della rete {HOSTILE}",
        "lang": "it",
        "width": "100%",
        "height": "800",
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    assert code["fragment-address"] == f"http://testserver/embed/networks/net/events.html?{query}"
    assert code["style-code"].splitlines() == [
        '<link rel="stylesheet" href="http://testserver/static/css/embed.css">',
        '<link rel="stylesheet" href="http://testserver/embed/accent-ffff00.css">',
    ]
    assert client.get(address).status_code == 200
    chosen = [field.get("value") for field in page.iter("option") if field.get("selected") is not None]
    assert list(filter(None, chosen)) == ["network_events", "it"]
    html = client.get("/cities/bologna/embed/?on=yesterdayish&accent=xx&show=nothing").content.decode()
    assert html.count('class="invalid-feedback"') == 3
    assert 'src="/embed/cities/bologna/"' in html
