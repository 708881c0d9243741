"""citynet.core.caching: a version that every write renews, and pages that are remembered under it."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from citynet.core.caching import (
    DataVersion,
    ScheduledChange,
    cached,
    code_version,
    data_version,
    digest_of_code,
)
from citynet.core.models import State
from networks.models import City, Topic
from tests.networks.make import make_city, make_network
from tests.portal.make import make_client

pytestmark = pytest.mark.django_db
TRANSACTIONS = pytest.mark.django_db(transaction=True)

GZIP = {"accept-encoding": "gzip, br"}


@pytest.fixture
def remembering(settings):
    """Give the tests a cache that remembers; the others have one that forgets."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


def commit():
    """Do what the end of a transaction does: the tests that are about something else never reach it."""
    waiting, connection.run_on_commit = connection.run_on_commit, []
    for _savepoints, callback, _robust in waiting:
        callback()


def renews(change):
    """Tell whether the change, once committed, gave the data a new version."""
    commit()
    before = data_version()
    change()
    commit()
    return data_version() != before


# The version ----------------------------------------------------------------------------------------------


def test_reading_leaves_the_version_alone():
    make_city()
    assert not renews(lambda: list(City.objects.published()))


def test_every_way_of_writing_renews_the_version():
    city, topic = make_city(), Topic.objects.create(name="Food", slug="food")
    ways = {
        "save": city.save,
        "update": lambda: City.objects.update(note="Rebuilt."),
        "bulk_create": lambda: Topic.objects.bulk_create([Topic(name="Air", slug="air")]),
        "many-to-many": lambda: city.topics.add(topic),
        "raw SQL": lambda: connection.cursor().execute("UPDATE networks_city SET office = 'Town hall'"),
        "delete": city.delete,
    }
    assert [name for name, change in ways.items() if not renews(change)] == []


def test_what_staff_do_with_their_own_accounts_leaves_the_version_alone(client):
    assert not renews(lambda: make_client("editor").get("/admin/"))


@TRANSACTIONS
def test_a_transaction_renews_the_version_once_when_it_commits(django_assert_num_queries):
    def change():
        with transaction.atomic():
            for number in range(3):
                Topic.objects.bulk_create([Topic(name=f"Topic {number}", slug=f"topic-{number}")])
            assert len(connection.run_on_commit) == 1
            versions.append(data_version())

    versions = [data_version()]
    change()
    versions.append(data_version())
    assert versions[0] == versions[1] != versions[2]


@TRANSACTIONS
def test_what_is_rolled_back_leaves_the_version_alone():
    def change():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            make_city()
            raise ZeroDivisionError

    assert not renews(change)


@TRANSACTIONS
def test_a_write_after_a_savepoint_that_was_rolled_back_still_renews_the_version():
    def change():
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                make_city(name="Atlantis")
                raise ZeroDivisionError
            make_city(name="Bologna")

    assert renews(change)


def test_a_version_never_comes_again():
    DataVersion.renew()
    first = data_version()
    DataVersion.objects.all().delete()
    DataVersion.renew()
    assert data_version() != first


def test_every_day_has_a_version_of_its_own():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        first = data_version()
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert data_version() != first


@pytest.mark.parametrize("name", ["publish_at", "unpublish_at"])
@pytest.mark.parametrize("way", ["save", "update", "bulk_create", "bulk_update"])
def test_a_scheduled_moment_renews_the_version_when_it_comes(way, name):
    moment = timezone.now().replace(hour=12) + timedelta(days=2)
    city = make_city()
    match way:
        case "save":
            setattr(city, name, moment)
            city.save()
        case "update":
            City.objects.update(**{name: moment})
        case "bulk_create":
            City.objects.bulk_create([City(name="Cork", slug="cork", country="IE", **{name: moment})])
        case "bulk_update":
            setattr(city, name, moment)
            City.objects.bulk_update([city], [name])
    commit()
    versions = []
    for minutes in (-2, -1, 0, 1):
        with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
            versions.append(data_version())
    assert versions[0] == versions[1] != versions[2] == versions[3]


def test_moments_gone_by_are_not_kept():
    make_city(publish_at=timezone.now() - timedelta(days=1))
    assert not ScheduledChange.objects.exists()


def test_a_setting_that_pages_hold_and_an_edited_template_give_a_new_version(settings, tmp_path):
    digest_of_code.cache_clear()
    settings.BASE_DIR, template = tmp_path, tmp_path / "templates" / "home.html"
    template.parent.mkdir()
    template.write_text("One")
    versions = [code_version()]
    template.write_text("Two")
    assert code_version() == versions[0]  # a release is read once
    settings.DEBUG = True
    versions.append(code_version())
    settings.MAP_TILE_URL = "/tiles/{z}/{x}/{y}.png"
    versions.append(code_version())
    digest_of_code.cache_clear()
    assert len(set(versions)) == 3


# Parts ----------------------------------------------------------------------------------------------------


def test_a_part_is_made_once_for_each_version(remembering, rf):
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    assert [cached(rf.get("/"), "counts", make) for _ in range(3)] == [0, 0, 0]
    assert cached(rf.get("/"), "other counts", make) == 1
    make_city()
    commit()
    assert cached(rf.get("/"), "counts", make) == 2


# Pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/cities/", "/cities/bologna/", "/", "/about/data/"])
def test_a_cached_page_is_the_same_and_costs_one_statement(
    address, remembering, client, django_assert_num_queries
):
    make_city(name="Bologna", slug="bologna")
    first = client.get(address, headers=GZIP)
    with django_assert_num_queries(1):
        again = client.get(address, headers=GZIP)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert {name: again[name] for name in ("Content-Type", "Content-Encoding", "Cache-Control", "Vary")} == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Encoding": "gzip",
        "Cache-Control": "no-cache",
        "Vary": "Cookie, Accept-Encoding",
    }
    assert "</html>" in gzip.decompress(again.content).decode()


def test_a_browser_that_takes_no_gzip_gets_the_same_page_plain(remembering, client):
    make_city(name="Bologna")
    packed = client.get("/cities/", headers=GZIP)
    plain = client.get("/cities/", headers={"accept-encoding": "gzip;q=0"})
    assert plain.content == gzip.decompress(packed.content)
    assert not plain.has_header("Content-Encoding")


@pytest.mark.parametrize(
    "address", ["/", "/cities/?country=IT", "/cities/bologna/", "/cities.csv", "/cities.geojson"]
)
def test_a_page_that_the_browser_has_is_not_made_again(
    address, remembering, client, django_assert_num_queries
):
    make_city(name="Bologna", slug="bologna")
    etag = client.get(address)["ETag"]
    cache.clear()
    with django_assert_num_queries(1):
        again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_a_large_answer_is_kept_for_a_whole_list_only(remembering, client, monkeypatch):
    monkeypatch.setattr("citynet.core.caching.LARGEST_ASKED", 100)
    make_city(name="Bologna", latitude=44.49, longitude=11.34)

    def is_kept(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked) == 1

    assert is_kept("/cities.map.json")
    assert not is_kept("/cities.map.json?bbox=0,0,90,90")


def test_a_save_shows_at_once(remembering, client):
    city = make_city(name="Bologna", slug="bologna")
    before = client.get("/cities/bologna/")
    city.name = "Bononia"
    city.save()
    commit()
    after = client.get("/cities/bologna/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "Bononia" in after.content.decode()
    city.state = State.ARCHIVED
    city.save()
    commit()
    assert client.get("/cities/bologna/", headers={"if-none-match": after["ETag"]}).status_code == 404


def test_a_scheduled_record_leaves_at_its_moment(remembering, client):
    moment = timezone.now() + timedelta(hours=1)
    make_city(name="Bologna", slug="bologna", unpublish_at=moment)
    assert client.get("/cities/bologna/").status_code == 200
    with time_machine.travel(moment + timedelta(seconds=1)):
        assert client.get("/cities/bologna/").status_code == 404


def test_hosts_and_addresses_have_pages_of_their_own(remembering, client):
    make_city(name="Bologna", country="IT")
    make_city(name="Lyon", country="FR")
    tags = {
        client.get(address, headers={"host": host})["ETag"]
        for address in ("/cities/", "/cities/?country=IT")
        for host in ("localhost", "127.0.0.1")
    }
    assert len(tags) == 4
    assert "Lyon" in client.get("/cities/").content.decode()
    assert "/cities/lyon/" not in client.get("/cities/?country=IT").content.decode()


def test_whoever_is_signed_in_gets_pages_made_anew(remembering, client):
    make_network(name="Eurocities", slug="eurocities")
    client.get("/networks/eurocities/")
    response = make_client("editor").get("/networks/eurocities/", headers=GZIP)
    assert (response["Cache-Control"], response.has_header("ETag")) == ("private, no-cache", False)
    assert not response.has_header("Content-Encoding")


def test_refusals_are_not_remembered(remembering, client):
    assert client.get("/cities/bologna/").status_code == 404
    cache_free = client.get("/cities/bologna/")
    assert (cache_free.status_code, cache_free.has_header("ETag")) == (404, False)


def test_asking_whether_there_is_such_a_page_gets_a_true_answer(remembering, client):
    """RFC 9110 §13.1.2: `*` is true of any page that there is, whatever its version."""
    assert client.get("/cities/bologna/", headers={"if-none-match": "*"}).status_code == 404


def test_a_version_that_cannot_be_renewed_does_not_fail_what_was_saved(monkeypatch):
    def fail():
        raise RuntimeError("no room")

    monkeypatch.setattr(DataVersion, "renew", fail)
    make_city()
    (waiting,) = connection.run_on_commit
    assert waiting[1:] == (fail, True)  # robust: Django logs it and goes on


def test_a_download_for_a_map_is_compressed_as_it_streams(remembering, client):
    make_city(name="Bologna", latitude=44.49, longitude=11.34)
    response = client.get("/cities.geojson", headers=GZIP)
    assert response.streaming and response["Content-Encoding"] == "gzip"
    plain = client.get("/cities.geojson", headers={"accept-encoding": ""}).getvalue()
    assert gzip.decompress(response.getvalue()) == plain
