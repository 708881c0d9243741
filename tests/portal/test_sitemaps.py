"""Search engines are told of every public page, of no other, and in files of a bounded size."""

import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db.models import Max
from django.urls import get_resolver, reverse

from citynet.core.languages import split_path, versions_of
from citynet.core.models import State
from citynet.portal import sitemaps
from networks.models import City
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_network,
    make_person,
    make_practice,
    make_project,
)

pytestmark = pytest.mark.django_db
NS = f"{{{sitemaps.XMLNS}}}"
HOST = "http://testserver"


def read(client, address):
    """Give the addresses of a file of the sitemap as [(address, date or None)], and the name of its root."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    found = [(row.findtext(f"{NS}loc"), row.findtext(f"{NS}lastmod")) for row in root]
    return found, root.tag.removeprefix(NS)


def everything(client):
    """Give every address that the sitemap lists, in all of its files."""
    files, root = read(client, "/sitemap.xml")
    assert root == "sitemapindex"
    pages = [read(client, address.removeprefix(HOST)) for address, _date in files]
    assert {root for _found, root in pages} == {"urlset"}
    return [address for found, _root in pages for address, _date in found]


def test_every_kind_of_record_is_listed_and_each_address_answers(client):
    records = [
        make_network(),
        make_city(),
        make_body(),
        make_project(),
        make_practice(),
        make_document(),
        make_person(),
        make_event(),
    ]
    listed = everything(client)
    assert {HOST + record.get_absolute_url() for record in records} <= set(listed)
    assert len(listed) == len(set(listed))
    english = [address for address in listed if split_path(address.removeprefix(HOST))[0] == "en"]
    assert len(listed) == len(settings.LANGUAGES) * len(english)
    assert f"{HOST}/it{records[0].get_absolute_url()}" in listed
    assert {client.get(address.removeprefix(HOST)).status_code for address in english} == {200}


def test_every_page_without_parameters_is_listed(client):
    """A new page must be added to PAGES, or here if it is none for search engines."""
    resolver = get_resolver()
    spaces = {"": resolver, **{name: space for name, (_prefix, space) in resolver.namespace_dict.items()}}
    names = {
        f"{space}:{name}" if space else name
        for space, patterns in spaces.items()
        if space != "admin"
        for name in patterns.reverse_dict
        if isinstance(name, str) and patterns.reverse_dict.getlist(name)[0][0][0][1] == []
    }
    others = {"partial_date", "content:rate", "content:rated", "sitemap", "sitemap_pages", "robots"}
    others |= {"display", "security_txt", "security_txt_moved"}
    others |= {"search", *(name for name in names if name.endswith(("suggest", "_csv", "_atom")))}
    assert names - others == set(sitemaps.PAGES)
    assert {f"{HOST}{reverse(name)}" for name in sitemaps.PAGES} <= set(everything(client))


def test_what_is_not_public_is_not_listed(client):
    make_city(slug="seen")
    make_city(slug="draft", state=State.DRAFT)
    make_body(slug="of-a-draft", network=make_network(slug="draft-network", state=State.DRAFT))
    listed = "\n".join(everything(client))
    assert "/cities/seen/" in listed
    assert not re.search(r"draft", listed)


def test_each_address_has_the_moment_of_its_last_change(client):
    city = make_city(slug="ulm")
    number = (city.pk // sitemaps.SIZE) + 1
    moment = city.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert read(client, f"/sitemap-cities-{number}.xml")[0] == [
        (f"{HOST}{path}", moment) for _language, path in versions_of("/cities/ulm/")
    ]


def test_blocks_are_cut_by_keys_and_empty_ones_are_left_out(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 3)
    first = ((City.objects.aggregate(last=Max("pk"))["last"] or 0) // 3 + 1) * 3 + 3
    for key in (first, first + 1, first + 2, first + 3, first + 12):
        make_city(pk=key, slug=f"city-{key}")
    make_city(pk=first + 6, state=State.DRAFT)
    block = first // 3 + 1
    assert list(sitemaps.blocks(City.objects.published())) == [block, block + 1, block + 4]
    files = [address for address, _date in read(client, "/sitemap.xml")[0] if "cities" in address]
    assert files == [f"{HOST}/sitemap-cities-{number}.xml" for number in (block, block + 1, block + 4)]
    found = [read(client, address.removeprefix(HOST))[0] for address in files]
    step = len(settings.LANGUAGES)
    assert [[address.rpartition("city-")[2] for address, _date in part[::step]] for part in found] == [
        [f"{first}/", f"{first + 1}/", f"{first + 2}/"],
        [f"{first + 3}/"],
        [f"{first + 12}/"],
    ]


def test_the_index_reads_one_row_a_block_and_a_block_is_one_statement(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(sitemaps, "SIZE", 2)
    first = ((City.objects.aggregate(last=Max("pk"))["last"] or 0) // 2 + 1) * 2
    for key in range(first, first + 6):
        make_city(pk=key)
    with django_assert_num_queries(1 + len(sitemaps.KINDS) + 3):  # the first asks for the data version
        client.get("/sitemap.xml")
    with django_assert_num_queries(1 + 1):
        client.get(f"/sitemap-cities-{first // 2 + 1}.xml")


@pytest.mark.parametrize("name", ["cities-0", "cities-99999", "secrets-1", "cities-99999999999999999999"])
def test_a_part_that_is_not_there_is_not_found(client, name):
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def allowed(client):
    """Give what tells whether a crawler may fetch an address, by the rules of RFC 9309 §2.2."""
    lines = client.get("/robots.txt").content.decode().splitlines()
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    patterns = [re.escape(path).replace(r"\*", ".*") for path in closed]
    return lambda address: not any(re.match(pattern, address) for pattern in patterns)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("/", True),
        ("/cities/", True),
        ("/cities/bologna/", True),
        ("/cities/?country=IT", True),
        ("/cities.csv", True),
        ("/static/css/citynet.css", True),
        ("/admin/", False),
        ("/it/cities/", True),
        ("/it/admin/", False),
        ("/fr/compare/cities/?city=bologna", False),
        ("/admin/networks/city/1/change/", False),
        ("/cities/?sort=population", False),
        ("/cities/?country=IT&sort=population", False),
        ("/cities/?country=IT&country=DE", False),
        ("/cities/?page=2", False),
        ("/cities/bologna/?on=1995", False),
        ("/cities/suggest/?q=bo", False),
        ("/compare/cities/", True),
        ("/compare/cities/?city=bologna", False),
        ("/partners/?city=bologna", False),
        ("/changes/?network=eurocities", False),
        ("/cities/bologna/passport/?section=twins", False),
        ("/embed/cities/bologna/?theme=dark", False),
    ],
)
def test_crawlers_are_kept_from_what_repeats_itself(client, address, may):
    assert allowed(client)(address) is may


def test_robots_txt_is_plain_and_leads_to_the_sitemap(client):
    response = client.get("/robots.txt", HTTP_HOST="localhost", secure=True)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(response.content.decode().splitlines())
    assert parser.site_maps() == ["https://localhost/sitemap.xml"]
    assert parser.can_fetch("*", "https://localhost/cities/")
    assert not parser.can_fetch("*", "https://localhost/admin/")
    assert client.get("/sitemap.xml").status_code == 200


def test_crawlers_may_fetch_whatever_the_sitemap_lists(client):
    make_city()
    may = allowed(client)
    assert [address for address in everything(client) if not may(address.removeprefix(HOST))] == []
