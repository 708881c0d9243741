"""The pages of people."""

import pytest

from tests.networks import make
from tests.page import facts, glance

from .pages import count_queries, page, secret

pytestmark = pytest.mark.django_db


def test_a_person_is_shown_with_roles_now_and_before(client):
    network = make.make_network(name="Eurocities")
    person = make.make_person(title="Mayor of Florence", city=make.make_city(name="Florence"))
    make.make_role(network=network, person=person, post="president", start="2022", is_acting=True)
    make.make_role(network=network, person=person, city=person.city, post="member", start="2015", end="2019")
    make.make_role(network=make.make_network(**secret()), person=person)
    response = page(client, person)
    assert facts(response, "roles") == ["president acting Eurocities since 2022 no source given"]
    assert facts(response, "history") == ["Florence member Eurocities 2015 – 2019 no source given"]
    assert glance(response) == {"City": "Florence, Italy"}


def fill_person(person):
    source = make.make_source()
    body = make.make_body()
    make.make_role(person=person, body=body, city=make.make_city(), organisation=make.make_organisation())
    make.make_role(person=person, network=body.network, start="1990", end="1991", source=source)


def test_the_page_of_a_person_costs_3_queries_however_much_is_on_it(client):
    person = make.make_person(city=make.make_city(), organisation=make.make_organisation())
    fill_person(person)
    assert count_queries(client, person) == 4
    fill_person(person)
    fill_person(person)
    assert count_queries(client, person) == 4
