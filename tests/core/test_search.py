import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from citynet.core import search
from citynet.core.models import SearchEntry
from citynet.core.search import MAX_WORDS, Query, changed_lately, find, highlight
from networks.models import CityAlias
from tests.networks.make import make_city, make_network, make_organisation, make_practice

pytestmark = pytest.mark.django_db

HOSTILE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\udcff",
    '"',
    "'",
    "\\",
    '"milan',
    "milan'; DROP TABLE core_searchentry; --",
    'a*"(',
    "milan AND",
    "NOT milan",
    "milan OR",
    "NEAR(milan food, 2)",
    "milan & | ! ( ) : * <->",
    "{names} : milan",
    "names:milan",
    "-milan",
    "^milan",
    "milan:*A",
    "%s %(x)s %",
    "=city",
    "§city",
    "§",
    "*",
    "milan " * 1_500,
    "a" * 9_000,
    " ".join(f"w{number}" for number in range(2_000)),
    "\u0301" * 300,
    "\u202emilan",
    "😀",
    "\U0010ffff",
    "ﷺ" * 200,
]


def titles(text):
    return [hit.title for hit in find(text).hits]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_can_be_typed_breaks_a_search(text, client):
    make_city(name="Milan")
    found = find(text)
    assert set(titles(text)) <= {"Milan"}
    assert len(found.query.words) <= MAX_WORDS
    assert find("milan").total == SearchEntry.objects.count() == 1


@pytest.mark.parametrize(
    "text", ['"milan', "-milan", "(milan)", "milan*", "milan:*A", "^milan", "milan &", "MİLAN"]
)
def test_signs_around_a_word_do_not_matter(text):
    make_city(name="Milan")
    assert titles(text)[:1] == ["Milan"]


def test_words_find_what_has_them_all_in_any_order_accents_aside():
    make_city(name="São Paulo")
    make_city(name="San Paulo")
    assert titles("paulo sao") == titles("SÃO PAU") == ["São Paulo"]


def test_small_words_do_not_matter_beside_others():
    make_practice(name="School canteens", city=make_city(name="Milan"))
    assert titles("canteens in milan") == titles("canteens of the milan of ") == ["School canteens"]
    make_city(name="The Hague")
    assert titles("the") == ["The Hague"]


def test_a_kind_word_finds_no_kind_key():
    make_city(name="Milan")
    assert titles("§city") == titles("city") == ["Milan"]  # by the word for what it is, in its other words
    assert find("city").hits[0].rank[0] == 6


def test_hits_stand_in_the_order_of_how_they_fit_and_then_of_prominence():
    make_practice(name="A practice", city=make_city(name="Urbino"))
    make_city(name="New Urbino", population=5_000_000)
    make_city(name="Urbino North")
    make_network(name="Network of Cities", acronym="Urbino")
    make_city(name="Other city", population=1_000)
    assert titles("urbino") == ["Urbino", "Network of Cities", "Urbino North", "New Urbino", "A practice"]
    assert titles("urb") == ["Network of Cities", "Urbino", "Urbino North", "New Urbino", "A practice"]


def test_groups_stand_in_the_order_of_their_best_hit_with_their_numbers():
    city = make_city(name="Milan")
    for number in range(3):
        make_practice(name=f"Milan practice {number}", city=city)
    groups = find("milan").groups(2)
    assert [(group.kind, group.total, len(group.hits)) for group in groups] == [
        ("city", 1, 1),
        ("practice", 3, 2),
    ]
    assert [group.kind for group in find("milan", "practice").groups(2)] == ["practice"]


def test_more_than_can_be_ranked_is_capped_and_the_whole_name_still_stands_first(monkeypatch):
    for name, value in (("COUNT_CAP", 6), ("CANDIDATES", 7), ("STAGE", 3), ("OF_EACH_KIND", 2)):
        monkeypatch.setattr(search, name, value)
    for number in range(8):
        make_practice(name=f"Milan {number}", city=make_city(name=f"Milan city {number}"))
    make_city(name="Milan")
    make_network(name="Pact", seat=make_city(name="Milan Bovisa"))
    with CaptureQueriesContext(connection) as queries:
        found = find("milan")
    assert len(queries) == 4
    assert (found.total, found.totals) == (7, {"city": 7, "practice": 7, "network": 1})
    assert found.hits[0].title == "Milan"
    assert {hit.kind for hit in found.hits} == {"city", "practice", "network"}
    assert find("milan", "practice").totals == {"practice": 7}


def test_a_typo_is_corrected_only_when_nothing_fits():
    make_city(name="Genoa")
    make_city(name="Genova")
    assert (find("genoa").corrected, find("genoax").corrected.text) == (None, "Genoa")


@pytest.mark.parametrize(
    "typo", ["barclona", "barceloona", "barceloma", "abrcelona", "barcelnoa", "barcelon4", "arcelona"]
)
def test_each_kind_of_typo_is_forgiven(typo):
    make_city(name="Barcelona")
    found = find(typo)
    assert ([hit.title for hit in found.hits], found.corrected.text) == (["Barcelona"], "Barcelona")


@pytest.mark.parametrize("typo", ["brclna", "genaa1", "rme", "12345"])
def test_two_typos_short_words_and_numbers_are_not_guessed(typo):
    for name in ("Barcelona", "Genoa", "Rome", "12346"):
        make_city(name=name)
    assert titles(typo) == []


def test_a_correction_that_leads_nowhere_is_not_offered():
    make_city(name="Barcelona")
    make_network(name="Food Pact")
    assert (find("barclona pact").hits, find("barclona pact").corrected) == ([], None)


def test_the_more_prominent_of_two_corrections_is_taken():
    make_city(name="Milano Sud", population=900)
    make_city(name="Milana", population=900_000)
    assert find("milanx").corrected.text == "Milana"


def test_short_words_are_not_corrected_to_an_alias():
    CityAlias.objects.create(city=make_city(name="Brazzaville"), name="Chai")
    assert titles("chair") == []


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Łódź", ["lod"], "<mark>Łód</mark>ź"),
        ("Milan Urban Food", ["food", "mil"], "<mark>Mil</mark>an Urban <mark>Food</mark>"),
        ("Straße", ["stras"], "<mark>Straß</mark>e"),
        ("Ae\u0301roport", ["aer"], "<mark>Aér</mark>oport"),
        (
            "<b>Milan</b> & co",
            ["milan", "b"],
            "&lt;<mark>b</mark>&gt;<mark>Milan</mark>&lt;/<mark>b</mark>&gt; &amp; co",
        ),
        ("Semilan", ["milan"], "Semilan"),
        ("Cluj-Napoca", ["napoca"], "Cluj-<mark>Napoca</mark>"),
        ("", ["milan"], ""),
    ],
)
def test_what_was_found_is_marked_in_the_text_as_it_is_written(text, words, marked):
    assert highlight(text, words) == marked


def test_without_words_a_text_is_only_escaped():
    text = "<script>alert('&')</script>"
    assert highlight(text, []) == escape(text)


def test_what_changed_lately_stands_first():
    for name in ("Rome", "Turin", "Milan"):
        city = make_city(name=name)
    make_organisation(name="Without a page")
    first = changed_lately(2)
    assert [(entry.title, entry.kind) for entry in first] == [("Milan", "city"), ("Turin", "city")]
    assert changed_lately(2, but=["city"]) == []
    assert first[0].get_absolute_url() == city.get_absolute_url()


def test_a_query_reads_so_many_letters_and_words():
    assert Query.of("Milan, food and the PACT of ").words == ("milan", "food", "pact")
    assert len(Query.of("word " * 100).text) <= 200
