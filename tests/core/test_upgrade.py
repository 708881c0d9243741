"""citynet.core.upgrade: records that were there before the tables of search and of schedules."""

from datetime import timedelta

import pytest
from django.db.migrations import Migration
from django.utils import timezone

from citynet.core.models import ScheduledChange, SearchEntry
from citynet.core.upgrade import take_in_records
from networks.models import City
from tests.networks.make import make_city

pytestmark = pytest.mark.django_db
SEARCH = Migration("0002_search", "core")


@pytest.fixture
def city():
    """Give a city as a release without search and without a data version left it."""
    city = make_city(name="Genoa", unpublish_at=timezone.now() + timedelta(days=1))
    SearchEntry.objects.all().delete()
    ScheduledChange.objects.all().delete()
    return city


def known():
    """Give what is known of records: the titles of entries, and the moments to come."""
    entries = list(SearchEntry.objects.values_list("title", flat=True))
    return entries, list(ScheduledChange.objects.values_list("at", flat=True))


def test_records_that_were_there_before_the_index_are_found(city):
    take_in_records(plan=[(SEARCH, False)])
    assert known() == (["Genoa"], [city.unpublish_at])


@pytest.mark.parametrize("plan", [[], [(SEARCH, True)], [(Migration("0001_initial", "events"), False)]])
def test_other_migrations_index_nothing(city, plan):
    take_in_records(plan=plan)
    assert known() == ([], [])


def test_an_index_with_entries_is_left_alone(city):
    make_city(name="Rome")
    City._base_manager.filter(pk=city.pk).update(name="Genova")
    take_in_records(plan=[(SEARCH, False)])
    assert known()[0] == ["Rome"]
