"""The pages of groups."""

import pytest

from networks.models import BodyParent
from tests.events.make import make_event
from tests.networks import make
from tests.page import facts, glance, section

from .pages import DRAFT, answers, count_queries, page

pytestmark = pytest.mark.django_db


def test_a_group_says_who_chairs_it_who_takes_part_and_who_did(client):
    body = make.make_body(network=make.make_network(name="Eurocities"), seats=12)
    make.make_role(body=body, city=make.make_city(name="Florence"), post="chair", start="2021")
    make.make_role(body=body, city=make.make_city(name="Leipzig"), post="member", start="2020")
    make.make_role(body=body, city=make.make_city(name="Bologna"), post="member", start="1993", end="1999")
    response = page(client, body)
    assert facts(response, "leads") == ["Florence chair since 2021 no source given"]
    assert facts(response, "participants") == ["Leipzig member since 2020 no source given"]
    assert facts(response, "history") == ["Bologna member 1993 – 1999 no source given"]
    assert glance(response) == {
        "Chair": "Florence",
        "Cities taking part": "2",
        "Network": "Eurocities",
        "Seats, as it says": "12",
        "Who says so": "no source given",
    }
    then = page(client, body, on="1995-06-01")
    assert facts(then, "leads") == []
    assert facts(then, "participants") == ["Bologna member 1993 – 1999 no source given"]
    assert facts(then, "history") == []


def test_a_group_of_many_keeps_its_chair(client, monkeypatch):
    monkeypatch.setattr("networks.views.details.ROLES_SHOWN", 1)
    body = make.make_body()
    for name, post in (("Aachen", "member"), ("Bologna", "member"), ("Zagreb", "chair")):
        make.make_role(body=body, city=make.make_city(name=name), post=post, start="2020")
    assert facts(page(client, body), "leads") == ["Zagreb chair since 2020 no source given"]


def test_a_chair_of_two_years_is_there_all_through_both(client):
    body = make.make_body()
    make.make_role(body=body, city=make.make_city(name="Bologna"), post="chair", start="2013", end="2014")
    shown = {
        day: len(facts(page(client, body, on=day), "leads"))
        for day in ("2012-12-31", "2013-01-01", "2014-12-31", "2015-01-01")
    }
    assert shown == {"2012-12-31": 0, "2013-01-01": 1, "2014-12-31": 1, "2015-01-01": 0}


def test_a_group_is_shown_with_the_groups_above_and_below_it(client):
    network = make.make_network()
    forum = make.make_body(name="Culture Forum", network=network)
    group = make.make_body(name="Food", kind="working_group", network=network)
    hidden = make.make_body(name="Secret", network=network, **DRAFT)
    BodyParent.objects.create(body=group, parent=forum, start="2015")
    BodyParent.objects.create(body=group, parent=hidden)
    BodyParent.objects.create(body=hidden, parent=forum)
    assert facts(page(client, forum), "children") == ["Food working group since 2015"]
    assert glance(page(client, group))["Sits under"] == "Culture Forum since 2015"
    assert "Sits under" not in glance(page(client, group, on="2014"))


def fill_body(body):
    network, source = body.network, make.make_source()
    BodyParent.objects.create(body=body, parent=make.make_body(network=network))
    BodyParent.objects.create(body=make.make_body(network=network), parent=body)
    for dates in ({}, {"start": "1990", "end": "1991"}):
        for post in ("chair", "member"):
            make.make_role(
                body=body,
                post=post,
                city=make.make_city(),
                person=make.make_person(),
                organisation=make.make_organisation(),
                source=source,
                **dates,
            )
    make.make_figure(network=network, body=body, metric="body_members", source=source)
    make_event(networks=[network], body=body)
    make.make_document(network=network, body=body)
    body.topics.add(make.make_topic())


def test_the_page_of_a_group_costs_10_queries_however_much_is_on_it(client):
    body = make.make_body(source=make.make_source())
    fill_body(body)
    assert count_queries(client, body) == 12
    fill_body(body)
    fill_body(body)
    assert count_queries(client, body) == 12


@pytest.mark.parametrize(
    ("start", "words"), [("2028-03-01", "Next meeting"), ("2019-04-03", "Latest meeting")]
)
def test_a_group_opens_with_its_chairs_its_cities_and_its_nearest_meeting(client, start, words):
    network = make.make_network()
    body = make.make_body(network=network)
    for name in ("Florence", "Ghent"):
        make.make_role(body=body, city=make.make_city(name=name), post="co_chair")
    make.make_role(body=body, city=make.make_city(), post="member")
    make_event(networks=[network], body=body, start="2015")
    make_event(networks=[network], body=body, start="")
    make_event(networks=[network], body=body, start=start)
    shown = answers(page(client, body))
    assert list(shown) == ["Co-chair", "Cities taking part", words]
    assert shown["Co-chair"] == "Florence | Ghent"
    assert shown["Cities taking part"] == "3"


def test_a_group_and_a_project_have_the_map_of_their_cities(client):
    body = make.make_body(slug="culture")
    make.make_role(body=body, city=make.make_city())
    html = section(page(client, body, on="2020"), "participants")
    assert 'href="/cities.geojson?group=culture&amp;on=2020"' in html
    project = make.make_project(slug="lets-gov")
    assert "cities.geojson" not in page(client, project).content.decode()
    make.make_participation(project=project)
    assert 'href="/cities.geojson?project=lets-gov"' in section(page(client, project), "partners")
