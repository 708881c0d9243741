"""Structured data is valid JSON-LD that no text can break out of."""

import json
import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from citynet.core.dates import PartialDate
from citynet.core.structured import breadcrumbs, dataset, iso_date, origin_of, thing, write
from tests.page import structured

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 \u2029 ' \" \\ ]]> é 😀"


def test_no_text_closes_the_script_or_opens_a_comment():
    written = write([thing("Thing", name=HOSTILE)])
    assert isinstance(written, SafeString)
    assert written.count("<") == 2  # the element's own tags
    assert written.startswith('<script type="application/ld+json">') and written.endswith("</script>")
    assert not {"\u2028", "\u2029", "&"} & set(written)


def test_what_is_escaped_reads_back_as_it_was():
    text = re.fullmatch(r"<script[^>]*>(.*)</script>", write([thing("Thing", name=HOSTILE)]))[1]
    assert json.loads(text) == {
        "@context": "https://schema.org",
        "@graph": [{"@type": "Thing", "name": HOSTILE}],
    }


def test_a_template_escapes_it_once():
    template = Template("{% load structured %}{% json_ld things %}")
    assert template.render(Context({"things": [thing("Thing", name="Ö & <b>")]})) == (
        '<script type="application/ld+json">'
        '{"@context":"https://schema.org","@graph":[{"@type":"Thing","name":"Ö \\u0026 \\u003Cb\\u003E"}]}</script>'
    )


def test_a_page_without_things_writes_nothing():
    assert Template("{% load structured %}{% json_ld things %}").render(Context()) == ""
    assert write([]) == ""


def test_a_thing_keeps_zero_and_no_but_nothing_empty():
    assert thing("Thing", a=0, b=False, c="", d=None, e=[], f={}, g="x") == {
        "@type": "Thing",
        "a": 0,
        "b": False,
        "g": "x",
    }


def test_a_translated_text_is_written_as_its_words():
    assert '"name":"Home"' in write([thing("Thing", name=gettext_lazy("Home"))])


@pytest.mark.parametrize(
    ("edtf", "iso"),
    [
        ("2015-10-15", "2015-10-15"),
        ("2009-09", "2009-09"),
        ("1991", "1991"),
        ("199X", None),
        ("[..2021-09-27]", None),
        ("", None),
    ],
)
def test_a_partial_date_is_iso_8601_of_reduced_precision_or_left_out(edtf, iso):
    assert iso_date(PartialDate(edtf)) == iso


def test_addresses_begin_as_the_visitor_reached_the_site():
    factory = RequestFactory()
    assert origin_of(factory.get("/", secure=True, HTTP_HOST="localhost")) == "https://localhost"
    assert origin_of(factory.get("/", HTTP_HOST="localhost:8000")) == "http://localhost:8000"


def test_breadcrumbs_lead_from_home_to_the_page():
    assert breadcrumbs("https://x.example", ("Cities", "/cities/"), ("Ulm", "/cities/ulm/")) == {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Home", "item": "https://x.example/"},
            {"@type": "ListItem", "position": 2, "name": "Cities", "item": "https://x.example/cities/"},
            {"@type": "ListItem", "position": 3, "name": "Ulm", "item": "https://x.example/cities/ulm/"},
        ],
    }


def test_a_dataset_names_its_files_with_their_types():
    downloads = [{"label": "CSV", "media_type": "text/csv", "address": "/cities.csv?country=IT"}]
    given = dataset("https://x.example", "Cities", "/cities/?country=IT", downloads)
    assert given["distribution"] == [
        {
            "@type": "DataDownload",
            "name": "CSV",
            "encodingFormat": "text/csv",
            "contentUrl": "https://x.example/cities.csv?country=IT",
        }
    ]
    assert (given["@type"], given["name"], given["url"]) == (
        "Dataset",
        "Cities – citynet",
        "https://x.example/cities/?country=IT",
    )
    assert 50 <= len(given["description"]) <= 5000  # what search engines ask of a data set


def test_a_list_page_describes_its_files_under_the_filters_alone(client, db):
    graph = structured(client.get("/cities/?country=IT&country=DE&sort=name&page=1"))
    data, crumbs = graph
    assert data["url"] == "http://testserver/cities/?country=IT&country=DE"
    assert [file["encodingFormat"] for file in data["distribution"]] == [
        "text/csv",
        "application/json",
        "application/geo+json",
    ]
    assert [step["name"] for step in crumbs["itemListElement"]] == ["Home", "Cities"]


def head(client, address):
    """Give the canonical address and the social card of a page, as {property: content}."""
    html = client.get(address).content.decode()
    found = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)"\s+content="([^"]*)"', html))
    return {**found, "canonical": re.search(r'<link rel="canonical" href="([^"]*)">', html)[1]}


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/about/data/?page=2", "/about/data/"),
        ("/cities/?sort=population&page=1", "/cities/"),
        ("/cities/?country=IT&sort=population", "/cities/?country=IT"),
        ("/cities/?country=nowhere&q=a+%26+b&bogus=1", "/cities/?q=a+%26+b"),
    ],
)
def test_a_page_has_one_canonical_address(client, db, address, canonical):
    assert head(client, address)["canonical"] == f"http://testserver{canonical}"


def test_a_social_card_is_complete_and_its_picture_is_there(client, db):
    card = head(client, "/cities/")
    assert card["og:title"] == "Cities"
    assert card["og:description"].startswith("Which city belongs to which network")
    assert card["og:url"] == card["canonical"] == "http://testserver/cities/"
    assert card["og:image"] == "http://testserver/static/img/card.png"
    assert (card["og:type"], card["og:site_name"]) == ("website", "citynet")
    assert (card["og:locale"], card["twitter:card"]) == ("en_GB", "summary_large_image")


def test_the_home_page_says_how_the_site_is_searched(client, db):
    (home,) = structured(client.get("/"))
    assert home == {
        "@type": "WebSite",
        "name": "citynet",
        "url": "http://testserver/",
        "inLanguage": "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": "http://testserver/search/?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }
