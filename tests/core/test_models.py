"""Periods and publication, on the models that hold them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citynet.core.dates import FIRST_DAY, LAST_DAY
from events.models import Event
from networks.models import Network, Role
from tests.events.make import make_event
from tests.networks.make import make_city, make_membership, make_network, make_role

DAY = datetime.date


def on(day, queryset):
    return [str(row) for row in queryset.on(day)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "day", "may", "surely"),
    [
        ("2013", "2014", DAY(2012, 12, 31), False, False),
        ("2013", "2014", DAY(2013, 1, 1), True, False),
        ("2013", "2014", DAY(2013, 12, 31), True, True),
        ("2013", "2014", DAY(2014, 1, 1), True, True),
        ("2013", "2014", DAY(2014, 6, 1), True, False),
        ("2013", "2014", DAY(2014, 12, 31), True, False),
        ("2013", "2014", DAY(2015, 1, 1), False, False),
        ("2009-09", "", DAY(2009, 8, 31), False, False),
        ("2009-09", "", DAY(2009, 9, 1), True, False),
        ("2009-09", "", DAY(2009, 9, 30), True, True),
        ("2009-09", "", DAY(2999, 1, 1), True, True),
        ("2009-09-15", "2009-09-15", DAY(2009, 9, 15), True, True),
        ("2009-09-15", "2009-09-15", DAY(2009, 9, 16), False, False),
        ("199X", "", DAY(1989, 12, 31), False, False),
        ("199X", "", DAY(1990, 1, 1), True, False),
        ("199X", "", DAY(1999, 12, 31), True, True),
        ("", "", DAY(1900, 1, 1), True, False),
        ("", "1999", DAY(1999, 12, 31), True, False),
        ("", "1999", DAY(2000, 1, 1), False, False),
        ("1991", "[..2021-09-27]", DAY(2021, 9, 27), True, False),
        ("1991", "[..2021-09-27]", DAY(2021, 9, 28), False, False),
        ("", "[..2021-09-27]", DAY(2021, 9, 28), False, False),
    ],
)
def test_a_fact_may_and_surely_holds_at_each_precision_and_border(start, end, day, may, surely):
    network = make_network(start=start, end=end)
    assert (network.may_hold_on(day), network.surely_held_in(day)) == (may, surely)
    assert Network.objects.on(day).exists() is may
    assert Network.objects.surely_in(day).exists() is surely


@pytest.mark.django_db
def test_a_chair_of_2013_and_2014_is_there_all_through_2014():
    role = make_role(post=Role.Post.CHAIR, start="2013", end="2014")
    days = [DAY(2014, 1, 1) + datetime.timedelta(days=number) for number in range(365)]
    assert all(role in Role.objects.on(day) for day in days)
    assert role not in Role.objects.on(DAY(2015, 1, 1))


@pytest.mark.django_db
def test_a_year_asks_for_what_held_at_some_time_in_it():
    make_network(name="Ended in June", slug="ended", start="1990", end="1995-06-15")
    make_network(name="Begun in December", slug="begun", start="1995-12-31")
    make_network(name="Begun later", slug="later", start="1996-01-01")
    assert on("1995", Network.objects) == ["Begun in December", "Ended in June"]
    assert on("1995-07", Network.objects) == []


@pytest.mark.django_db
def test_a_former_member_without_dates_is_never_current():
    membership = make_membership(end="[..2021-09-27]")
    assert membership.network.memberships.current().count() == 0
    assert not membership.is_current


@pytest.mark.django_db
def test_a_fact_of_unknown_start_is_sure_from_the_day_that_confirmed_it():
    network = make_network(start="", confirmed_on=DAY(2021, 9, 27))
    assert (network.start_earliest, network.start_latest) == (FIRST_DAY, DAY(2021, 9, 27))
    assert not network.surely_held_in(DAY(2021, 9, 26))
    assert network.surely_held_in(DAY(2021, 9, 27))


@pytest.mark.django_db
def test_confirming_does_not_move_a_known_start():
    network = make_network(start="1991", confirmed_on=DAY(2021, 9, 27))
    assert (network.start_earliest, network.start_latest) == (DAY(1991, 1, 1), DAY(1991, 12, 31))


@pytest.mark.django_db
def test_a_membership_of_unknown_start_does_not_reach_before_the_network():
    membership = make_membership(network=make_network(start="2005"), start="")
    rows = membership.network.memberships
    assert list(rows.on(DAY(2004, 12, 31))) == []
    assert list(rows.on(DAY(2005, 1, 1))) == [membership]
    assert not membership.may_hold_on(DAY(2004, 12, 31))


@pytest.mark.django_db
def test_a_role_of_unknown_start_does_not_outlive_the_network():
    role = make_role(network=make_network(start="2013", end="2019-07"))
    assert role.may_hold_on("2019-07") and list(Role.objects.on("2019-07")) == [role]
    assert not role.may_hold_on("2019-08") and list(Role.objects.on("2019-08")) == []


@pytest.mark.django_db
def test_the_end_may_not_lie_before_the_start():
    network = make_network(start="1999-06")
    network.end = "1999-05"
    with pytest.raises(ValidationError) as refusal:
        network.full_clean()
    assert refusal.value.message_dict["end"] == [
        "The end lies before the start. Correct one of the two dates."
    ]
    network.end = "1999"
    network.full_clean()


@pytest.mark.django_db
def test_dates_are_not_changed_behind_the_back_of_their_days():
    make_network()
    with pytest.raises(TypeError, match="save\\(\\) each row"):
        Network.objects.update(start="1991")


@pytest.mark.django_db
def test_an_event_without_an_end_ends_with_its_start():
    event = make_event(start="2022")
    assert (event.end_earliest, event.end_latest) == (DAY(2022, 1, 1), DAY(2022, 12, 31))
    assert list(Event.objects.on(DAY(2022, 12, 31))) == [event]
    assert list(Event.objects.on(DAY(2023, 1, 1))) == []


@pytest.mark.django_db
def test_an_event_without_a_date_is_on_no_day_and_not_to_come():
    event = make_event(start="")
    assert list(Event.objects.on(DAY(2022, 1, 1))) == []
    assert list(Event.objects.upcoming()) == []
    assert list(Event.objects.past()) == [event]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "public"),
    [
        ({"state": "draft"}, False),
        ({"state": "review"}, False),
        ({"state": "archived"}, False),
        ({"state": "published"}, True),
        ({"state": "published", "publish_at": -1}, True),
        ({"state": "published", "publish_at": 1}, False),
        ({"state": "published", "unpublish_at": 1}, True),
        ({"state": "published", "unpublish_at": -1}, False),
    ],
)
def test_only_published_rows_are_public_and_only_in_their_time(fields, public):
    moments = {
        key: timezone.now() + datetime.timedelta(hours=value)
        for key, value in fields.items()
        if key != "state"
    }
    city = make_city(state=fields["state"], **moments)
    assert city.is_published is public
    assert type(city).objects.published().exists() is public


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", ["city", "network"])
def test_a_membership_is_public_only_when_both_parties_are(hidden):
    membership = make_membership()
    rows = type(membership).objects.published()
    assert list(rows) == [membership]
    party = getattr(membership, hidden)
    party.state = "draft"
    party.save()
    assert list(rows.all()) == []


partial = st.one_of(
    st.just(""),
    st.dates(DAY(1988, 1, 1), DAY(2012, 12, 31)).flatmap(
        lambda day: st.sampled_from(
            [day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], f"{day.year // 10}X"]
        )
    ),
)
asked = st.dates(DAY(1985, 1, 1), DAY(2015, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


EVERY_DAY = [DAY(1980, 1, 1) + datetime.timedelta(days=number) for number in range(366 * 40)]
WRITTEN = [(day, day.isoformat()) for day in EVERY_DAY]


def days_of(text, empty):
    """Every day that the text may mean, the slow and obvious way: try each day of the years that matter."""
    return [day for day, written in WRITTEN if written.startswith(text.rstrip("X"))] if text else empty


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=partial,
    end=st.one_of(partial, st.dates(DAY(1988, 1, 1), DAY(2012, 12, 31)).map(lambda day: f"[..{day}]")),
    day=asked,
)
def test_on_a_day_agrees_with_trying_every_start_and_every_end(start, end, day):
    starts = days_of(start, [FIRST_DAY, LAST_DAY])
    if end.startswith("["):
        ends = [FIRST_DAY, DAY.fromisoformat(end[3:-1])]
    else:
        ends = days_of(end, [LAST_DAY])
    if max(ends) < min(starts):
        return  # refused by the constraint, which has a test of its own
    Network.objects.all().delete()
    network = make_network(start=start, end=end)
    days = days_of(day, [])
    may = any(
        first <= each <= last
        for first in (min(starts), max(starts))
        for last in (min(ends), max(ends))
        for each in days
    )
    surely = all(
        first <= max(days) and last >= min(days)
        for first in (min(starts), max(starts))
        for last in (min(ends), max(ends))
    )
    assert Network.objects.on(day).exists() is network.may_hold_on(day) is may
    assert Network.objects.surely_in(day).exists() is network.surely_held_in(day) is surely


@pytest.mark.django_db
def test_rows_of_an_iterator_are_made_and_changed_at_once():
    Network.objects.bulk_create(Network(name=name, slug=name.lower()) for name in ("Pact", "Forum"))
    rows = list(Network.objects.order_by("slug"))
    assert [row.slug for row in rows] == ["forum", "pact"]
    for row in rows:
        row.website = "https://example.org/"
    Network.objects.bulk_update(iter(rows), ["website"])
    assert Network.objects.filter(website="https://example.org/").count() == 2
