"""The rules of the model of networks, as editors are told of them and as the database holds them."""

import datetime
import hashlib
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.models import (
    AwardEdition,
    Body,
    BodyParent,
    City,
    CityName,
    Document,
    DocumentParty,
    Figure,
    Grant,
    Membership,
    Participation,
    Person,
    Role,
    Topic,
    Twinning,
    Uptake,
)
from tests.rules import ENDS_FIRST, names, refusals, refused_by_database

from .make import (
    make_award,
    make_body,
    make_city,
    make_document,
    make_edition,
    make_figure,
    make_grant,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_person,
    make_practice,
    make_programme,
    make_project,
    make_role,
    make_topic,
    make_twinning,
    make_uptake,
)

pytestmark = pytest.mark.django_db

ONE_MEMBER = "Choose a city or an organisation as the member: exactly one."
ONE_PARTNER = "Choose a city or an organisation as the partner: exactly one."
ONE_PARTY = "Choose a city or an organisation: exactly one."
ONE_LEVEL = "A grant belongs to one programme or to one project: choose exactly one."
HOLDER = "Choose the city or the person who holds the post, or both."
CIRCLE = "That would be a circle: the parent sits, directly or not, under this group."
LEAD_ALREADY = "This project has a lead partner already: end that one first."
OTHER_LEAD = "This project has another lead partner at that time. Correct the dates of one of the two."
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n"


def new_city(**kwargs):
    return City(**{"name": "Reggio", "slug": "new-city", "country": "IT", **kwargs})


# Topics


def test_a_topic_has_one_level_of_parents():
    climate = make_topic(name="Climate")
    assert refusals(Topic(name="Heat", slug="heat", parent=climate)) == {}
    heat = make_topic(name="Heat", parent=climate)
    assert refusals(Topic(name="Trees", slug="trees", parent=heat)) == {
        "parent": ["Choose a topic that is not itself part of another one."]
    }


def test_a_topic_is_not_part_of_itself():
    topic = make_topic()
    topic.parent = topic
    assert refusals(topic) == {"parent": ["Choose a topic that is not itself part of another one."]}


def test_a_topic_with_parts_is_not_part_of_another():
    climate, energy = make_topic(name="Climate"), make_topic(name="Energy")
    make_topic(name="Heat", parent=climate)
    climate.parent = energy
    assert refusals(climate) == {
        "parent": ["This topic has topics of its own, so it cannot be part of another."]
    }


def test_an_address_is_used_once():
    make_topic(name="Climate", slug="climate")
    topic = Topic(name="Climate again", slug="climate")
    assert refusals(topic) == {"slug": ["Another page has this address. Add a year or a place to yours."]}
    assert refused_by_database(topic)


# Cities


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"latitude": 90.001}, "Ensure this value is less than or equal to 90."),
        ({"latitude": -90.001}, "Ensure this value is greater than or equal to -90."),
        ({"longitude": 180.001}, "Ensure this value is less than or equal to 180."),
        ({"longitude": -180.001}, "Ensure this value is greater than or equal to -180."),
    ],
)
def test_a_city_lies_on_the_globe(fields, message):
    city = new_city(**fields)
    assert refusals(city) == {field: [message] for field in fields}
    assert refused_by_database(city)


@pytest.mark.parametrize("latitude", [-90, 0, 90, None])
@pytest.mark.parametrize("longitude", [-180, 0, 180, None])
def test_a_city_may_lie_at_the_edges_or_nobody_knows_where(latitude, longitude):
    city = new_city(latitude=latitude, longitude=longitude)
    assert refusals(city) == {}
    city.save()
    city.refresh_from_db()
    assert (city.latitude, city.longitude) == (latitude, longitude)


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("city_latitude", "A latitude lies between -90 and 90 degrees."),
        ("city_longitude", "A longitude lies between -180 and 180 degrees."),
    ],
)
def test_the_ranges_have_messages_of_their_own(constraint, message):
    city = new_city(latitude=91, longitude=181)
    (rule,) = (rule for rule in City._meta.constraints if rule.name == constraint)
    with pytest.raises(ValidationError) as refusal:
        rule.validate(City, city)
    assert refusal.value.messages == [message]


def test_a_city_with_a_geonames_id_is_there_once():
    make_city(name="Reggio", geonames_id=1)
    city = new_city(geonames_id=1)
    assert refusals(city) == {"__all__": ["This city is here already: same country, name and GeoNames id."]}
    assert refused_by_database(city)


def test_a_city_without_a_geonames_id_is_there_once():
    make_city(name="Reggio")
    city = new_city()
    assert refusals(city) == {
        "__all__": [
            "A city of this country and name, without a GeoNames id, is here already. "
            "If yours is another one, give its GeoNames id."
        ]
    }
    assert refused_by_database(city)


@pytest.mark.parametrize("fields", [{"geonames_id": 2}, {"geonames_id": None}, {"country": "FR"}])
def test_cities_of_one_name_are_told_apart_by_geonames_id_and_country(fields):
    make_city(name="Reggio", geonames_id=1)
    city = new_city(**{"geonames_id": 1, **fields})
    assert refusals(city) == {}
    city.save()
    assert City.objects.filter(name="Reggio").count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"wikidata_id": "1891"}, "Like Q1891."),
        ({"unlocode": "IT BL"}, "Like ITBLQ, without a space."),
        ({"unlocode": "ITBL1"}, "Like ITBLQ, without a space."),
    ],
)
def test_identifiers_are_written_as_their_registers_write_them(fields, message):
    assert refusals(new_city(**fields)) == {field: [message] for field in fields}
    assert refusals(new_city(wikidata_id="Q1891", unlocode="ITBLQ")) == {}


def test_a_city_has_each_name_once_in_a_language():
    city = make_city()
    CityName.objects.create(city=city, name="Bologne", language="fr")
    again = CityName(city=city, name="Bologne", language="fr")
    assert refusals(again) == {"__all__": ["The city has this name in this language already."]}
    assert refused_by_database(again)
    assert refusals(CityName(city=city, name="Bologne", language="")) == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zürich", ["Zürich"]),
        ("ZURICH", ["Zürich"]),
        ("zurigo", ["Zürich"]),
        ("main frankfurt", ["Frankfurt am Main"]),
        ("frankfurt", ["Frankfurt (Oder)", "Frankfurt am Main"]),
        ("francoforte meno", ["Frankfurt am Main"]),
        ("francoforte main", ["Frankfurt am Main"]),
        ("lodz", ["Łódź"]),
        ("frankfurt zurich", []),
        ("", ["Frankfurt (Oder)", "Frankfurt am Main", "Zürich", "Łódź"]),
    ],
)
def test_cities_match_words_of_any_of_their_names_in_any_order(words, found):
    zurich = make_city(name="Zürich", country="CH")
    frankfurt = make_city(name="Frankfurt am Main", country="DE")
    make_city(name="Frankfurt (Oder)", country="DE")
    make_city(name="Łódź", country="PL")
    CityName.objects.create(city=zurich, name="Zurigo", language="it")
    CityName.objects.create(city=frankfurt, name="Francoforte sul Meno", language="it")
    CityName.objects.create(city=frankfurt, name="Francfort", language="fr")
    assert names(City.objects.matching(words)) == found


# Twinnings


def test_a_twinning_is_kept_with_the_lower_id_first():
    first, second = make_city(name="Leipzig"), make_city(name="Bologna")
    twinning = make_twinning(city_a=second, city_b=first)
    twinning.refresh_from_db()
    assert (twinning.city_a, twinning.city_b) == (first, second)


@pytest.mark.parametrize("swapped", [False, True])
def test_two_cities_are_twinned_once_whichever_comes_first(swapped):
    pair = make_city(), make_city()
    make_twinning(city_a=pair[0], city_b=pair[1])
    city_a, city_b = reversed(pair) if swapped else pair
    twinning = Twinning(city_a=city_a, city_b=city_b)
    assert refusals(twinning) == {"__all__": ["These two cities are twinned here already."]}
    assert refused_by_database(Twinning(city_a=city_a, city_b=city_b))


def test_a_city_is_not_its_own_twin():
    city = make_city()
    twinning = Twinning(city_a=city, city_b=city)
    assert refusals(twinning) == {"__all__": ["A city is not its own twin."]}
    assert refused_by_database(twinning)


def test_the_database_refuses_a_pair_in_the_wrong_order():
    first, second = make_city(), make_city()
    assert refused_by_database(Twinning(city_a=second, city_b=first))
    assert not refused_by_database(Twinning(city_a=first, city_b=second))


def test_twinnings_of_a_city_are_found_on_either_side():
    leipzig, bologna, lyon = make_city(name="Leipzig"), make_city(name="Bologna"), make_city(name="Lyon")
    east = make_twinning(city_a=leipzig, city_b=bologna)
    west = make_twinning(city_a=bologna, city_b=lyon)
    make_twinning(city_a=leipzig, city_b=lyon)
    assert set(Twinning.objects.of(bologna)) == {east, west}
    assert [twinning.other(bologna) for twinning in (east, west)] == [leipzig, lyon]


@pytest.mark.parametrize("hidden", ["city_a", "city_b"])
def test_a_twinning_is_public_when_both_cities_are(hidden):
    shown, other = make_twinning(), make_twinning()
    make_twinning(state="draft")
    assert set(Twinning.objects.published()) == {shown, other}
    city = getattr(other, hidden)
    city.state = "draft"
    city.save()
    assert list(Twinning.objects.published()) == [shown]


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


# Grants and participations


@pytest.mark.parametrize("levels", [(), ("programme", "project")])
def test_a_grant_belongs_to_exactly_one_level(levels):
    makers = {"programme": make_programme, "project": make_project}
    grant = Grant(amount=1, **{level: makers[level]() for level in levels})
    assert refusals(grant) == {"__all__": [ONE_LEVEL]}
    assert refused_by_database(grant)


def test_a_grant_is_not_negative():
    grant = Grant(project=make_project(), amount=-1)
    assert refusals(grant) == {"__all__": ["An amount is not negative."]}
    assert refused_by_database(grant)
    assert refusals(Grant(project=make_project(), amount=0)) == {}


def test_a_grant_of_a_programme_is_not_its_projects():
    programme = make_programme()
    project = make_project(programme=programme)
    grant = make_grant(programme=programme, amount=32_000_000)
    assert list(programme.grants.all()) == [grant]
    assert list(project.grants.all()) == []
    assert str(grant) == "EUR 32,000,000"


@pytest.mark.parametrize("parties", [(), ("city", "organisation")])
def test_a_participation_has_exactly_one_partner(parties):
    makers = {"city": make_city, "organisation": make_organisation}
    row = Participation(project=make_project(), **{party: makers[party]() for party in parties})
    assert refusals(row) == {"__all__": [ONE_PARTNER]}
    assert refused_by_database(row)


def test_a_project_has_one_active_lead():
    project = make_project()
    make_participation(project=project, part="lead")
    second = Participation(project=project, city=make_city(), part="lead")
    assert refusals(second) == {"__all__": [LEAD_ALREADY]}
    assert refused_by_database(second)
    assert refusals(Participation(project=project, city=make_city(), part="partner")) == {}
    assert refusals(Participation(project=make_project(), city=make_city(), part="lead")) == {}


@pytest.mark.parametrize("end", ["2021", "[..2021-09-27]"])
def test_a_second_lead_follows_one_that_has_ended(end):
    project = make_project()
    first = make_participation(project=project, part="lead", start="2019", end=end)
    second = Participation(project=project, organisation=make_organisation(), part="lead", start="2021")
    assert refusals(second) == {}
    second.save()
    assert list(project.participations.filter(part="lead").current()) == [second]
    assert refusals(first) == {}


@pytest.mark.parametrize("end", ["2024", ""])
def test_two_leads_do_not_share_their_time(end):
    project = make_project()
    make_participation(project=project, part="lead", start="2019", end="2022")
    second = Participation(project=project, city=make_city(), part="lead", start="2020", end=end)
    assert refusals(second) == {"__all__": [OTHER_LEAD]}
    second.part = "partner"
    assert refusals(second) == {}


@pytest.mark.parametrize("hidden", ["project", "city", "organisation"])
def test_a_participation_is_public_when_both_parties_are(hidden):
    makers = {"project": make_project, "city": make_city, "organisation": make_organisation}
    shown = [make_participation(), make_participation(organisation=make_organisation())]
    make_participation(**{hidden: makers[hidden](state="draft")})
    assert set(Participation.objects.published()) == set(shown)


# Practices and awards


def test_a_city_takes_a_practice_up_once():
    uptake = make_uptake()
    again = Uptake(practice=uptake.practice, city=uptake.city)
    assert refusals(again) == {"__all__": ["This city is listed already."]}
    assert refused_by_database(again)
    assert refusals(Uptake(practice=make_practice(), city=uptake.city)) == {}


def test_an_award_has_one_edition_a_year():
    edition = make_edition(year=2019)
    again = AwardEdition(award=edition.award, year=2019)
    assert refusals(again) == {"__all__": ["This award has an edition of that year already."]}
    assert refused_by_database(again)
    assert refusals(AwardEdition(award=edition.award, year=2020)) == {}
    assert refusals(AwardEdition(award=make_award(), year=2019)) == {}


# Documents


def make_upload(content=PDF, name="minutes.pdf"):
    return SimpleUploadedFile(name, content)


def test_a_document_is_a_file_or_a_link():
    message = "Give the file or the link, not both: they could come to differ."
    document = Document(name="Pact", slug="pact", kind="pact", url="https://example.org/pact.pdf")
    assert refusals(document) == {}
    document.file = make_upload()
    assert refusals(document) == {"url": [message]}
    document.url = ""
    assert refusals(document) == {}


def test_size_type_and_checksum_are_those_of_the_file_whatever_its_name():
    document = make_document(file=make_upload(name="minutes.docx"))
    document.refresh_from_db()
    assert (document.media_type, document.size) == ("application/pdf", len(PDF))
    assert document.checksum == hashlib.sha256(PDF).hexdigest()
    assert document.file.name.endswith(".pdf")


def test_another_file_is_described_anew_and_another_name_is_not():
    document = make_document(file=make_upload())
    document.name = "Renamed"
    document.save()
    document.refresh_from_db()
    assert document.checksum == hashlib.sha256(PDF).hexdigest()
    document.file = make_upload(b"a,b\n1,2\n", "table.csv")
    document.save()
    document.refresh_from_db()
    assert (document.media_type, document.size) == ("text/csv", 8)
    assert document.checksum == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_a_document_without_its_file_says_nothing_of_it():
    document = make_document(file=make_upload())
    document.file = ""
    document.save()
    document.refresh_from_db()
    assert (document.media_type, document.size, document.checksum) == ("", None, "")
    assert document.format_label == ""


def test_a_file_that_a_browser_could_run_is_refused():
    document = Document(name="X", slug="x", kind="other", file=make_upload(b"<html>", "minutes.pdf"))
    assert refusals(document) == {
        "file": ["Web pages and XML can carry programs and are not accepted. Save the page as PDF."]
    }


def test_the_download_label_says_format_and_size():
    document = make_document(file=make_upload(PDF[:9] + b" " * 3000 + PDF[9:]), stated_format="DOCX, 1 MB")
    assert document.format_label == "PDF, 3\xa0kB"


def test_the_download_label_of_a_link_is_as_stated():
    document = make_document(url="https://example.org/memorandum.pdf", stated_format="PDF, 630.35 kB")
    assert document.format_label == "PDF, 630.35 kB"


def test_documents_are_there_from_their_date_on():
    make_document(name="Exact", date="2015-10-15")
    make_document(name="Year", date="2015")
    make_document(name="Undated")
    assert names(Document.objects.on("2014-12-31")) == ["Undated"]
    assert names(Document.objects.on("2015-10-14")) == ["Undated", "Year"]
    assert names(Document.objects.on(datetime.date(2015, 10, 15))) == ["Exact", "Undated", "Year"]
    assert names(Document.objects.on("2015")) == ["Exact", "Undated", "Year"]


@pytest.mark.parametrize("parties", [(), ("city", "organisation")])
def test_a_party_to_a_document_is_exactly_one(parties):
    makers = {"city": make_city, "organisation": make_organisation}
    row = DocumentParty(document=make_document(), **{party: makers[party]() for party in parties})
    assert refusals(row) == {"__all__": [ONE_PARTY]}
    assert refused_by_database(row)


@pytest.mark.parametrize("party", ["city", "organisation"])
def test_a_party_signs_a_document_once(party):
    signer = {party: make_city() if party == "city" else make_organisation()}
    document = make_document()
    DocumentParty.objects.create(document=document, **signer)
    again = DocumentParty(document=document, **signer)
    assert refusals(again) == {"__all__": [f"This {party} is listed already."]}
    assert refused_by_database(again)
    other = DocumentParty(document=document, city=make_city())
    assert refusals(other) == {}


# Figures


def test_a_figure_has_one_subject():
    network = make_network()
    body, programme = make_body(network=network), make_programme(network=network)
    figure = Figure(network=network, body=body, programme=programme, metric="countries", value=39)
    assert refusals(figure) == {"__all__": ["A figure is about a body or a programme, not both."]}
    assert refused_by_database(figure)
    for subject in ({}, {"body": body}, {"programme": programme}):
        assert refusals(Figure(network=network, metric="countries", value=39, **subject)) == {}


@pytest.mark.parametrize(
    ("qualifier", "label"),
    [
        ("exactly", "130,000,000"),
        ("over", "more than 130,000,000"),
        ("about", "about 130,000,000"),
        ("up_to", "up to 130,000,000"),
    ],
)
def test_a_figure_is_shown_as_it_was_stated(qualifier, label):
    figure = make_figure(metric="citizens", value=130_000_000, qualifier=qualifier)
    assert figure.value_label == label
    assert str(figure) == f"{label} citizens"


def test_figures_that_contradict_each_other_are_all_kept():
    network = make_network()
    for value, as_of in ((39, "2019"), (35, "2021"), (39, "")):
        figure = Figure(network=network, metric="countries", value=value, as_of=as_of)
        assert refusals(figure) == {}
        figure.save()
    assert list(network.figures.values_list("value", "as_of")) == [(35, "2021"), (39, "2019"), (39, "")]
    assert list(Figure.objects.as_of("2020").values_list("as_of", flat=True)) == ["2019", ""]


# History


def test_the_history_says_who_changed_what_and_why(admin_user):
    network = make_network(name="Eurocities")
    network.name = "EUROCITIES"
    network._change_reason = "Its own spelling"
    network._history_user = admin_user
    network.save()
    changes = network.history.values_list("name", "history_type", "history_change_reason", "history_user")
    assert list(changes) == [
        ("EUROCITIES", "~", "Its own spelling", admin_user.pk),
        ("Eurocities", "+", None, None),
    ]


def test_the_history_outlives_the_record():
    membership = make_membership()
    key, history = membership.pk, Membership.history
    membership.delete()
    assert list(history.filter(id=key).values_list("history_type", flat=True)) == ["-", "+"]
