"""citynet.portal.changes: what changed between two days, as rows, page, file and feed."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citynet.core.models import State
from citynet.portal.changes import changes
from citynet.portal.changes.between import apply, state
from networks.models import Body, City, Membership, Network, Project, Role, Twinning
from tests.networks.make import make_city, make_network

pytestmark = pytest.mark.django_db

# The property ---------------------------------------------------------------------------------------------

DAYS = st.dates(date(1989, 1, 1), date(2003, 12, 31))
STARTS = st.one_of(
    st.just(""),
    DAYS.map(lambda day: day.isoformat()),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(lambda day: day.isoformat()[:4]),
    st.sampled_from(["198X", "199X", "200X", "[..1995]", "[..1999-06-30]"]),
)


@st.composite
def periods(draw):
    """Give a start and an end of any precision, the end not before the start."""
    start, end = Twinning(start=draw(STARTS)), Twinning(end=draw(STARTS))
    start.set_bounds()
    end.set_bounds()
    return {"start": start.start, "end": end.end if end.end_latest >= start.start_earliest else ""}


WORLD = st.fixed_dictionaries(
    {
        "networks": st.lists(periods(), min_size=2, max_size=2),
        "facts": st.lists(
            st.tuples(
                st.sampled_from([Membership, Role, Body, Project, Twinning]),
                st.integers(0, 1),
                st.integers(0, 2),
                periods(),
            ),
            max_size=8,
        ),
        "days": st.tuples(DAYS, DAYS).map(sorted),
    }
)


def build(world):
    """Put a small world into the database, in place of the one before; give its networks and cities."""
    for model in (Membership, Role, Body, Project, Twinning, Network, City):
        model._base_manager.all().delete()
    networks = [make_network(**period) for period in world["networks"]]
    cities = [make_city() for _number in range(3)]
    rows = {Membership: [], Role: [], Body: [], Project: [], Twinning: []}
    for number, (model, network, city, period) in enumerate(world["facts"]):
        row = model(**period)
        if model is not Twinning:
            row.network = networks[network]
        if model in (Membership, Role):
            row.city = cities[city]
        if model is Membership:
            row.category = Membership.Category.values[number % 7]  # never the same fact twice
        if model is Role:
            row.post = Role.Post.CHAIR
        if model is Twinning:
            if any(twin.city_a == cities[city - 1] for twin in rows[Twinning]):
                continue
            row.city_a, row.city_b = sorted((cities[city], cities[city - 1]), key=lambda city: city.pk)
            if any((twin.city_a, twin.city_b) == (row.city_a, row.city_b) for twin in rows[Twinning]):
                continue
        if model in (Body, Project):
            row.name, row.slug = f"Thing {number}", f"thing-{number}"
        row.state = State.PUBLISHED
        row.save()
        rows[model].append(row)
    return networks, cities


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORLD)
def test_what_changed_applied_to_the_state_before_gives_the_state_after(world):
    networks, cities = build(world)
    first, last = world["days"]
    for network, city in ((None, None), (networks[0], None), (None, cities[0]), (networks[1], cities[1])):
        about = {"network": [network.pk] if network else None, "city": [city.pk] if city else None}
        known = state(first - timedelta(days=1), **about)
        rows = list(changes((first, last), network, city))
        assert apply(known, rows) == state(last, **about)
        assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=True)
        for row in reversed(rows):  # each one changes something: none is said twice, nor of what was so before
            assert first <= row.day <= last
            assert (row.key_of_fact in known) == row.ends
            known = apply(known, [row])
