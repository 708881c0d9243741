"""The rules of topics, cities and twinnings, as editors are told of them and as the database holds them."""

import pytest
from django.core.exceptions import ValidationError

from networks.models import (
    City,
    CityName,
    Topic,
    Twinning,
)
from tests.networks.make import (
    make_city,
    make_topic,
    make_twinning,
)
from tests.rules import names, refusals, refused_by_database

pytestmark = pytest.mark.django_db


def new_city(**kwargs):
    return City(**{"name": "Reggio", "slug": "new-city", "country": "IT", **kwargs})


# Topics


def test_a_topic_has_one_level_of_parents():
    climate = make_topic(name="Climate")
    assert refusals(Topic(name="Heat", slug="heat", parent=climate)) == {}
    heat = make_topic(name="Heat", parent=climate)
    assert refusals(Topic(name="Trees", slug="trees", parent=heat)) == {
        "parent": ["Choose a topic that is not itself part of another one."]
    }


def test_a_topic_is_not_part_of_itself():
    topic = make_topic()
    topic.parent = topic
    assert refusals(topic) == {"parent": ["Choose a topic that is not itself part of another one."]}


def test_a_topic_with_parts_is_not_part_of_another():
    climate, energy = make_topic(name="Climate"), make_topic(name="Energy")
    make_topic(name="Heat", parent=climate)
    climate.parent = energy
    assert refusals(climate) == {
        "parent": ["This topic has topics of its own, so it cannot be part of another."]
    }


def test_an_address_is_used_once():
    make_topic(name="Climate", slug="climate")
    topic = Topic(name="Climate again", slug="climate")
    assert refusals(topic) == {"slug": ["Another page has this address. Add a year or a place to yours."]}
    assert refused_by_database(topic)


# Cities


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"latitude": 90.001}, "Ensure this value is less than or equal to 90."),
        ({"latitude": -90.001}, "Ensure this value is greater than or equal to -90."),
        ({"longitude": 180.001}, "Ensure this value is less than or equal to 180."),
        ({"longitude": -180.001}, "Ensure this value is greater than or equal to -180."),
    ],
)
def test_a_city_lies_on_the_globe(fields, message):
    city = new_city(**fields)
    assert refusals(city) == {field: [message] for field in fields}
    assert refused_by_database(city)


@pytest.mark.parametrize("latitude", [-90, 0, 90, None])
@pytest.mark.parametrize("longitude", [-180, 0, 180, None])
def test_a_city_may_lie_at_the_edges_or_nobody_knows_where(latitude, longitude):
    city = new_city(latitude=latitude, longitude=longitude)
    assert refusals(city) == {}
    city.save()
    city.refresh_from_db()
    assert (city.latitude, city.longitude) == (latitude, longitude)


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("city_latitude", "A latitude lies between -90 and 90 degrees."),
        ("city_longitude", "A longitude lies between -180 and 180 degrees."),
    ],
)
def test_the_ranges_have_messages_of_their_own(constraint, message):
    city = new_city(latitude=91, longitude=181)
    (rule,) = (rule for rule in City._meta.constraints if rule.name == constraint)
    with pytest.raises(ValidationError) as refusal:
        rule.validate(City, city)
    assert refusal.value.messages == [message]


def test_a_city_with_a_geonames_id_is_there_once():
    make_city(name="Reggio", geonames_id=1)
    city = new_city(geonames_id=1)
    assert refusals(city) == {"__all__": ["This city is here already: same country, name and GeoNames id."]}
    assert refused_by_database(city)


def test_a_city_without_a_geonames_id_is_there_once():
    make_city(name="Reggio")
    city = new_city()
    assert refusals(city) == {
        "__all__": [
            "A city of this country and name, without a GeoNames id, is here already. "
            "If yours is another one, give its GeoNames id."
        ]
    }
    assert refused_by_database(city)


@pytest.mark.parametrize("fields", [{"geonames_id": 2}, {"geonames_id": None}, {"country": "FR"}])
def test_cities_of_one_name_are_told_apart_by_geonames_id_and_country(fields):
    make_city(name="Reggio", geonames_id=1)
    city = new_city(**{"geonames_id": 1, **fields})
    assert refusals(city) == {}
    city.save()
    assert City.objects.filter(name="Reggio").count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"wikidata_id": "1891"}, "Like Q1891."),
        ({"unlocode": "IT BL"}, "Like ITBLQ, without a space."),
        ({"unlocode": "ITBL1"}, "Like ITBLQ, without a space."),
    ],
)
def test_identifiers_are_written_as_their_registers_write_them(fields, message):
    assert refusals(new_city(**fields)) == {field: [message] for field in fields}
    assert refusals(new_city(wikidata_id="Q1891", unlocode="ITBLQ")) == {}


def test_a_city_has_each_name_once_in_a_language():
    city = make_city()
    CityName.objects.create(city=city, name="Bologne", language="fr")
    again = CityName(city=city, name="Bologne", language="fr")
    assert refusals(again) == {"__all__": ["The city has this name in this language already."]}
    assert refused_by_database(again)
    assert refusals(CityName(city=city, name="Bologne", language="")) == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zürich", ["Zürich"]),
        ("ZURICH", ["Zürich"]),
        ("zurigo", ["Zürich"]),
        ("main frankfurt", ["Frankfurt am Main"]),
        ("frankfurt", ["Frankfurt (Oder)", "Frankfurt am Main"]),
        ("francoforte meno", ["Frankfurt am Main"]),
        ("francoforte main", ["Frankfurt am Main"]),
        ("lodz", ["Łódź"]),
        ("frankfurt zurich", []),
        ("", ["Frankfurt (Oder)", "Frankfurt am Main", "Zürich", "Łódź"]),
    ],
)
def test_cities_match_words_of_any_of_their_names_in_any_order(words, found):
    zurich = make_city(name="Zürich", country="CH")
    frankfurt = make_city(name="Frankfurt am Main", country="DE")
    make_city(name="Frankfurt (Oder)", country="DE")
    make_city(name="Łódź", country="PL")
    CityName.objects.create(city=zurich, name="Zurigo", language="it")
    CityName.objects.create(city=frankfurt, name="Francoforte sul Meno", language="it")
    CityName.objects.create(city=frankfurt, name="Francfort", language="fr")
    assert names(City.objects.matching(words)) == found


# Twinnings


def test_a_twinning_is_kept_with_the_lower_id_first():
    first, second = make_city(name="Leipzig"), make_city(name="Bologna")
    twinning = make_twinning(city_a=second, city_b=first)
    twinning.refresh_from_db()
    assert (twinning.city_a, twinning.city_b) == (first, second)


@pytest.mark.parametrize("swapped", [False, True])
def test_two_cities_are_twinned_once_whichever_comes_first(swapped):
    pair = make_city(), make_city()
    make_twinning(city_a=pair[0], city_b=pair[1])
    city_a, city_b = reversed(pair) if swapped else pair
    twinning = Twinning(city_a=city_a, city_b=city_b)
    assert refusals(twinning) == {"__all__": ["These two cities are twinned here already."]}
    assert refused_by_database(Twinning(city_a=city_a, city_b=city_b))


def test_a_city_is_not_its_own_twin():
    city = make_city()
    twinning = Twinning(city_a=city, city_b=city)
    assert refusals(twinning) == {"__all__": ["A city is not its own twin."]}
    assert refused_by_database(twinning)


def test_the_database_refuses_a_pair_in_the_wrong_order():
    first, second = make_city(), make_city()
    assert refused_by_database(Twinning(city_a=second, city_b=first))
    assert not refused_by_database(Twinning(city_a=first, city_b=second))


def test_twinnings_of_a_city_are_found_on_either_side():
    leipzig, bologna, lyon = make_city(name="Leipzig"), make_city(name="Bologna"), make_city(name="Lyon")
    east = make_twinning(city_a=leipzig, city_b=bologna)
    west = make_twinning(city_a=bologna, city_b=lyon)
    make_twinning(city_a=leipzig, city_b=lyon)
    assert set(Twinning.objects.of(bologna)) == {east, west}
    assert [twinning.other(bologna) for twinning in (east, west)] == [leipzig, lyon]


@pytest.mark.parametrize("hidden", ["city_a", "city_b"])
def test_a_twinning_is_public_when_both_cities_are(hidden):
    shown, other = make_twinning(), make_twinning()
    make_twinning(state="draft")
    assert set(Twinning.objects.published()) == {shown, other}
    city = getattr(other, hidden)
    city.state = "draft"
    city.save()
    assert list(Twinning.objects.published()) == [shown]
