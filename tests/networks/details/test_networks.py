"""The pages of networks."""

import pytest

from networks.counting import difference
from networks.models import Figure
from networks.views.details import MEMBERS_SHOWN
from tests.events.make import make_event
from tests.networks import make
from tests.page import facts, section, words

from .pages import DRAFT, answers, count_queries, page, secret

pytestmark = pytest.mark.django_db


def test_stated_numbers_stand_beside_what_the_database_counts(client):
    network = make.make_network()
    first = make.make_source(publisher="Genoa")
    second = make.make_source(publisher="Bologna")
    third = make.make_source(publisher="Milan")
    for value, qualifier, as_of, source in (
        (2, "exactly", "", first),
        (1, "over", "2021-09-27", second),
        (190, "over", "2022-09-01", third),
    ):
        make.make_figure(
            network=network,
            metric="member_cities",
            value=value,
            qualifier=qualifier,
            as_of=as_of,
            source=source,
        )
    make.make_figure(network=network, metric="citizens", value=130_000_000, qualifier="about", source=first)
    make.make_membership(network=network, city=make.make_city(country="IT"))
    make.make_membership(network=network, city=make.make_city(country="FR"))
    make.make_body(network=network, kind="forum")
    assert words(section(page(client, network), "numbers")).partition("Source ")[2] == (
        "Member cities counted here: 2 "
        "more than 190 1 September 2022 188 fewer here source 1 "
        "more than 1 27 September 2021 agrees source 2 "
        "2 no date the same source 3 "
        "Countries counted here: 2 No stated number is recorded. "
        "Citizens about 130,000,000 no date not counted here source 3 "
        "Forums counted here: 1 No stated number is recorded. "
        "Working groups counted here: 0 No stated number is recorded."
    )


def counted(response, metric):
    """Give what the page counts of a metric, in words."""
    text = words(section(response, "numbers"))
    return text.partition(f"{metric} counted here: ")[2].partition(" ")[0]


def test_member_cities_are_counted_once_each_and_joint_ones_as_one(client):
    network = make.make_network()
    city = make.make_city(country="NL")
    first = make.make_membership(network=network, city=city, category="founder")
    make.make_membership(network=network, city=city, category="full")
    make.make_membership(network=network, city=make.make_city(country="NL"), joint_with=first)
    make.make_membership(network=network, city=make.make_city(country="BE"), joint_with=first)
    make.make_membership(network=network, organisation=make.make_organisation())
    make.make_membership(network=network, end="1999")
    make.make_membership(network=network, city=make.make_city(**DRAFT))
    response = page(client, network)
    assert counted(response, "Member cities") == "1"
    assert counted(response, "Countries") == "2"


def test_a_network_is_counted_as_it_stood_on_the_asked_day(client):
    network = make.make_network(start="1986")
    for year in ("1986", "1991", "2001"):
        make.make_membership(network=network, start=year)
    make.make_body(network=network, kind="forum", start="2000")
    make.make_figure(network=network, metric="forums", value=6, as_of="2021")
    response = page(client, network, on="1995-06-01")
    assert counted(response, "Member cities") == "2"
    assert counted(response, "Forums") == "0"
    assert "2021" not in words(section(response, "numbers"))
    assert len(facts(response, "members")) == 2
    assert counted(page(client, network), "Member cities") == "3"


@pytest.mark.parametrize(
    ("qualifier", "stated", "counted", "words"),
    [
        ("exactly", 140, 139, "1 fewer here"),
        ("exactly", 140, 140, "the same"),
        ("exactly", 140, 1140, "1,000 more here"),
        ("over", 140, 141, "agrees"),
        ("over", 140, 140, "exactly that many here"),
        ("over", 140, 100, "40 fewer here"),
        ("up_to", 140, 100, "agrees"),
        ("up_to", 140, 150, "10 more here"),
        ("about", 140, 150, "10 more here"),
    ],
)
def test_a_stated_number_is_told_apart_from_the_count_in_words(qualifier, stated, counted, words):
    assert difference(Figure(value=stated, qualifier=qualifier), counted) == words


def test_the_figures_of_a_draft_group_or_programme_stay_hidden(client):
    network = make.make_network()
    for subject in (
        {"body": make.make_body(network=network, **secret())},
        {"programme": make.make_programme(**secret())},
        {"body": make.make_body(network=network, name="Culture Forum")},
    ):
        make.make_figure(network=network, metric="body_members", value=60, qualifier="over", **subject)
    response = page(client, network)
    assert facts(response, "numbers") == ["Culture Forum: more than 60 members of the body no source given"]
    assert "Secret" not in response.content.decode()


def make_members(network):
    make.make_membership(network=network, city=make.make_city(name="Łódź", slug="lodz", country="PL"))
    make.make_membership(network=network, city=make.make_city(name="Lyon", country="FR"), category="founder")
    make.make_membership(network=network, city=make.make_city(name="Milan", country="IT"), start="1986")


def test_members_are_listed_by_name_accents_aside(client):
    network = make.make_network()
    make_members(network)
    assert facts(page(client, network), "members") == [
        "Łódź Poland full member start not known no source given",
        "Lyon France founder start not known no source given",
        "Milan Italy full member since 1986 no source given",
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"country": "PL"}, ["Łódź"]),
        ({"category": "founder"}, ["Lyon"]),
        ({"category": "full"}, ["Łódź", "Milan"]),
        ({"country": "FR", "category": "full"}, []),
    ],
)
def test_members_are_filtered_by_country_and_category(client, query, names):
    network = make.make_network()
    make_members(network)
    response = client.get(network.get_absolute_url(), query)
    assert [fact.split()[0] for fact in facts(response, "members")] == names


@pytest.mark.parametrize("query", [{"country": "XX"}, {"category": "'; --"}, {"country": "\N{SNOWMAN}"}])
def test_a_bad_member_filter_is_told_and_filters_nothing(client, query):
    network = make.make_network()
    make_members(network)
    response = client.get(network.get_absolute_url(), query)
    assert response.status_code == 200
    assert "is not one of the available choices." in words(section(response, "members"))
    assert len(facts(response, "members")) == 3


def test_a_large_network_shows_its_first_members_and_where_all_of_them_are(client):
    network = make.make_network(slug="eurocities")
    for _ in range(MEMBERS_SHOWN + 1):
        make.make_membership(network=network)
    response = client.get(network.get_absolute_url(), {"country": "IT", "on": "2020"})
    assert len(facts(response, "members")) == MEMBERS_SHOWN
    assert 'href="/cities/?network=eurocities&amp;country=IT&amp;on=2020"' in section(response, "members")


def test_every_member_of_a_large_network_can_be_reached(client):
    network = make.make_network()
    for _ in range(MEMBERS_SHOWN):
        make.make_membership(network=network)
    make.make_membership(network=network, organisation=make.make_organisation(name="Zzz Lab"))
    response = client.get(network.get_absolute_url(), {"on": "2020", "page": "x"})
    assert '<a href="?on=2020&amp;page=2#members" rel="next">' in section(response, "members")
    response = client.get(network.get_absolute_url(), {"on": "2020", "page": "2"})
    assert [fact[:7] for fact in facts(response, "members")] == ["Zzz Lab"]
    assert '<a href="?on=2020&amp;page=1#members" rel="prev">' in section(response, "members")
    assert 'rel="next"' not in section(response, "members")


def test_the_groups_of_a_network_are_shown_with_who_chairs_them_now(client):
    network = make.make_network()
    florence = make.make_city(name="Florence")
    mayor = make.make_person(name="Ada Mayor")
    committee = make.make_body(name="Executive Committee", kind="committee", network=network)
    make.make_role(body=committee, city=florence, person=mayor, post="chair", start="2021")
    make.make_role(
        body=committee, city=make.make_city(name="Bologna"), post="chair", start="1993", end="1999"
    )
    make.make_body(name="Old Forum", network=network, start="1990", end="2000")
    response = page(client, network)
    assert facts(response, "groups") == [
        "Executive Committee committee",
        "Florence Ada Mayor chair since 2021 no source given Former groups",
        "Old Forum forum 1990 – 2000",
    ]
    assert facts(response, "history") == ["Bologna chair Executive Committee 1993 – 1999 no source given"]


def test_who_leads_a_network_now_comes_before_who_did(client):
    network = make.make_network()
    make.make_role(network=network, city=make.make_city(name="Leipzig"), post="president", start="2024")
    make.make_role(
        network=network, city=make.make_city(name="Bologna"), post="president", start="1995", end="1996"
    )
    response = page(client, network)
    assert facts(response, "leads") == ["Leipzig president since 2024 no source given"]
    assert facts(response, "history") == ["Bologna president 1995 – 1996 no source given"]
    assert facts(page(client, network, on="1995"), "leads") == [
        "Bologna president 1995 – 1996 no source given"
    ]


def test_the_events_of_a_network_are_told_apart_as_next_and_past(client):
    network = make.make_network()
    make_event(networks=[network], name="Genoa", start="2019-04-03", end="2019-04-05")
    make_event(networks=[network], name="Later", start="2028")
    make_event(networks=[network], name="Soon", start="2027-01")
    make_event(networks=[network], name="Dateless")
    assert words(section(page(client, network), "events")).startswith(
        "Events Next Soon January 2027 Later 2028 Past Genoa 3 – 5 April 2019 Dateless date not known All events"
    )


def test_a_grant_is_shown_on_the_level_that_it_was_given_to(client):
    network = make.make_network()
    programme = make.make_programme(name="Pilot Cities", network=network)
    project = make.make_project(name="Let's GOv", slug="lets-gov", network=network, programme=programme)
    funder = make.make_organisation(name="European Commission")
    make.make_grant(programme=programme, amount=32_000_000, funder=funder)
    assert facts(page(client, network), "projects") == [
        "Pilot Cities programme no source given",
        "32,000,000 euro from European Commission no source given",
        "Let's GOv All projects of " + network.name,
    ]
    assert facts(page(client, project), "grants") == [
        "32,000,000 euro from European Commission given to the programme Pilot Cities, not to this project "
        "no source given"
    ]


def test_awards_are_shown_with_their_winners_and_without_any_too(client):
    network = make.make_network()
    make.make_award(name="Quiet Award", network=network)
    pact = make.make_award(name="Milan Pact Awards", network=network)
    edition = make.make_edition(award=pact, year=2019)
    make.make_winner(
        edition=edition, city=make.make_city(name="Ghent"), category="Governance", prize="First prize"
    )
    make.make_winner(edition=edition, city=make.make_city(name="Hush", **DRAFT))
    assert words(section(page(client, network), "awards")) == (
        "Awards Milan Pact Awards no source given Ghent Governance First prize 2019 no source given "
        "Quiet Award no source given"
    )


def test_no_draft_leaks_onto_the_page_of_a_network(client):
    network = make.make_network(
        seat=make.make_city(**secret()),
        host_organisation=make.make_organisation(**secret()),
        predecessor=make.make_network(**secret()),
        source=make.make_source(publisher="Secret", **DRAFT),
    )
    make.make_network(predecessor=network, **secret())
    make.make_membership(network=network, city=make.make_city(**secret()))
    make.make_membership(network=network, organisation=make.make_organisation(**secret()))
    joint = make.make_membership(network=network, city=make.make_city(**secret()))
    make.make_membership(network=network, city=make.make_city(name="Helmond"), joint_with=joint)
    make.make_role(network=network, city=make.make_city(**secret()))
    make.make_body(network=network, **secret())
    make_event(networks=[network], **secret())
    make.make_programme(network=network, **secret())
    shown = make.make_programme(network=network)
    make.make_grant(programme=shown, funder=make.make_organisation(**secret()))
    make.make_project(network=network, **secret())
    make.make_document(network=network, **secret())
    make.make_award(network=network, **secret())
    make.make_award(network=network, name="Prize", organisation=make.make_organisation(**secret()))
    network.topics.add(make.make_topic(**secret()))
    response = page(client, network)
    assert "Secret" not in response.content.decode()
    assert facts(response, "members") == ["Helmond Italy full member start not known no source given"]


def fill_network(network):
    """Give a network one more of everything that its page shows."""
    source, organisation = make.make_source(), make.make_organisation()
    make.make_network(predecessor=network)
    first = make.make_membership(network=network, source=source)
    make.make_membership(network=network, joint_with=first)
    make.make_membership(network=network, organisation=organisation, source=source)
    body = make.make_body(network=network, source=source)
    make.make_body(network=network, start="1990", end="1991", source=source)
    make.make_role(body=body, person=make.make_person(), city=make.make_city(), source=source)
    make.make_role(body=body, start="1990", end="1991", organisation=organisation)
    make.make_role(network=network, post="president", source=source)
    make.make_figure(network=network, source=source)
    make.make_figure(network=network, body=body, source=source)
    programme = make.make_programme(network=network, source=source)
    make.make_figure(network=network, programme=programme, source=source)
    make.make_grant(programme=programme, funder=organisation, source=source)
    make.make_project(network=network, programme=programme, source=source)
    make.make_document(network=network, source=source)
    make_event(networks=[network], start="2019")
    make_event(networks=[network], start="2028")
    award = make.make_award(network=network, organisation=organisation, source=source)
    make.make_winner(edition=make.make_edition(award=award), practice=make.make_practice(), source=source)
    network.topics.add(make.make_topic())


def test_the_page_of_a_network_costs_15_queries_however_much_is_on_it(client):
    network = make.make_network(
        seat=make.make_city(), predecessor=make.make_network(), source=make.make_source()
    )
    fill_network(network)
    assert count_queries(client, network) == 17
    fill_network(network)
    fill_network(network)
    assert count_queries(client, network) == 17


def test_a_network_opens_with_what_is_counted_beside_what_was_stated_last(client):
    network = make.make_network()
    for value, as_of in ((140, "2021"), (190, "2022-09-01"), (100, "")):
        make.make_figure(network=network, metric="member_cities", qualifier="over", value=value, as_of=as_of)
    for country in ("IT", "IT", "FR"):
        make.make_membership(network=network, city=make.make_city(country=country))
    make.make_body(network=network)
    make.make_role(network=network, city=make.make_city(name="Florence"), post="president")
    assert answers(page(client, network)) == {
        "Member cities": "3 | stated: more than 190 (1 September 2022)",
        "Countries": "2",
        "Groups": "1",
        "President": "Florence",
    }


def test_the_members_of_a_network_are_on_a_map_as_they_are_filtered_and_asked_for(client):
    network = make.make_network(slug="mufpp")
    make.make_membership(network=network, city=make.make_city(country="IT"), start="2015")
    html = section(client.get("/networks/mufpp/", {"country": "IT", "on": "2016"}), "members")
    assert 'data-list="/cities/?network=mufpp&amp;country=IT&amp;on=2016"' in html
    assert 'href="/cities.geojson?network=mufpp&amp;country=IT&amp;on=2016"' in html
