"""Members through the years: exact counts, and the chart of them."""

import datetime
import random
import re
from itertools import product

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from networks.models import Figure, Membership, Metric
from networks.years import area, ceiling, members_through_the_years, stairs, years_chart
from tests.page import words

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


def slowly(network, year):
    """Count the members at the end of a year by the one rule of the whole site."""
    day = datetime.date(2026, 11, 22) if year == 2026 else datetime.date(year, 12, 31)
    rows = network.memberships.published().on(day).filter(city__isnull=False, joint_with=None)
    return len({row.city_id for row in rows.surely_in(day)}), len({row.city_id for row in rows})


def test_every_year_is_counted_as_the_pages_count_it():
    chance = random.Random(2)
    for number, life in enumerate([{"start": "1991"}, {"start": "199X", "end": "2003"}, {}]):
        network = make.make_network(**life)
        cities = [make.make_city(state=State.DRAFT if i == 5 else State.PUBLISHED) for i in range(6)]
        rows = []
        for category, city in product(("full", "partner", "associate"), cities):
            year = chance.randint(1988, 2006)
            later = year + chance.randint(1, 9)
            start = chance.choice(["", f"{year}", f"{year}-12-31", f"{year}-06", f"[..{year}]"])
            end = chance.choice(["", f"{later}", f"{later}-12-30", f"[..{later}]"])
            confirmed_on = chance.choice([None, datetime.date(2001, 5, 5)])
            rows.append(
                Membership(
                    network=network,
                    city=city,
                    category=category,
                    start=start,
                    end=end,
                    confirmed_on=confirmed_on,
                )
            )
        Membership.objects.bulk_create(rows)
        first = make.make_membership(network=network, start="2000")
        make.make_membership(network=network, start="1995", joint_with=first)
        make.make_membership(network=network, organisation=make.make_organisation(), start="1995")
        make.make_membership(network=network, start="1995", state=State.DRAFT)
        with CaptureQueriesContext(connection) as queries:
            counted = members_through_the_years(network)
        assert len(queries) == 1
        assert counted == [(year, *slowly(network, year)) for year, _surely, _possibly in counted]
        years = [year for year, _surely, _possibly in counted]
        assert years == list(range(years[0], (2003 if number == 1 else 2026) + 1))
        assert len({possibly for _year, _surely, possibly in counted}) > 1
        chosen = members_through_the_years(network, first=1999, last=2001)
        assert chosen == [(year, *slowly(network, year)) for year in (1999, 2000, 2001)]


def test_the_years_begin_with_the_network_or_its_first_known_member():
    assert members_through_the_years(make.make_network()) == [(2026, 0, 0)]
    assert members_through_the_years(make.make_network(start="2024-05")) == [
        (2024, 0, 0),
        (2025, 0, 0),
        (2026, 0, 0),
    ]
    network = make.make_network()
    make.make_membership(network=network, start="2025-12-31")
    make.make_membership(network=network)  # some day, as far as anybody knows
    assert members_through_the_years(network) == [(2025, 1, 2), (2026, 1, 2)]


def test_the_chart_shows_stated_figures_with_their_sources_beside_the_counted_number():
    network = make.make_network(name="Citynet", start="2020-01-01")
    make.make_membership(network=network, start="2023-01-01")
    source = make.make_source(publisher="Ville de Lyon", title="Réseaux", url="https://lyon.example/")
    stated = {"network": network, "metric": Metric.MEMBER_CITIES}
    make.make_figure(value=140, as_of="2021-09-27", source=source, qualifier="over", **stated)
    make.make_figure(value=3, source=make.make_source(publisher="Draft", state=State.DRAFT), **stated)
    make.make_figure(value=9, body=make.make_body(network=network), **stated)
    Figure.objects.create(value=8, state=State.DRAFT, **stated)
    with CaptureQueriesContext(connection) as queries:
        chart = years_chart(network)
    assert len(queries) == 2
    assert [(point.figure.value, point.x, point.y) for point in chart["points"]] == [
        (3, "", "98%"),  # of a day that nobody knows: in the table only
        (140, "24.834%", "6.667%"),
    ]
    html = render_to_string("networks/_years_chart.html", {"chart": chart})
    assert words(html.partition("<title>")[2].partition("</title>")[0]) == (
        "stated: more than 140, 27 September 2021 (Ville de Lyon: Réseaux)"
    )
    assert [words(row) for row in re.findall(r'<tr id="stated.*?</tr>', html, re.DOTALL)] == [
        "3 no date no source given",
        "more than 140 27 September 2021 Ville de Lyon: Réseaux",
    ]
    assert [words(row) for row in re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", html, re.DOTALL)] == [
        *(f"{year} 0 0" for year in (2020, 2021, 2022)),
        *(f"{year} 1 1" for year in (2023, 2024, 2025, 2026)),
    ]


def test_the_scale_ends_above_the_greatest_number_and_steps_are_steps():
    assert [ceiling(value) for value in (0, 1, 4, 7, 49, 190, 10_500)] == [
        (1, 1),
        (1, 1),
        (4, 1),
        (8, 2),
        (50, 10),
        (200, 50),
        (15_000, 5_000),
    ]
    assert stairs([50, 100], [90, 20]) == "M0 90.00V90.00H50.00V20.00H100.00"
    assert area([50, 100], [90, 20]) == "M0 90.00V90.00H50.00V20.00H100.00V100H0Z"
