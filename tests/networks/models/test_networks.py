"""The rules of memberships, as editors are told of them and as the database holds them."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.models import (
    Body,
    BodyParent,
    Membership,
    Participation,
    Role,
    Twinning,
)
from tests.networks.make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_organisation,
    make_project,
)
from tests.rules import ENDS_FIRST, names, refusals, refused_by_database

pytestmark = pytest.mark.django_db

ONE_MEMBER = "Choose a city or an organisation as the member: exactly one."


# Memberships


@pytest.mark.parametrize("parties", [(), ("city", "organisation")])
def test_a_membership_has_exactly_one_member(parties):
    makers = {"city": make_city, "organisation": make_organisation}
    membership = Membership(network=make_network(), **{party: makers[party]() for party in parties})
    assert refusals(membership) == {"__all__": [ONE_MEMBER]}
    assert refused_by_database(membership)


def test_the_member_is_the_city_or_the_organisation():
    city, organisation = make_city(), make_organisation()
    assert make_membership(city=city).member == city
    assert make_membership(organisation=organisation).member == organisation


@pytest.mark.parametrize(
    "make_row",
    [
        lambda dates: make_network(name="X", **dates),
        lambda dates: Membership(network=make_network(), city=make_city(), **dates),
        lambda dates: Role(network=make_network(), city=make_city(), post="chair", **dates),
        lambda dates: Twinning(city_a=make_city(), city_b=make_city(), **dates),
        lambda dates: Participation(project=make_project(), city=make_city(), **dates),
        lambda dates: Body(name="X", slug="x", kind="forum", network=make_network(), **dates),
        lambda dates: BodyParent(body=make_body(), parent=make_body(), **dates),
    ],
    ids=["network", "membership", "role", "twinning", "participation", "body", "parent"],
)
def test_nothing_ends_before_it_starts(make_row):
    row = make_row({"start": "1999-06"})
    row.end = "1999"
    assert refusals(row) == {}
    row.end = "1999-05"
    assert refusals(row)["end"] == [ENDS_FIRST]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("member", ["city", "organisation"])
@pytest.mark.parametrize(
    ("there", "new", "allowed"),
    [
        (("1991", ""), ("1995", ""), False),
        (("1991", ""), ("1990", ""), False),
        (("1991", ""), ("", ""), False),
        (("", ""), ("", ""), False),
        (("", ""), ("1991", ""), False),
        (("1991", ""), ("1980", "1990"), True),
        (("1991", ""), ("1980", "1991"), True),
        (("1991", ""), ("1980", "1992"), False),
        (("1991", ""), ("", "1990"), True),
        (("1991", "1999"), ("1999", ""), True),
        (("1991", "1999"), ("1998", ""), False),
        (("1991", "1999"), ("", ""), True),
        (("1991-01", "1999-06-30"), ("1999-06-30", ""), False),
        (("1991-01", "1999-06-30"), ("1999-07-01", ""), True),
        (("1991", ""), ("", "[..2021-09-27]"), True),
        (("1991", ""), ("2014", "[..2021-09-27]"), False),
        (("1980", "2005"), ("", "1999"), False),
        (("199X", ""), ("", "199X"), True),
        (("199X", ""), ("", "2001"), False),
    ],
)
def test_memberships_of_one_member_and_category_do_not_overlap(member, there, new, allowed):
    network = make_network(name="Eurocities")
    party = {member: make_city(name="Bologna") if member == "city" else make_organisation(name="Bologna")}
    message = (
        "Bologna is already a member of Eurocities in this category at that time. "
        "Edit that membership, or give one of the two an end or a later start."
    )
    for first, second in ((there, new), (new, there)):
        old = make_membership(network=network, start=first[0], end=first[1], **party)
        row = Membership(network=network, start=second[0], end=second[1], **party)
        assert refusals(row).get("__all__", [None])[0] == (None if allowed else message)
        assert refusals(old) == {}
        old.delete()


@pytest.mark.parametrize("dates", [("", ""), ("1991", "1991"), ("", "[..2021]"), ("1991", "[..2021-09-27]")])
def test_the_same_membership_with_the_same_dates_is_kept_once(dates):
    start, end = dates
    old = make_membership(network=make_network(), start=start, end=end)
    row = Membership(network=old.network, city=old.city, start=start, end=end)
    assert "This membership is recorded already, with the same dates." in refusals(row)["__all__"]
    assert old.clashes_with(row)
    assert refused_by_database(row)


def test_rejoining_is_a_new_row():
    network, city = make_network(), make_city()
    old = make_membership(network=network, city=city, start="1991", end="1999")
    new = Membership(network=network, city=city, start="1999")
    assert refusals(new) == {}
    new.save()
    assert list(city.memberships.order_by("start_earliest")) == [old, new]
    assert list(city.memberships.on("1995")) == [old]
    assert list(city.memberships.on("2005")) == [new]


@pytest.mark.parametrize("other", ["network", "city", "category"])
def test_another_network_member_or_category_does_not_overlap(other):
    network, city = make_network(), make_city()
    make_membership(network=network, city=city, category="full", start="1991")
    row = {"network": network, "city": city, "category": "full", "start": "1991"}
    row[other] = {"network": make_network, "city": make_city, "category": lambda: "founder"}[other]()
    assert refusals(Membership(**row)) == {}


def test_members_that_take_part_jointly_count_once():
    network = make_network()
    first = make_membership(network=network)
    second = make_membership(network=network, joint_with=first)
    alone = make_membership(network=network)
    assert set(network.memberships.participations()) == {first, alone}
    assert set(network.memberships.all()) == {first, second, alone}


def test_a_city_and_its_memberships_and_roles_are_added_on_one_page(admin_client):
    network = make_network(name="Eurocities")
    page = {"name": "Ghent", "slug": "ghent", "country": "BE", "state": "published"}
    for prefix, row in {
        "names": {},
        "memberships": {"network": network.pk, "category": "full", "state": "published"},
        "roles": {"network": network.pk, "post": "chair", "state": "published"},
    }.items():
        page |= {f"{prefix}-TOTAL_FORMS": int(bool(row)), f"{prefix}-INITIAL_FORMS": 0}
        page |= {f"{prefix}-0-{name}": value for name, value in row.items()}
    response = admin_client.post(reverse("admin:networks_city_add"), page)
    assert response.status_code == 302
    assert names(Membership.objects.all()) == ["Ghent – Eurocities"]
    assert names(Role.objects.all()) == ["Ghent: chair, Eurocities"]
