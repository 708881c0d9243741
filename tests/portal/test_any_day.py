"""The page, the list, its file, the map, the timeline and the passport of any day say what the dates say.

Each is compared with a slow and obvious reading of the dates, which shares no code with any of them.
"""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from citynet.core.dates import PartialDate
from networks.models import City, Membership, Network
from networks.timelines import city_strands, rows_on
from tests.networks import make
from tests.page import section

YEARS = st.integers(1993, 1997)
PRECISE = st.one_of(
    st.builds("{:04}".format, YEARS),
    st.builds("{:04}-{:02}".format, YEARS, st.integers(1, 12)),
    st.builds("{:04}-{:02}-{:02}".format, YEARS, st.sampled_from([1, 6, 12]), st.sampled_from([1, 15, 28])),
    st.just("199X"),
)
ENDS = st.one_of(
    st.just(""), PRECISE, st.builds("[..{}]".format, PRECISE.filter(lambda text: "X" not in text))
)
PERIODS = st.tuples(st.one_of(st.just(""), PRECISE), ENDS)


def days_of(text):
    """Give the (first, last) day that an EDTF text names, by counting days; None stands for "any"."""
    if text == "199X":
        return date(1990, 1, 1), date(1999, 12, 31)
    numbers = [int(part) for part in text.split("-")]
    first = last = date(*(numbers + [1, 1])[:3])
    while [last.year, last.month, last.day][: len(numbers)] == numbers:
        last += timedelta(days=1)
    return first, last - timedelta(days=1)


def possible(period, asked):
    """Whether some reading of a period (start, end) has it hold on one of the asked days."""
    start, end = period
    first = days_of(start)[0] if start else date.min
    last = days_of(end.strip("[.]"))[1] if end else date.max
    return first <= asked[1] and last >= asked[0]


def is_in_order(period):
    start, end = period
    return not end or not start or days_of(start)[0] <= days_of(end.strip("[.]"))[1]


FACTS = st.lists(st.tuples(PERIODS.filter(is_in_order), PERIODS.filter(is_in_order)), min_size=1, max_size=5)


def file_of(client, name, **query):
    """Give the rows of a list's CSV."""
    response = client.get(reverse(f"networks:{name}_download", args=["csv"]), query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def slugs_in(html):
    """Give the networks that a piece of HTML leads to."""
    return set(re.findall(r"/networks/(network-[0-9]+)/", html))


@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example is small as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(facts=FACTS, asked=PRECISE)
def test_page_list_file_map_timeline_and_passport_agree_with_the_dates(client, facts, asked):
    Membership.objects.all().delete()
    Network.objects.all().delete()
    city = City.objects.filter(slug="bologna").first() or make.make_city(name="Bologna", slug="bologna")
    for number, (life, membership) in enumerate(facts):
        network = make.make_network(slug=f"network-{number}", start=life[0], end=life[1])
        make.make_membership(network=network, city=city, start=membership[0], end=membership[1])
    days = days_of(asked)
    expected = {
        f"network-{number}"
        for number, (life, membership) in enumerate(facts)
        if possible(membership, days) and possible(life, days)
    }
    page = client.get("/cities/bologna/", {"on": asked})
    assert slugs_in(section(page, "belongs")) == expected
    listed = client.get("/networks/", {"city": "bologna", "on": asked})
    assert {row.slug for row in listed.context["page"].rows} == expected
    assert {row["slug"] for row in file_of(client, "network", city="bologna", on=asked)} == expected
    (strand,) = (strand for strand in city_strands(city) if strand.kind == "membership")
    rows = strand.rows_of(strand.lane_keys(None, 0, 50), None)
    assert {record.network.slug for record in rows_on(rows, PartialDate(asked))[0]} == expected
    drawn = client.get("/cities/bologna/timeline.csv", {"from": asked, "to": asked})
    text = b"".join(drawn.streaming_content).decode("utf-8-sig")
    assert {row["slug"] for row in csv.DictReader(io.StringIO(text))} == expected
    for number in range(len(facts)):
        slug = f"network-{number}"
        found = {row["slug"] for row in file_of(client, "city", network=slug, on=asked)}
        assert found == ({"bologna"} if slug in expected else set())
    passport = client.get("/cities/bologna/passport/", {"on": asked, "section": "networks"})
    now, _heading, _before = passport.content.decode().partition(">Before</h")
    assert slugs_in(now) == expected
