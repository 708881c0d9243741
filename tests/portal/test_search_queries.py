"""What people type, and what should then stand first: over the demo, on every database."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.search import find
from networks.models import City

from .demo import loaded  # noqa: F401

pytestmark = pytest.mark.django_db

# fmt: off
QUERIES = [
    ("eurocities", "network", "eurocities"),
    ("mufpp", "network", "mufpp"),
    ("milano food", "network", "mufpp"),
    ("food policy pact milan", "network", "mufpp"),
    ("c40", "network", "c40"),
    ("climate leadership", "network", "c40"),
    ("efus", "network", "efus"),
    ("urban security forum", "network", "efus"),
    ("r-cities", "network", "resilient-cities-network"),
    ("rcities", "network", "resilient-cities-network"),
    ("resilient cities network", "network", "resilient-cities-network"),
    ("100rc", "network", "100-resilient-cities"),
    ("mmc", "network", "mayors-migration-council"),
    ("mayors migration", "network", "mayors-migration-council"),
    ("cc4dr", "network", "cities-coalition-for-digital-rights"),
    ("digital rights", "network", "cities-coalition-for-digital-rights"),
    ("mce", "network", "major-cities-of-europe"),
    ("major cities of europe", "network", "major-cities-of-europe"),
    ("covenant of mayors", "network", "covenant-of-mayors"),
    ("gcom", "network", "global-covenant-of-mayors"),
    ("iclei", "network", "iclei"),
    ("uclg", "network", "uclg"),
    ("united cities local governments", "network", "uclg"),
    ("climate alliance", "network", "climate-alliance"),
    ("cemr", "network", "cemr"),
    ("ubc", "network", "ubc"),
    ("eccar", "network", "eccar"),
    ("racism", "network", "eccar"),
    ("emta", "network", "emta"),
    ("acr+", "network", "acr-plus"),
    ("healthy cities", "network", "who-healthy-cities"),
    ("owhc", "network", "owhc"),
    ("aimf", "network", "aimf"),
    ("aivp", "network", "aivp"),
    ("cittaslow", "network", "cittaslow"),
    ("pace in comune", "network", "pace-in-comune"),
    ("ce100", "network", "circular-economy-100"),
    ("firenze", "city", "florence"),
    ("florenz", "city", "florence"),
    ("florence", "city", "florence"),
    ("malmo", "city", "malmo"),
    ("lodz", "city", "lodz"),
    ("goteborg", "city", "gothenburg"),
    ("gothenburg", "city", "gothenburg"),
    ("koln", "city", "cologne"),
    ("wien", "city", "vienna"),
    ("vienna", "city", "vienna"),
    ("praha", "city", "prague"),
    ("lisboa", "city", "lisbon"),
    ("lissabon", "city", "lisbon"),
    ("munchen", "city", "munich"),
    ("monaco di baviera", "city", "munich"),
    ("beč", "city", "vienna"),
    ("wrocław", "city", "wroclaw"),
    ("sao paulo", "city", "sao-paulo"),
    ("cluj napoca", "city", "cluj-napoca"),
    ("zurigo", "city", "zurich"),
    ("den haag", "city", "the-hague"),
    ("the hague", "city", "the-hague"),
    ("barclona", "city", "barcelona"),
    ("barcelnoa", "city", "barcelona"),
    ("amstredam", "city", "amsterdam"),
    ("stokholm", "city", "stockholm"),
    ("milna", "city", "milan"),
    ("genova", "city", "genoa"),
    ("environment forum", "body", "eurocities-environment-forum"),
    ("eef", "body", "eurocities-environment-forum"),
    ("culture forum", "body", "eurocities-culture-forum"),
    ("food working group", "body", "eurocities-food-working-group"),
    ("executive committee eurocities", "body", "eurocities-executive-committee"),
    ("agm", "body", "eurocities-annual-general-meeting"),
    ("brussels office", "body", "eurocities-brussels-office"),
    ("mayors task force recovery", "body", "c40-mayors-task-force"),
    ("anna boni", "person", "anna-lisa-boni"),
    ("boni secretary general", "person", "anna-lisa-boni"),
    ("yvonne aki-sawyerr", "person", "yvonne-aki-sawyerr"),
    ("mobility in milan", "practice", "milan-mobility"),
    ("waste collection milan", "practice", "milan-separate-waste-collection"),
    ("lets gov", "project", "lets-gov"),
    ("let's gov", "project", "lets-gov"),
    ("european impulse", "project", "european-impulse"),
    ("strategic framework", "document", "eurocities-strategic-framework-2014-2020"),
    ("memorandum italian mission cities", "document", "memorandum-nine-italian-mission-cities"),
    ("environment forum genoa", "event", "eurocities-environment-forum-genoa-2019"),
    ("genoa 2019", "event", "eurocities-environment-forum-genoa-2019"),
    ("world mayors summit copenhagen", "event", "c40-world-mayors-summit-copenhagen-2019"),
    ("eurocities 2021 leipzig", "event", "eurocities-2021-leipzig"),
    ("city engine behind economic recovery", "event", "conference-rotterdam-1986"),
    ("a loom with a view", "event", "major-cities-of-europe-annual-conference-2023"),
    ("security democracy nice", "event", "security-democracy-and-cities-conference-nice-2021"),
    ("uclg durban", "event", "uclg-world-congress-durban-2019"),
    ("милан", "city", "milan"),
    ("ミラノ", "city", "milan"),
    ("mailand food", "network", "mufpp"),
    ("new york", "city", "new-york-city"),
    ("tshwane", "city", "pretoria"),
    ("ethekwini", "city", "durban"),
    ("frankfurt", "city", "frankfurt-am-main"),
]
# fmt: on
TYPOS = {
    "barclona": "Barcelona",
    "barcelnoa": "Barcelona",
    "barcxxona": None,  # two typos
    "amstredam": "Amsterdam",
    "milna": "Milan",
    "milna fod": None,  # three letters have too many neighbours
    "milna food": "Milan Food",
    "eurcities": "Eurocities",
    "xqzvjw": None,
    "barcelona xqzvjw": None,
}


@pytest.fixture(scope="module")
def searched(loaded, django_db_blocker):  # noqa: F811
    """The demo with the names that GeoNames has for its cities."""
    with django_db_blocker.unblock():
        call_command("load_aliases")


def test_there_are_80_queries():
    assert len({text for text, _kind, _slug in QUERIES}) >= 80


@pytest.mark.parametrize(("text", "kind", "slug"), QUERIES, ids=[text for text, *_rest in QUERIES])
def test_what_is_meant_stands_first(searched, text, kind, slug):
    best = find(text).hits[0]
    assert (best.kind, best.slug) == (kind, slug)


@pytest.mark.parametrize("text", ["food policy pact milan", "genoa environment forum", "wien conference"])
def test_words_in_any_order_find_the_same(searched, text):
    found = [(hit.kind, hit.slug) for hit in find(text).hits]
    backwards = find(" ".join(reversed(text.split())))
    assert found
    assert sorted((hit.kind, hit.slug) for hit in backwards.hits) == sorted(found)


@pytest.mark.parametrize(("text", "corrected"), TYPOS.items())
def test_one_typo_a_word_is_forgiven(searched, text, corrected):
    found = find(text)
    assert (found.corrected and found.corrected.text) == corrected
    assert bool(found.hits) == bool(corrected)


def test_a_search_costs_two_statements_and_a_typo_a_few(searched):
    for text, number in (("milano food", 2), ("a", 2), ("barclona", 8), ("xqzvjw", 5), ("", 0), ("\x00", 0)):
        with CaptureQueriesContext(connection) as queries:
            find(text)
        assert len(queries) == number, text


def test_aliases_find_a_city_in_lists_and_menus_too(searched, client):
    assert City.objects.matching("mailand").get().slug == "milan"
    response = client.get("/cities/suggest/?q=mailan")
    assert [row["value"] for row in response.json()] == ["milan"]


def test_codes_of_airports_are_no_names(searched):
    assert not City.objects.get(slug="florence").aliases.filter(name="FLR").exists()
    assert City.objects.get(slug="florence").aliases.filter(name="Firenze").exists()


def test_loading_aliases_twice_changes_nothing(searched, capsys):
    call_command("load_aliases")
    assert capsys.readouterr().out.endswith(": 0 added, 0 taken away.\n")
