"""How many cities any two networks have in common."""

import csv
import io
import random

import pytest
from django.conf import settings

from networks.models import Membership
from networks.overlap import STEPS, Pair, overlap_of
from tests.page import words
from tests.test_design import colours_of, contrast

from .make import make_city, make_membership, make_network

pytestmark = pytest.mark.django_db


def make_memberships(seed):
    chance = random.Random(seed)
    networks = [
        make_network(
            name=f"Network {number}", slug=f"network-{number}", kind=chance.choice(["pact", "forum"])
        )
        for number in range(5)
    ]
    for _number in range(10):
        city = make_city(
            country=chance.choice(["IT", "FR"]), state=chance.choice(["published"] * 5 + ["draft"])
        )
        for network in chance.sample(networks, chance.choice([0, 1, 3])):
            make_membership(network=network, city=city, start=chance.choice(["1990", "2005"]))
            make_membership(network=network, city=city, category="partner", start="1980", end="1992")
    return networks


def obvious_members(day, kinds=(), countries=()):
    members = {}
    for row in Membership.objects.filter(city__state="published").select_related("network", "city"):
        if row.may_hold_on(day) and (not kinds or row.network.kind in kinds):
            if not countries or row.city.country.code in countries:
                members.setdefault(row.network_id, set()).add(row.city_id)
    return members


def test_pairs_share_the_cities_that_an_obvious_loop_finds():
    networks = make_memberships(3)
    names = {network.pk: network.search_text for network in networks}
    for day, chosen in (
        ("1991", {}),
        ("2010", {}),
        ("2010", {"countries": ["IT"]}),
        ("1985", {"kinds": ["pact"]}),
    ):
        members = obvious_members(day, **chosen)
        largest = sorted(members, key=lambda key: (-len(members[key]), names[key]))
        overlap = overlap_of(day, **chosen)
        assert (overlap.keys, overlap.total) == (largest, len(members))
        assert {(a, b): pair for a, b, pair in overlap.pairs()} == {
            (a, b): Pair(
                len(members[a] & members[b]), len(members[a] - members[b]), len(members[b] - members[a])
            )
            for place, a in enumerate(largest)
            for b in largest[place + 1 :]
        }
    members = obvious_members("2010")
    by_name = overlap_of("2010", by_name=True, most=2)
    assert by_name.keys == sorted(members, key=names.get)[:2]
    assert by_name.total == len(members) > 2


def test_shares_are_those_of_the_smaller_one_and_of_both():
    pair = Pair(shared=5, only_a=5, only_b=95)
    assert (pair.share, pair.jaccard, pair.step) == (0.5, 5 / 105, 3)
    assert [Pair(0, 1, 1).step, Pair(1, 99, 99).step, Pair(1, 0, 9).step] == [0, 1, 5]
    assert len(STEPS) == 4


def test_the_matrix_leads_to_comparisons_and_the_file_has_every_pair(client):
    ours, theirs = make_network(name="Ours", slug="ours"), make_network(name="Theirs", slug="theirs")
    city = make_city()
    make_membership(network=ours, city=city, start="1990")
    make_membership(network=ours, start="1990")
    make_membership(network=theirs, city=city, start="2000")
    page = client.get("/overlap/?on=2010").content.decode()
    table = page.partition('<table class="overlap-table">')[2].partition("</table>")[0]
    assert [words(f"<tr{row}") for row in table.split("<tr")[1:]] == [
        "Ours Theirs",
        "Ours 2 member cities 1 in Ours and Theirs",
        "Theirs 1 in Theirs and Ours 1 member cities",
    ]
    assert 'href="/compare/networks/?network=ours&amp;network=theirs&amp;on=2010"' in table
    assert 'role="region"' in page
    body = b"".join(client.get("/overlap.csv?on=2010").streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [
        ["network_a", "network_b", "shared", "only_a", "only_b", "share_of_smaller", "jaccard"],
        ["ours", "theirs", "1", "1", "0", "1.0", "0.5"],
    ]
    assert "No network has members here then" in client.get("/overlap/?on=1980").content.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_can_be_read_on_every_colour_of_the_matrix(scheme):
    colours = colours_of((settings.BASE_DIR / "static" / "css" / "compare.css").read_text(), scheme)
    pairs = [("on-overlap", f"overlap-{step}") for step in (1, 2, 3)]
    pairs += [("on-overlap-strong", f"overlap-{step}") for step in (4, 5)]
    assert [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 4.5] == []
