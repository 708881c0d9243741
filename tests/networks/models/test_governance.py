"""The rules of groups and roles, as editors are told of them and as the database holds them."""

import datetime
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.models import (
    Body,
    BodyParent,
    Person,
    Role,
)
from tests.networks.make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_organisation,
    make_person,
    make_role,
)
from tests.rules import names, refusals, refused_by_database

pytestmark = pytest.mark.django_db

HOLDER = "Choose the city or the person who holds the post, or both."
CIRCLE = "That would be a circle: the parent sits, directly or not, under this group."


# Bodies


def test_a_body_may_declare_its_seats_but_not_fewer_than_none():
    body = make_body(seats=12)
    assert refusals(body) == {}
    body.seats = -1
    assert refusals(body) == {"seats": ["Ensure this value is greater than or equal to 0."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        body.save()


def test_a_body_sits_under_several_or_none():
    group, culture, food = make_body(), make_body(name="Culture"), make_body(name="Food")
    assert list(group.parents.all()) == []
    for parent in (culture, food):
        link = BodyParent(body=group, parent=parent)
        assert refusals(link) == {}
        link.save()
    assert names(group.parents.all()) == ["Culture", "Food"]
    assert list(food.children.all()) == [group]


def test_a_body_does_not_sit_under_itself():
    body = make_body()
    link = BodyParent(body=body, parent=body)
    assert refusals(link) == {"parent": [CIRCLE]}
    assert refused_by_database(link)


@pytest.mark.parametrize("length", [2, 3, 4])
def test_bodies_sit_in_no_circle(length):
    bodies = [make_body(name=f"Body {number}") for number in range(length)]
    for body, parent in pairwise(bodies):
        BodyParent.objects.create(body=body, parent=parent)
    assert refusals(BodyParent(body=bodies[-1], parent=bodies[0])) == {"parent": [CIRCLE]}
    assert refusals(BodyParent(body=bodies[-1], parent=make_body())) == {}


def test_a_link_is_turned_round_without_being_its_own_circle():
    lower, upper = make_body(), make_body()
    link = BodyParent.objects.create(body=lower, parent=upper)
    link.body, link.parent = upper, lower
    assert refusals(link) == {}


def test_a_body_sits_under_another_once():
    lower, upper = make_body(), make_body()
    BodyParent.objects.create(body=lower, parent=upper, start="2014")
    again = BodyParent(body=lower, parent=upper, start="2014")
    assert refusals(again) == {"__all__": ["This group sits under that one already."]}
    assert refused_by_database(again)


def test_a_body_is_public_when_its_network_is():
    shown = make_body()
    hidden = make_body(network=make_network(state="draft"))
    make_body(state="draft")
    assert list(Body.objects.published()) == [shown]
    assert (shown.is_published, hidden.is_published) == (True, False)


# Roles


def test_a_role_needs_a_holder():
    role = Role(network=make_network(), post="chair")
    assert refusals(role) == {"__all__": [HOLDER]}
    assert refused_by_database(role)


@pytest.mark.parametrize(
    ("parties", "holder"),
    [
        (("city",), "Florence"),
        (("person",), "A. Mayor"),
        (("city", "person"), "A. Mayor (Florence)"),
    ],
)
def test_a_city_a_person_or_both_hold_a_role(parties, holder):
    makers = {"city": lambda: make_city(name="Florence"), "person": lambda: make_person(name="A. Mayor")}
    role = Role(network=make_network(), post="chair", **{party: makers[party]() for party in parties})
    assert refusals(role) == {}
    assert role.holder == holder


def test_a_role_takes_its_network_from_its_body():
    body = make_body()
    role = Role(body=body, city=make_city(), post="chair")
    assert refusals(role) == {}
    assert role.network == body.network


def test_a_role_is_held_somewhere():
    role = Role(city=make_city(), post="chair")
    message = "Choose the network, or the group, in which the post is held."
    assert message in refusals(role)["__all__"]
    assert refused_by_database(role)


def test_a_role_is_not_held_in_a_body_of_another_network():
    role = Role(network=make_network(), body=make_body(), city=make_city(), post="chair")
    assert refusals(role) == {"body": ["This group belongs to another network."]}


def test_a_body_and_its_roles_are_added_on_one_page(admin_client):
    network, city = make_network(name="Eurocities"), make_city(name="Florence")
    page = {"name": "Food", "slug": "food", "kind": "forum", "network": network.pk, "state": "published"}
    page |= {"parent_links-TOTAL_FORMS": 0, "parent_links-INITIAL_FORMS": 0}
    page |= {"roles-TOTAL_FORMS": 1, "roles-INITIAL_FORMS": 0}
    page |= {"roles-0-city": city.pk, "roles-0-post": "chair", "roles-0-state": "published"}
    response = admin_client.post(reverse("admin:networks_body_add"), page)
    assert response.status_code == 302
    role = Role.objects.get()
    assert (str(role), role.network) == ("Florence: chair, Food", network)


@pytest.mark.parametrize(
    ("memberships", "warning"),
    [
        ([], "Florence is not recorded as a member of Eurocities."),
        ([("1991", "")], None),
        ([("", "")], None),
        ([("1991", "2013")], None),
        (
            [("1991", "2012")],
            "Florence was not a member of Eurocities at that time, by its recorded memberships.",
        ),
        (
            [("2015", "")],
            "Florence was not a member of Eurocities at that time, by its recorded memberships.",
        ),
        ([("1991", "2012"), ("2014", "")], None),
    ],
)
def test_a_role_outside_membership_is_warned_about_and_not_blocked(memberships, warning):
    network, city = make_network(name="Eurocities"), make_city(name="Florence")
    make_membership(city=city, start="1900")  # of another network
    for start, end in memberships:
        make_membership(network=network, city=city, start=start, end=end)
    role = Role(network=network, city=city, post="chair", start="2013", end="2014")
    assert refusals(role) == {}
    role.save()
    assert role.warnings() == ([warning] if warning else [])


def test_a_person_without_a_city_is_not_warned_about():
    assert make_role(person=make_person()).warnings() == []


@pytest.mark.parametrize("hidden", ["network", "body", "city", "person", "organisation"])
def test_a_role_is_public_when_all_its_parties_are(hidden):
    body = make_body()
    parties = {
        "body": body,
        "network": body.network,
        "city": make_city(),
        "person": make_person(),
        "organisation": make_organisation(),
    }
    role = make_role(**parties)
    assert list(Role.objects.published()) == [role]
    parties[hidden].state = "draft"
    parties[hidden].save()
    assert list(Role.objects.published()) == []


def test_chairs_are_the_roles_that_lead():
    network = make_network()
    for post in Role.Post.values:
        make_role(network=network, post=post)
    posts = set(Role.objects.chairs().values_list("post", flat=True))
    assert posts == {"president", "chair", "co_chair", "lead"}


def test_people_are_in_office_while_they_hold_a_published_role():
    today = datetime.date.today()
    make_role(person=make_person(name="Today"), start="2000")
    make_role(person=make_person(name="Then"), start="2013", end="2014")
    make_role(person=make_person(name="Draft"), start="2000", state="draft")
    make_role(person=make_person(name="Hidden network"), network=make_network(state="draft"))
    make_person(name="Without a role")
    twice = make_person(name="Twice")
    make_role(person=twice, start="2013")
    make_role(person=twice, start="2014")
    assert names(Person.objects.in_office()) == ["Today", "Twice"]
    assert names(Person.objects.in_office(today)) == ["Today", "Twice"]
    assert names(Person.objects.in_office("2014-12-31")) == ["Then", "Today", "Twice"]
    assert names(Person.objects.in_office("2012")) == ["Today"]
