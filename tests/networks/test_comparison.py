"""Cities, and networks, side by side."""

import csv
import io
import random
import re
from itertools import combinations

import pytest

from networks.models import Membership, Role
from tests.events.make import make_event
from tests.page import words

from .make import (
    make_award,
    make_body,
    make_city,
    make_edition,
    make_figure,
    make_membership,
    make_network,
    make_participation,
    make_practice,
    make_project,
    make_role,
    make_topic,
    make_twinning,
    make_uptake,
    make_winner,
)

pytestmark = pytest.mark.django_db


def read(client, address):
    """Give the rows of a CSV file, its header first."""
    body = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def problems(client, address):
    html = client.get(address).content.decode()
    _before, _found, after = html.partition('id="problems">')
    return [words(item) for item in after.partition("</div>")[0].split("<li>")[1:]]


@pytest.fixture
def pair():
    return make_city(name="Bologna", slug="bologna"), make_city(name="Milan", slug="milan")


def test_the_file_says_of_every_thing_who_has_it_and_when_both_did(client, pair):
    bologna, milan = pair
    network = make_network(name="Eurocities", slug="eurocities", start="1986")
    make_membership(network=network, city=bologna, start="1991")
    make_membership(network=network, city=milan, category="founder", start="1986", end="1999")
    c40 = make_network(name="C40", slug="c40", seat=bologna)
    make_membership(network=c40, city=milan, start="2009-09")
    group = make_body(name="Culture", slug="culture", network=network)
    make_role(body=group, city=bologna, start="2013", end="2014")
    make_role(body=group, city=milan, post=Role.Post.MEMBER, start="2015")
    project = make_project(name="GOv", slug="gov", start="2023", end="2025")
    make_participation(project=project, city=bologna)
    make_participation(project=project, city=milan, part="lead")
    make_twinning(city_a=bologna, city_b=milan, start="1970")
    leipzig = make_city(name="Leipzig", slug="leipzig", country="DE")
    make_twinning(city_a=bologna, city_b=leipzig, start="1962")
    make_twinning(city_a=leipzig, city_b=milan, start="1990", end="1995")
    food = make_topic(name="Food", slug="food")
    make_practice(name="Canteens", city=milan, year=2016).topics.add(food)
    taken = make_practice(name="Markets", city=leipzig)
    taken.topics.add(food)
    make_uptake(practice=taken, city=bologna, year=2018)
    award = make_award(name="Pact Award", slug="pact-award")
    make_winner(edition=make_edition(award=award, year=2017), city=milan, category="Waste", prize="First")
    make_event(name="Summit 2019", start="2019-05", cities=[milan])
    assert read(client, "/compare/cities.csv?city=bologna&city=milan") == [
        ["kind", "thing", "thing_slug", "had_by", "shared_by", "how", "together", "bologna", "milan"],
        [
            *("networks", "Eurocities", "eurocities", "2", "2", "Shared by both", "1991 – 1999"),
            *("full member (since 1991)", "founder (1986 – 1999)"),
        ],
        ["networks", "C40", "c40", "1", "0", "Only Milan", "", "", "full member (since September 2009)"],
        [
            *("groups", "Culture", "culture", "2", "0", "At different times", "never at the same time"),
            *("chair (2013 – 2014)", "member (since 2015)"),
        ],
        ["roles", "C40", "c40", "1", "0", "Only Bologna", "", "seat (start not known)", ""],
        [
            *("projects", "GOv", "gov", "2", "2", "Shared by both", "2023 – 2025"),
            *("partner (2023 – 2025)", "lead partner (2023 – 2025)"),
        ],
        ["twins", "Bologna and Milan are twin cities", "", "", "", "", "since 1970", "", ""],
        [
            *("twins", "Leipzig", "leipzig", "2", "2", "Shared by both", "1990 – 1995"),
            *("since 1962", "1990 – 1995"),
        ],
        [
            *("practices", "Food", "food", "2", "2", "Shared by both", ""),
            *("Markets, taken up (2018)", "Canteens (2016)"),
        ],
        ["awards", "Pact Award", "pact-award", "1", "0", "Only Milan", "", "", "Waste, First (2017)"],
        ["events", "Conference", "", "1", "0", "Only Milan", "", "", "Summit 2019 (2019)"],
    ]
    page = words(client.get("/compare/cities/?city=bologna&city=milan").content.decode())
    assert "Bologna and Milan share 1 network, 1 project, 1 twin city and practices on 1 topic." in page
    then = read(client, "/compare/cities.csv?city=bologna&city=milan&on=1999")
    assert [(row[0], row[1], row[4], row[6]) for row in then[1:]] == [
        ("networks", "Eurocities", "2", "then"),
        ("roles", "C40", "0", ""),
        ("twins", "Bologna and Milan are twin cities", "", "since 1970"),
        ("twins", "Leipzig", "0", ""),
    ]


def test_every_network_is_shared_by_those_whom_an_obvious_loop_finds(client):
    chance = random.Random(7)
    cities = [make_city(slug=f"city-{number}") for number in range(3)]
    networks = [make_network(start=chance.choice(["", "1980"])) for _number in range(8)]
    for network in networks:
        for city in cities:
            for start in chance.sample(["1985", "199X", "2001-05", ""], chance.choice([0, 1, 1, 2])):
                end = chance.choice(["", "2003", "[..2010-01-01]"])
                make_membership(network=network, city=city, start=start, end=end)
    rows = list(Membership.objects.all())

    def sharing(network, day):
        """Those of the network's members that share it with another, then or at any time."""
        found = set()
        for a, b in combinations([row for row in rows if row.network_id == network.pk], 2):
            if a.city_id == b.city_id:
                continue
            if day:
                if a.may_hold_on(day) and b.may_hold_on(day):
                    found |= {a.city_id, b.city_id}
            elif max(a.start_earliest, b.start_earliest, network.start_earliest) <= min(
                a.end_latest, b.end_latest
            ):
                found |= {a.city_id, b.city_id}
        return len(found)

    query = "city=city-0&city=city-1&city=city-2"
    for day in ("", "1988", "2003-02-01"):
        file = read(client, f"/compare/cities.csv?{query}&on={day}")
        shared = {row[2]: int(row[4]) for row in file[1:]}
        had = {network.slug: sharing(network, day) for network in networks}
        assert {slug: number for slug, number in shared.items() if number} == {
            slug: number for slug, number in had.items() if number
        }


def test_what_cannot_be_compared_is_said_in_a_sentence(client, pair):
    for name in ("Turin", "Genoa", "Pisa"):
        make_city(name=name, slug=name.lower())
    make_city(name="Hidden", slug="hidden", state="draft")
    make_city(name="Springfield", slug="springfield-1", country="US")
    make_city(name="Springfield", slug="springfield-2", country="CA")
    ask = "/compare/cities/?"
    assert problems(client, ask) == []
    assert problems(client, f"{ask}city=bologna") == [
        "Only Bologna is chosen: choose one more to compare it with."
    ]
    assert problems(client, f"{ask}city=bologna&city=Bologna&city=milan") == [
        "Bologna was given twice; it stands here once."
    ]
    assert problems(client, f"{ask}city=bologna&city=milan&city=turin&city=genoa&city=pisa") == [
        "At most 4 can be compared. These are the first ones; left out: Pisa."
    ]
    assert problems(client, f"{ask}city=bologna&city=hidden&city=milan") == [
        "Cities: “hidden” is not known here, so it is left out. Is it spelt otherwise?"
    ]
    (ambiguous,) = problems(client, f"{ask}city=bologna&city=Springfield&city=milan")
    assert "Springfield, Canada (springfield-2)" in ambiguous
    assert "Springfield, United States (springfield-1)" in ambiguous
    assert problems(client, "/compare/networks/?network=nowhere") == [
        "Networks: there is no “nowhere” to choose, so it is left out."
    ]


def test_drafts_are_compared_with_nothing(client, pair):
    bologna, milan = pair
    secret = make_network(name="Secretive", state="draft")
    for city in pair:
        make_membership(network=secret, city=city)
        make_practice(name="Secretive", city=city, state="draft")
        make_participation(project=make_project(name="Secretive", state="draft"), city=city)
        make_role(body=make_body(name="Secretive", state="draft"), city=city)
        make_event(name="Secretive", cities=[city], state="draft")
        make_twinning(city_a=city, city_b=make_city(name=f"Secretive {city}", state="draft"))
    assert len(read(client, "/compare/cities.csv?city=bologna&city=milan")) == 1
    assert "Secretive" not in client.get("/compare/cities/?city=bologna&city=milan").content.decode()


def add_facts(cities):
    for city in cities:
        network, topic = make_network(), make_topic()
        network.topics.add(topic)
        make_membership(network=network, city=city)
        make_role(body=make_body(network=network), city=city)
        make_participation(project=make_project(network=network), city=city)
        make_twinning(city_a=city)
        make_practice(city=city).topics.add(topic)
        make_uptake(city=city)
        make_winner(city=city)
        make_event(cities=[city])


def test_groups_of_one_name_are_told_apart_by_their_network(client, pair):
    for name in ("C40", "Efus"):
        body = make_body(name="Steering Committee", network=make_network(name=name))
        make_role(network=body.network, body=body, city=pair[0], post="member")
    html = client.get("/compare/cities/?city=bologna&city=milan").content.decode()
    named = re.findall(r'<th scope="row">(.*?)</th>', html, re.DOTALL)
    assert [words(cell) for cell in named if "Steering" in cell] == [
        "Steering Committee C40",
        "Steering Committee Efus",
    ]


def test_the_number_of_statements_does_not_grow_with_the_rows(client, pair, django_assert_num_queries):
    add_facts(pair)
    with django_assert_num_queries(15):
        client.get("/compare/cities/?city=bologna&city=milan")
    add_facts([*pair, *pair])
    with django_assert_num_queries(15):
        client.get("/compare/cities/?city=bologna&city=milan")


def test_networks_share_the_cities_that_an_obvious_loop_finds(client):
    chance = random.Random(11)
    networks = [make_network(name=f"Network {number}", slug=f"network-{number}") for number in range(3)]
    cities = [make_city(name=f"City {number}", slug=f"city-{number}") for number in range(15)]
    for city in cities:
        for network in chance.sample(networks, chance.choice([0, 1, 2, 3])):
            make_membership(network=network, city=city, start="1990", end=chance.choice(["", "2000"]))
    make_membership(network=networks[0], city=make_city(state="draft"))
    rows = list(Membership.objects.exclude(city__state="draft").select_related("city", "network"))
    rows.sort(key=lambda row: row.city.search_text)

    def sets(day):
        members = {}
        for row in rows:
            if not day or row.may_hold_on(day):
                members.setdefault(row.city.slug, set()).add(row.network.slug)
        found = {}
        for slug, of in members.items():
            found.setdefault(tuple(sorted(of)), []).append(slug)
        return found

    query = "network=network-0&network=network-1&network=network-2"
    for day in ("", "2010"):
        context = client.get(f"/compare/networks/?{query}&on={day}").context
        assert {
            tuple(networks[place].slug for place in each.places): (
                each.total,
                [city.slug for city in each.cities],
            )
            for each, _query in context["sets"]
        } == {of: (len(slugs), slugs[:12]) for of, slugs in sets(day).items()}
        file = read(client, f"/compare/networks.csv?{query}&on={day}")
        assert {row[2]: tuple(bool(cell) for cell in row[7:]) for row in file if row[0] == "members"} == {
            slug: tuple(network.slug in of for network in networks)
            for of, slugs in sets(day).items()
            for slug in slugs
        }
        both = sets(day).get(("network-0", "network-2"), [])
        listed = client.get(f"/compare/networks/?{query}&in=network-0&in=network-2&on={day}").context
        assert [city.slug for city in listed.get("listed", {"cities": []})["cities"]] == both


def test_networks_are_set_beside_each_other_in_all_that_they_say(client):
    seat = make_city(name="Brussels", slug="brussels", country="BE")
    ours = make_network(name="Eurocities", slug="eurocities", start="1986", seat=seat)
    theirs = make_network(name="Cities Forty", acronym="C40", slug="c40", start="2005-10", kind="coalition")
    climate, food = make_topic(name="Climate", slug="climate"), make_topic(name="Food", slug="food")
    ours.topics.set([climate, food])
    theirs.topics.set([climate])
    for network in (ours, theirs):
        make_membership(network=network, city=seat, start="2010")
    make_body(name="Culture Forum", slug="culture", network=ours)
    make_project(name="GOv", network=theirs).topics.add(food)
    make_figure(network=ours, metric="member_cities", value=140, as_of="2020")
    make_figure(network=ours, metric="member_cities", value=190, as_of="2022")
    file = read(client, "/compare/networks.csv?network=eurocities&network=c40")
    assert [[row[0], row[1], row[5], *row[7:]] for row in file[1:]] == [
        ["facts", "Kind", "", "Association", "Coalition"],
        ["facts", "Founded", "", "1986", "October 2005"],
        ["facts", "Seat", "", "Brussels", ""],
        ["facts", "Member cities here", "", "1", "1"],
        ["facts", "Countries of members here", "", "1", "1"],
        ["figures", "Member cities", "", "190 (2022)", ""],
        ["topics", "Climate", "Shared by both", "yes", "yes"],
        ["topics", "Food", "Only Eurocities", "yes", ""],
        ["groups", "Forum", "Only Eurocities", "Culture Forum", ""],
        ["projects", "Food", "Only C40", "", "GOv"],
        ["countries", "Belgium", "", "1", "1"],
        ["members", "Brussels", "", "full member (since 2010)", "full member (since 2010)"],
    ]
    page = words(client.get("/compare/networks/?network=eurocities&network=c40").content.decode())
    assert "Eurocities and C40 share 1 city, 1 of them today." in page
    assert "Brussels (both since 2010)" in page
    then = words(client.get("/compare/networks/?network=eurocities&network=c40&on=2008").content.decode())
    assert "Eurocities and C40 share no city that is recorded here." in then


def test_the_comparison_of_networks_asks_as_often_for_many_rows(client, django_assert_num_queries):
    networks = [make_network(slug="one"), make_network(slug="two")]

    def add(number):
        for network in networks:
            for _number in range(number):
                make_membership(network=network, city=make_city())
                make_body(network=network)
                make_project(network=network).topics.add(make_topic())
                network.topics.add(make_topic())
                make_figure(network=network)
        make_membership(network=networks[0], city=(city := make_city()))
        make_membership(network=networks[1], city=city)

    add(1)
    with django_assert_num_queries(13):
        client.get("/compare/networks/?network=one&network=two")
    add(3)
    with django_assert_num_queries(13):
        client.get("/compare/networks/?network=one&network=two")
