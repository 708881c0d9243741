"""Whom a city might work with on a topic."""

import csv
import io
import random

import pytest
from django.test import RequestFactory

from citynet.core.days import AskedDay
from networks.models import (
    City,
    Membership,
    Participation,
    Practice,
    Role,
    Topic,
    Twinning,
)
from networks.partners import PARTS, Search
from tests.page import words

from .make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_participation,
    make_practice,
    make_project,
    make_role,
    make_topic,
    make_twinning,
)

pytestmark = pytest.mark.django_db


def asked(day=""):
    return AskedDay(RequestFactory().get("/", {"on": day}))


def make_small_world(chance):
    """Make cities that share and do things by chance, some of them long ago."""
    food = make_topic(name="Food", slug="food")
    topics = [food, make_topic(name="Waste of food", parent=food), make_topic(name="Peace")]
    cities = [make_city(country=chance.choice(["IT", "FR"])) for _number in range(5)]
    networks = [make_network(start="1980") for _number in range(4)]
    bodies = [make_body(network=network) for network in networks]
    projects = [make_project(start="2000", end=chance.choice(["", "2005"])) for _number in range(4)]
    for row in (*bodies, *projects):
        row.topics.set(chance.sample(topics, chance.choice([0, 1, 2])))
    for city in cities:
        for network in chance.sample(networks, 2):
            make_membership(network=network, city=city, start="1990", end=chance.choice(["", "", "2001"]))
        for body in chance.sample(bodies, 2):
            post = chance.choice([Role.Post.CHAIR, Role.Post.MEMBER])
            make_role(body=body, city=city, post=post, start="1999", end=chance.choice(["", "2003"]))
        for project in chance.sample(projects, 1):
            make_participation(project=project, city=city)
        if chance.random() < 0.5:
            practice = make_practice(city=city, year=chance.choice([None, 1998, 2015]))
            practice.topics.set(chance.sample(topics, 2))
    for one, other in zip(cities, cities[1:], strict=False):
        make_twinning(city_a=one, city_b=other, end=chance.choice(["", "1995"]))
    return cities


def obvious_scores(city, countries, day):
    """The score of every other city, counted thing by thing; {slug: (score, {part: number})}."""
    asks = asked(day)
    topics = set(Topic.objects.filter(slug="food")) | set(Topic.objects.filter(parent__slug="food"))

    def held(rows):
        return [row for row in rows if row.may_hold_on(asks.for_query)]

    def projects_of(city):
        rows = Participation.objects.filter(city=city)
        if day:
            rows = [row for row in held(rows) if row.project.may_hold_on(asks.day)]
        return {row.project for row in rows}

    def bodies_of(city, *posts):
        return {row.body for row in held(Role.objects.filter(city=city)) if not posts or row.post in posts}

    def on_topic(rows):
        return {row for row in rows if topics & set(row.topics.all())}

    def networks_of(city):
        return {row.network_id for row in held(Membership.objects.filter(city=city))}

    scores = {}
    for other in City.objects.exclude(pk=city.pk):
        pair = sorted((city.pk, other.pk))
        practices = Practice.objects.filter(city=other)
        numbers = {
            "networks": len(networks_of(city) & networks_of(other)),
            "groups": len(bodies_of(city) & bodies_of(other)),
            "projects": len(projects_of(city) & projects_of(other)),
            "twins": len(held(Twinning.objects.filter(city_a=pair[0], city_b=pair[1]))),
            "practices": len(
                on_topic(row for row in practices if not day or not row.year or row.year <= int(day))
            ),
            "topic_projects": len(on_topic(projects_of(other))),
            "topic_groups": len(on_topic(bodies_of(other))),
            "topic_chairs": len(on_topic(bodies_of(other, *Role.LEADING))),
        }
        if not any(numbers[part.name] for part in PARTS if not part.shared):
            continue
        if countries and other.country.code not in countries:
            continue
        score = sum(part.points * numbers[part.name] for part in PARTS)
        scores[other.pk] = (score, *(numbers[part.name] for part in PARTS))
    return scores


def test_scores_are_those_of_an_obvious_loop():
    cities = make_small_world(random.Random(1))
    food = list(Topic.objects.exclude(name="Peace").values_list("pk", flat=True))
    for day, countries in (("", []), ("2000", []), ("2010", ["IT"])):
        expected = obvious_scores(cities[0], countries, day)
        order = sorted(
            expected, key=lambda key: (-expected[key][0], City.objects.get(pk=key).search_text, key)
        )
        found, total = Search(cities[0], food, countries, asked(day)).scores()
        assert [(key, *rest) for key, *rest in found] == [(key, *expected[key]) for key in order]
        assert total == len(expected) > 0


@pytest.fixture
def partners():
    """Bologna, and Milan and Lyon that know something about food."""
    food = make_topic(name="Food", slug="food")
    bologna = make_city(name="Bologna", slug="bologna")
    milan = make_city(name="Milan", slug="milan")
    lyon = make_city(name="Lyon", slug="lyon", country="FR")
    for name in ("Eurocities", "MUFPP"):
        network = make_network(name=name, slug=name.lower())
        for city in (bologna, milan, lyon):
            if city != lyon or name == "MUFPP":
                make_membership(network=network, city=city, start="2000")
    group = make_body(name="Working Group Food", network=network)
    group.topics.add(food)
    make_role(body=group, city=milan)
    for city in (milan, lyon):
        make_practice(name=f"Canteens of {city}", city=city).topics.add(food)
    make_practice(name="Secretive", city=lyon, state="draft").topics.add(food)
    make_practice(name="Peace", city=make_city(name="Turin"))
    return food


def test_each_part_of_a_score_is_a_sentence_with_its_points(client, partners):
    page = client.get("/partners/?city=bologna&topic=food").content.decode()
    found = page.partition('<ol class="plain-list partners"')[2].partition("</ol>")[0]
    assert [words(item.partition(">")[2]) for item in found.split('<li class="partner"')[1:]] == [
        "Milan Italy 14 points shares 2 networks: Eurocities, MUFPP (+4)"
        " has 1 practice on the topic: Canteens of Milan (+5)"
        " has a part in 1 group on the topic: Working Group Food (+2)"
        " leads 1 of them: Working Group Food (+3) Compare Bologna and Milan",
        "Lyon France 7 points shares 1 network: MUFPP (+2)"
        " has 1 practice on the topic: Canteens of Lyon (+5) Compare Bologna and Lyon",
    ]
    for part in PARTS:
        assert str(part.words) in page
    body = b"".join(client.get("/partners.csv?city=bologna&topic=food&country=FR").streaming_content)
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig")))) == [
        ["city", "slug", "country", "score", *(part.name for part in PARTS)],
        ["Lyon", "lyon", "FR", "7", "1", "0", "0", "0", "1", "0", "0", "0"],
    ]
    none = words(client.get("/partners/?city=bologna&topic=food&country=DE").content.decode())
    assert "No city is known here that has practices, projects or roles on the topic." in none


def test_partners_that_cannot_be_found_are_asked_for_in_a_sentence(client, partners):
    def problems(query):
        html = client.get(f"/partners/?{query}").content.decode()
        return [
            words(item)
            for item in html.partition('id="problems">')[2].partition("</div>")[0].split("<li>")[1:]
        ]

    assert problems("") == []
    assert problems("city=bologna") == ["Choose a topic as well."]
    assert problems("topic=food") == ["Choose the city that looks for partners as well."]
    assert problems("city=milan&city=bologna&topic=food") == [
        "Partners are found for one city at a time: this is for Bologna, Italy."
    ]


def test_partners_cost_as_many_statements_for_many_rows(client, partners, django_assert_num_queries):
    with django_assert_num_queries(11):
        client.get("/partners/?city=bologna&topic=food")
    for _number in range(3):
        city = make_city()
        make_practice(city=city).topics.add(partners)
        make_membership(city=city, network=Membership.objects.first().network)
        body = make_body()
        body.topics.add(partners)
        make_role(body=body, city=city)
    with django_assert_num_queries(11):
        client.get("/partners/?city=bologna&topic=food")
