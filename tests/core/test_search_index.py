import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from citynet.core import search_index
from citynet.core.models import SearchEntry, SearchWord, State
from citynet.core.search import Query, changed_lately, find_exactly
from citynet.core.search_index import gathered, key_of, rebuild, refresh, words_of
from networks.models import City, CityAlias, CityName, Network, Topic
from tests.events.make import make_event, make_host, make_session, make_speaker
from tests.networks.make import (
    make_body,
    make_city,
    make_network,
    make_organisation,
    make_participation,
    make_person,
    make_practice,
    make_project,
    make_role,
    make_topic,
)

pytestmark = pytest.mark.django_db


def titles(text):
    """Give the titles that fit the text as it is, no typo forgiven."""
    return [hit.title for hit in find_exactly(Query.of(text)).hits]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cluj-Napoca", ["cluj", "napoca", "clujnapoca"]),
        ("Let's GOv", ["let", "s", "lets", "gov"]),
        ("L’Hospitalet", ["l", "hospitalet", "lhospitalet"]),
        ("Łódź, 2019", ["lodz", "2019"]),
        ("a\x00b\udcffc", ["a", "b", "c", "abc"]),
        ("ไทย", ["ไทย"]),
        ("x" * 5_000, ["x" * 60]),
        ("§city = *\"' ()", ["city"]),
    ],
)
def test_text_is_cut_into_plain_words(text, words):
    assert words_of(text) == words


def test_a_whole_name_is_one_word_whatever_its_spaces():
    assert key_of("Cluj-Napoca") == key_of("cluj napoca") == "clujnapoca"


# Kept up to date


def test_a_saved_record_is_found_and_its_old_name_is_not():
    city = make_city(name="Florence")
    assert titles("florence") == ["Florence"]
    city.name = "Firenze"
    city.save()
    assert (titles("firenze"), titles("florence")) == (["Firenze"], [])


def test_a_deleted_record_is_not_found():
    make_city(name="Florence").delete()
    assert titles("florence") == []
    assert SearchEntry.objects.count() == 0


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.ARCHIVED])
def test_what_is_not_published_is_not_found(state):
    city = make_city(name="Florence")
    assert titles("florence") == ["Florence"]
    city.state = state
    city.save()
    assert titles("florence") == []
    city.state = State.PUBLISHED
    city.save()
    assert titles("florence") == ["Florence"]


def test_a_record_is_found_from_publish_at_until_unpublish_at():
    hour = timezone.timedelta(hours=1)
    now = timezone.now()
    make_city(name="Florence soon", publish_at=now + hour)
    make_city(name="Florence no more", unpublish_at=now - hour)
    make_city(name="Florence now", publish_at=now - hour, unpublish_at=now + hour)
    assert titles("florence") == ["Florence now"]
    assert find_exactly(Query.of("florence")).totals == {"city": 1}
    assert [entry.title for entry in changed_lately(5)] == ["Florence now"]


def test_a_group_is_found_only_while_its_network_is_public():
    body = make_body(name="Culture Forum", network=make_network(name="Eurocities"))
    assert titles("culture forum") == ["Culture Forum"]
    body.network.state = State.DRAFT
    body.network.save()
    assert titles("culture forum") == []
    body.network.state = State.PUBLISHED
    body.network.save()
    assert titles("culture forum") == ["Culture Forum"]


def test_all_groups_of_a_network_leave_with_it_however_many(monkeypatch):
    monkeypatch.setattr(search_index, "DEPENDENTS_AT_ONCE", 2)
    network = make_network(name="Eurocities")
    for number in range(5):
        make_body(name=f"Group {number}", network=network)
    assert len(titles("group")) == 5
    Network.objects.update(state=State.ARCHIVED)
    assert titles("group") == []


def test_bulk_changes_are_found():
    cities = City.objects.bulk_create(
        [
            City(name=name, slug=name.lower(), country="IT", state=State.PUBLISHED)
            for name in ("Rome", "Turin")
        ]
    )
    assert (titles("rome"), titles("turin")) == (["Rome"], ["Turin"])
    City.objects.filter(slug="rome").update(name="Roma")
    assert (titles("roma"), titles("rome")) == (["Roma"], [])
    assert City.objects.matching("roma").get().slug == "rome"
    cities[1].name = "Torino"
    City.objects.bulk_update(cities[1:], ["name"])
    assert (titles("torino"), titles("turin")) == (["Torino"], [])
    City.objects.filter(slug="turin").update(state=State.DRAFT)
    assert titles("torino") == []
    City.objects.all().delete()
    assert titles("roma") == []


def test_a_renamed_city_is_found_in_all_that_is_tied_to_it():
    milan = make_city(name="Milan")
    make_network(name="Food Pact", seat=milan)
    make_practice(name="School canteens", city=milan)
    make_event(name="Summit", cities=[milan], networks=[])
    make_person(name="A mayor", city=milan)
    make_participation(project=make_project(name="Trails"), city=milan)
    tied = {"Food Pact", "School canteens", "Summit", "A mayor", "Trails", "Milan"}
    assert set(titles("milan")) == tied
    milan.name = "Mediolanum"
    milan.save()
    assert set(titles("mediolanum")) == (tied - {"Milan"}) | {"Mediolanum"}
    assert titles("milan") == []
    milan.state = State.ARCHIVED
    milan.save()
    assert titles("mediolanum") == []


def test_further_names_are_found_in_what_is_tied_to_the_city_too():
    milan = make_city(name="Milan")
    make_network(name="Food Pact", seat=milan)
    name = CityName.objects.create(city=milan, name="Milano", language="it")
    alias = CityAlias.objects.create(city=milan, name="Mailand")
    assert titles("milano") == titles("mailand") == ["Milan", "Food Pact"]
    name.delete()
    CityAlias.objects.filter(pk=alias.pk).delete()
    assert titles("milano") == titles("mailand") == []


def test_a_name_that_moves_to_another_city_leaves_the_first():
    name = CityName.objects.create(city=make_city(name="First"), name="Urbs")
    name.city = make_city(name="Second")
    name.save()
    assert titles("urbs") == ["Second"]


def test_an_event_is_found_by_its_hosts_sessions_and_speakers():
    event = make_event(name="Summit", networks=[])
    host = make_host(event=event, city=make_city(name="Genoa"))
    session = make_session(event=event, title="Resilient roofs")
    make_speaker(session=session, name="Ada Speaker")
    assert titles("genoa summit") == titles("resilient roofs") == titles("ada speaker") == ["Summit"]
    host.delete()
    session.delete()
    assert titles("genoa summit") == titles("resilient roofs") == titles("ada speaker") == []


def test_a_person_is_found_by_the_network_of_a_role():
    person = make_person(name="Anna Boni")
    role = make_role(person=person, network=make_network(name="Eurocities"))
    assert titles("boni eurocities") == ["Anna Boni"]
    role.delete()
    assert titles("boni eurocities") == []


def test_what_is_tied_to_a_draft_does_not_betray_its_name():
    make_network(name="Food Pact", seat=make_city(name="Secret City", state=State.DRAFT))
    make_project(name="Trails", network=make_network(name="Hidden Network", state=State.DRAFT))
    assert titles("secret") == titles("hidden") == []


def test_what_is_to_leave_betrays_no_name_once_it_has_left():
    moment = timezone.now() + timezone.timedelta(hours=1)
    network = make_network(name="Eurocities")
    make_event(name="Forum", networks=[network], cities=[make_city(name="Genoa", unpublish_at=moment)])
    make_body(name="Food Group", network=network)
    network.unpublish_at = moment
    network.save()
    assert titles("eurocities") == ["Eurocities", "Food Group"]
    with time_machine.travel(moment):
        assert titles("genoa") == titles("eurocities") == []
        assert titles("forum") == ["Forum"]


def test_things_without_a_page_are_found_in_what_they_are_tied_to():
    network = make_network(
        name="Food Pact", host_organisation=make_organisation(name="Cariplo", acronym="CF")
    )
    topic = make_topic(name="Nutrition")
    network.topics.add(topic)
    refresh(Network, [network.pk])
    assert titles("cariplo") == titles("nutrition") == ["Food Pact"]
    topic.name = "Diet"
    topic.save()
    assert (titles("diet"), titles("nutrition")) == (["Food Pact"], [])
    Topic.objects.filter(pk=topic.pk).delete()
    assert titles("diet") == []


def test_a_change_that_is_rolled_back_is_not_found():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_city(name="Florence")
        raise ZeroDivisionError
    assert titles("florence") == []


def test_gathered_changes_are_indexed_once_at_the_end(monkeypatch):
    calls = []
    index = search_index.index
    monkeypatch.setattr(
        search_index, "index", lambda model, pks: calls.append((model, pks)) or index(model, pks)
    )
    with gathered():
        city = make_city(name="Florence")
        for name in ("Firenze", "Florenz"):
            CityName.objects.create(city=city, name=name)
        assert (titles("florence"), calls) == ([], [])
    assert titles("florenz") == ["Florence"]
    assert calls == [(City, [city.pk])]


@pytest.mark.parametrize("tied", [1, 3])
def test_a_save_costs_the_same_statements_whatever_is_tied_to_the_record(tied):
    city = make_city(name="Milan")
    for number in range(tied):
        make_network(name=f"Network {number}", seat=city)
        CityAlias.objects.create(city=city, name=f"Name {number}")
    city.summary = "Changed"
    with CaptureQueriesContext(connection) as queries:
        refresh(City, [city.pk])
    # The record, its entry, the names; the entry's change.
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 3
    City._base_manager.filter(pk=city.pk).update(name="Mediolanum")
    with CaptureQueriesContext(connection) as queries:
        refresh(City, [city.pk])
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 15


def test_a_record_that_is_as_it_was_writes_nothing():
    city = make_city(name="Milan")
    with CaptureQueriesContext(connection) as queries:
        refresh(City, [city.pk])
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


# rebuild_search


def test_rebuild_search_makes_the_same_entries_and_says_what_it_did(capsys, monkeypatch):
    monkeypatch.setattr(search_index, "BATCH", 2)
    for name in ("Rome", "Turin", "Milan", "Genoa", "Prato"):
        make_city(name=name)
    make_network(name="Food Pact", seat=City.objects.get(name="Milan"))
    before = list(SearchEntry.objects.order_by("pk").values())
    call_command("rebuild_search")
    assert list(SearchEntry.objects.order_by("pk").values()) == before
    said = capsys.readouterr().out
    assert said.startswith("6 entries: 0 written, 0 taken away, 6 as they were;")


def test_rebuild_search_mends_what_raw_sql_did(monkeypatch):
    monkeypatch.setattr(search_index, "BATCH", 2)
    cities = [make_city(name=name) for name in ("Rome", "Turin", "Milan", "Genoa", "Prato")]
    City._base_manager.filter(name="Rome").update(name="Roma")
    City._base_manager.filter(pk__in=[cities[1].pk, cities[4].pk])._raw_delete("default")
    SearchEntry.objects.filter(title="Milan").delete()
    SearchEntry.objects.create(
        kind="gone",
        object_id=1,
        slug="gone",
        title="Gone",
        names="gone",
        prominence=1,
        updated_at=timezone.now(),
    )
    SearchWord.objects.create(word="nonsense", mirrored="esnesnon", length=8)
    done = rebuild()
    assert (done.entries, done.written, done.gone) == (3, 2, 3)
    assert (titles("roma"), titles("milan"), titles("genoa")) == (["Roma"], ["Milan"], ["Genoa"])
    assert titles("rome") == titles("turin") == titles("prato") == titles("gone") == []
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"roma", "milan", "genoa"}


def test_a_failed_rebuild_leaves_search_as_it_was(monkeypatch):
    make_city(name="Rome")
    monkeypatch.setattr(search_index, "learn", lambda texts: 1 / 0)
    City._base_manager.update(name="Roma")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rebuild()
    assert titles("rome") == ["Rome"]
