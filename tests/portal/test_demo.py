"""What must be true once the demo is loaded."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from citynet.core.models import Record
from citynet.portal.facts.tables import TABLES
from citynet.portal.management.commands.load_demo import DEMO
from events.models import Event, Session
from networks.models import (
    Body,
    BodyParent,
    City,
    Document,
    Figure,
    Grant,
    Membership,
    Network,
    Participation,
    Practice,
    Project,
    Role,
    Source,
    Sourced,
    Twinning,
)

from .demo import loaded  # noqa: F401

ITALIAN = ["Bergamo", "Bologna", "Florence", "Milan", "Padua", "Parma", "Prato", "Rome", "Turin"]


@pytest.fixture(autouse=True)
def demo(loaded, db):  # noqa: F811
    return loaded


def roles(**kwargs):
    """The roles as (body or "", post, start, end)."""
    rows = Role.objects.filter(**kwargs).order_by("start", "body__name", "post")
    return [(row.body.name if row.body else "", row.post, row.start, row.end) for row in rows]


def names(queryset):
    return sorted(queryset.values_list("city__name", flat=True))


def figures(network, metric):
    rows = Figure.objects.filter(network__slug=network, metric=metric)
    return sorted((row.qualifier, row.value, row.as_of, row.source.slug) for row in rows)


def test_eurocities_was_founded_in_1986_by_six_cities():
    eurocities = Network.objects.get(slug="eurocities")
    assert (eurocities.start, eurocities.seat.name) == ("1986", "Brussels")
    founders = Membership.objects.filter(network=eurocities, category="founder", start="1986")
    assert names(founders) == ["Barcelona", "Birmingham", "Frankfurt am Main", "Lyon", "Milan", "Rotterdam"]


def test_eurocities_has_six_forums():
    forums = Body.objects.filter(network__slug="eurocities", kind="forum")
    assert sorted(forums.values_list("name", flat=True)) == [
        "Culture Forum",
        "Economic Development Forum",
        "Environment Forum",
        "Knowledge Society Forum",
        "Mobility Forum",
        "Social Affairs Forum",
    ]


def test_florence_chairs_the_executive_committee_last_confirmed_on_27_september_2021():
    chair = Role.objects.get(body__slug="eurocities-executive-committee", post="chair")
    assert (chair.city.name, chair.confirmed_on, chair.end) == ("Florence", datetime.date(2021, 9, 27), "")
    assert chair.source.publisher == "Comune di Bologna"


def test_eurocities_secretary_general_is_a_person_in_office():
    role = Role.objects.get(post="secretary_general")
    assert (role.person.name, role.network.slug, role.confirmed_on) == (
        "Anna Lisa Boni",
        "eurocities",
        datetime.date(2021, 9, 27),
    )


@pytest.mark.parametrize(
    ("slug", "series", "host", "start", "end"),
    [
        (
            "eurocities-environment-forum-genoa-2019",
            "eurocities-environment-forum-meetings",
            "Genoa",
            "2019-04-03",
            "2019-04-05",
        ),
        ("eurocities-2019-prague", "eurocities-annual-conference", "Prague", "2019-11-20", "2019-11-22"),
        ("eurocities-2021-leipzig", "eurocities-annual-conference", "Leipzig", "2021-11-03", "2021-11-05"),
    ],
)
def test_meetings_of_eurocities_have_their_city_and_days(slug, series, host, start, end):
    event = Event.objects.get(slug=slug)
    assert (event.series.slug, event.start, event.end) == (series, start, end)
    assert [city.name for city in event.cities.all()] == [host]
    assert [network.slug for network in event.networks.all()] == ["eurocities"]


def test_the_forum_meeting_in_genoa_has_its_group_themes_and_sessions():
    event = Event.objects.get(slug="eurocities-environment-forum-genoa-2019")
    assert event.body.slug == "eurocities-environment-forum"
    assert len(event.theme_list()) == 2
    sessions = Session.objects.filter(event=event).values_list("kind", "title")
    assert list(sessions) == [
        ("deep_dive", "Risk assessment, community resilience and stakeholder partnerships"),
        ("other", "Cultural and natural heritage in resilience strategies"),
    ]


def test_the_general_meeting_of_2016_is_part_of_the_conference_in_milan():
    meeting = Event.objects.get(slug="eurocities-annual-general-meeting-2016")
    assert (meeting.kind, meeting.super_event.slug) == ("assembly", "eurocities-2016-milan")


def test_the_conference_of_2015_has_two_hosts_in_the_order_named():
    event = Event.objects.get(slug="eurocities-2015-copenhagen-malmo")
    assert [host.city.name for host in event.hosts.all()] == ["Copenhagen", "Malmö"]


def test_contradicting_statements_stand_side_by_side_with_their_sources():
    assert figures("eurocities", "member_cities") == [
        ("over", 140, "", "genoa-page-on-eurocities"),
        ("over", 140, "2021-09-27", "bologna-page-on-eurocities"),
        ("over", 190, "2022-09-01", "milan-page-on-networks"),
    ]
    assert figures("eurocities", "countries") == [
        ("exactly", 35, "2021-09-27", "bologna-page-on-eurocities"),
        ("exactly", 39, "", "genoa-page-on-eurocities"),
        ("over", 39, "2022-09-01", "milan-page-on-networks"),
    ]


def test_bologna_in_eurocities():
    membership = Membership.objects.get(city__slug="bologna", network__slug="eurocities")
    assert (membership.start, membership.end, membership.category) == ("1991", "", "full")
    assert roles(city__slug="bologna") == [
        ("Executive Committee", "member", "1993", "1999"),
        ("", "president", "1995", "1996"),
        ("Knowledge Society Forum", "lead", "2007", "2008"),
        ("Culture Forum", "chair", "2013", "2014"),
    ]


@pytest.mark.parametrize(
    ("day", "posts"),
    [
        ("1994-12-31", ["member"]),
        ("1995-01-01", ["member", "president"]),
        ("1995-06-01", ["member", "president"]),
        ("1996-12-31", ["member", "president"]),
        ("1997-01-01", ["member"]),
        ("2000-01-01", []),
        ("2008-12-31", ["lead"]),
        ("2014-06-01", ["chair"]),
        ("2014-12-31", ["chair"]),
        ("2015-01-01", []),
    ],
)
def test_the_posts_of_bologna_on_a_day(day, posts):
    held = Role.objects.filter(city__slug="bologna").on(day)
    assert sorted(held.values_list("post", flat=True)) == posts


def test_bologna_is_twinned_with_leipzig_since_1962():
    twinning = Twinning.objects.of(City.objects.get(slug="bologna")).get(start="1962")
    assert twinning.other(City.objects.get(slug="bologna")).name == "Leipzig"
    assert twinning.source.slug == "bologna-page-on-eurocities"


def test_lets_gov_is_led_by_bologna_with_eight_partner_cities():
    parts = Participation.objects.filter(project__slug="lets-gov")
    assert names(parts.filter(part="lead")) == ["Bologna"]
    assert names(parts.filter(part="partner")) == [name for name in ITALIAN if name != "Bologna"]
    assert not Network.objects.filter(name__icontains="Let's GOv").exists()


def test_milan_is_in_every_network_and_pact_that_its_page_names():
    memberships = Membership.objects.filter(city__slug="milan").values_list(
        "network__slug", "category", "start"
    )
    assert sorted(memberships) == [
        ("100-resilient-cities", "full", "2014-12"),
        ("c40", "full", "2009-09"),
        ("circular-economy-100", "affiliated", ""),
        ("cities-coalition-for-digital-rights", "full", "2019"),
        ("efus", "full", ""),
        ("eu-cities-mission", "selected", "2022-04-28"),
        ("eurocities", "founder", "1986"),
        ("global-covenant-of-mayors", "affiliated", ""),
        ("mayors-dialogue", "founder", "2019-07"),
        ("mayors-migration-council", "founder", ""),
        ("mufpp", "signatory", "2015"),
        ("oecd-champion-mayors", "full", ""),
        ("pace-in-comune", "full", ""),
        ("resilient-cities-network", "full", ""),
        ("urban-agenda-air-quality", "partner", ""),
        ("urban-agenda-migrants-and-refugees", "partner", ""),
        ("wccf", "full", ""),
    ]


def test_milan_holds_every_post_that_its_page_names():
    assert [role[:3] for role in roles(city__slug="milan")] == [
        ("Children and Youth Working Group", "co_chair", ""),
        ("Education Working Group", "participant", ""),
        ("Environment Forum", "participant", ""),
        ("Executive Committee", "member", ""),
        ("Food Systems Network", "host", ""),
        ("Food Working Group", "chair", ""),
        ("Housing Working Group", "participant", ""),
        ("Inclusive Climate Action", "host", ""),
        ("Knowledge Society Forum", "participant", ""),
        ("Migration and Integration Working Group", "participant", ""),
        ("Mobility Forum", "participant", ""),
        ("Social Affairs Forum", "participant", ""),
        ("Steering Committee", "steering", ""),
        ("Steering Committee", "steering", ""),
        ("", "initiator", "2019-07"),
        ("Mayors' Task Force for a Green and Fair Recovery", "chair", "2020"),
    ]
    seats = Role.objects.filter(city__slug="milan", post="steering").values_list("network__slug", flat=True)
    assert sorted(seats) == ["c40", "mayors-migration-council"]


def test_children_and_youth_sits_under_the_social_affairs_forum():
    link = BodyParent.objects.get()
    assert (link.body.slug, link.parent.slug) == (
        "eurocities-children-and-youth-working-group",
        "eurocities-social-affairs-forum",
    )


def test_milan_shares_three_practices_through_c40_and_is_a_partner_of_efus_project():
    assert sorted(
        Practice.objects.filter(city__slug="milan", networks__slug="c40").values_list("slug", flat=True)
    ) == [
        "milan-food-policy",
        "milan-mobility",
        "milan-separate-waste-collection",
    ]
    project = Participation.objects.get(
        city__slug="milan", part="partner", project__slug="european-impulse"
    ).project
    assert (project.network.slug, project.programme.slug) == ("efus", "prevention-of-and-fight-against-crime")


def test_the_mayors_dialogue_was_launched_by_two_cities_in_july_2019():
    rows = Role.objects.filter(network__slug="mayors-dialogue", post="initiator").order_by("city__name")
    assert [(str(row.holder), row.start) for row in rows] == [
        ("Yvonne Aki-Sawyerr (Freetown)", "2019-07"),
        ("Milan", "2019-07"),
    ]


def test_pace_in_comune_was_born_in_the_nineties():
    network = Network.objects.get(slug="pace-in-comune")
    assert (network.kind, network.start, network.start.words()) == ("coordination", "199X", "1990s")
    assert figures("pace-in-comune", "municipalities")[0][1] == 32
    assert figures("pace-in-comune", "associations")[0][1] == 6


def test_the_conference_of_major_cities_of_europe_in_2021():
    assert Network.objects.get(slug="major-cities-of-europe").start == "1982"
    event = Event.objects.get(slug="major-cities-of-europe-annual-conference-2021")
    assert (event.start, event.end, event.mode, event.is_free) == ("2021-10-13", "2021-10-15", "online", True)
    assert event.theme_list() == [
        "Digital Transformation",
        "New Leadership Model and Digital Skills",
        "Green Sustainable Transformation",
        "Green Skills Revolution",
        "Redesigning work and life balance",
        "Digital Ethics",
        "Cybersecurity",
    ]
    assert sorted(event.languages.values_list("use", "language")) == [
        ("interpretation", "el"),
        ("working", "en"),
    ]


def test_major_cities_of_europe_has_past_hosts_without_dates_and_larissa_2022():
    events = Event.objects.filter(series__slug="mce-annual-conference")
    undated = events.filter(start="")
    assert sorted(undated.values_list("cities__name", flat=True)) == [
        "Berlin",
        "Florence",
        "Hamburg",
        "Ljubljana",
        "Prato",
        "Vienna",
        "Zagreb",
        "Zurich",
    ]
    assert undated.past().count() == 8
    larissa = events.get(cities__name="Larissa")
    assert (larissa.start, larissa.mode) == ("2022", "in_person")


def test_the_cities_mission_has_112_participations_of_113_cities():
    memberships = Membership.objects.filter(network__slug="eu-cities-mission", category="selected")
    assert memberships.count() == 113
    assert memberships.participations().count() == 112
    helmond = memberships.get(joint_with__isnull=False)
    assert (helmond.city.name, helmond.joint_with.city.name) == ("Helmond", "Eindhoven")
    assert names(memberships.filter(city__country="IT")) == ITALIAN


def test_the_memorandum_was_signed_by_the_ministry_and_nine_cities():
    document = Document.objects.get(slug="memorandum-nine-italian-mission-cities")
    assert (document.date, document.format_label) == ("2022-09-09", "PDF, 630\N{NO-BREAK SPACE}kB")
    assert names(document.parties.filter(organisation=None)) == ITALIAN
    assert document.parties.get(city=None).organisation.acronym == "MIMS"


def test_the_grant_belongs_to_the_pilot_cities_programme_and_not_to_lets_gov():
    grant = Grant.objects.get()
    assert (grant.amount, grant.currency, grant.project) == (32_000_000, "EUR", None)
    assert (grant.programme.slug, grant.programme.parent.slug, grant.programme.duration) == (
        "netzerocities-pilot-cities",
        "horizon-2020",
        "two years",
    )
    assert Project.objects.get(slug="lets-gov").programme == grant.programme


def test_the_food_pact_was_signed_and_delivered_and_has_signatories_and_awards():
    pact = Document.objects.get(slug="milan-urban-food-policy-pact")
    assert (pact.date, pact.place, pact.network.slug) == ("2015-10-15", "Palazzo Reale, Milan", "mufpp")
    assert Event.objects.get(slug="delivery-of-the-milan-urban-food-policy-pact").start == "2015-10-16"
    signatories = Membership.objects.filter(network__slug="mufpp", category="signatory")
    assert signatories.count() == 269
    assert not signatories.filter(start="").exists()
    award = pact.network.awards.get()
    assert (award.name, award.organisation.name) == ("Milan Pact Awards", "Cariplo Foundation")


def test_a_hundred_resilient_cities_ended_in_july_2019_and_went_on_as_another_network():
    old = Network.objects.get(slug="100-resilient-cities")
    assert (old.end, old.successors.get().slug) == ("2019-07", "resilient-cities-network")
    assert set(old.memberships.values_list("end", flat=True)) == {"2019-07"}


def test_former_members_have_ended_on_an_unknown_day():
    former = Membership.objects.filter(network__slug="wccf").exclude(end="")
    assert sorted(former.values_list("city__name", "end")) == [
        ("Johannesburg", "[..2025]"),
        ("Moscow", "[..2025]"),
        ("Shanghai", "[..2025]"),
    ]
    assert not any(membership.is_current for membership in former)


def test_a_city_of_a_two_letter_code_outside_iso_3166_is_kept():
    assert City.objects.get(slug="pristina").country.name == "Kosovo"


def test_the_demo_has_as_many_rows_as_its_readme_says_it_takes_over():
    counts = {
        Network: 44,
        City: 644,
        Event: 158,
        Membership: 707,
        Twinning: 1305,
        Role: 53,
        Figure: 32,
    }
    assert {model: model.objects.count() for model in counts} == counts


def test_every_record_is_published_and_has_one_history_row():
    models = [table.model for table in TABLES.values() if issubclass(table.model, Record)]
    for model in models:
        assert model.objects.published().count() == model.objects.count(), model
        reasons = model.history.values_list("history_change_reason", "history_type")
        assert list(reasons) == [("load_facts", "+")] * model.objects.count(), model


def test_every_fact_names_its_source_and_quotes_nothing():
    for model in [table.model for table in TABLES.values() if issubclass(table.model, Sourced)]:
        assert not model.objects.filter(source=None).exists(), model
        assert not model.objects.exclude(quote="").exists(), model


def test_sources_are_credited_with_their_licence():
    licences = dict(Source.objects.exclude(licence="").values_list("slug", "licence"))
    assert licences["geonames"] == "CC BY 4.0"
    assert licences["wikidata-twinned-cities-2016"] == "CC0"
    assert licences["wikipedia-world-cities-culture-forum"] == "CC BY-SA"
    assert not Source.objects.filter(publisher__icontains="ETMUN").exists()


def test_every_event_of_a_group_is_of_the_groups_network():
    assert not Event.objects.exclude(body=None).exclude(networks=F("body__network")).exists()


def test_a_second_load_changes_nothing_and_says_so(demo, django_assert_max_num_queries):
    out = StringIO()
    histories = Membership.history.count(), Event.history.count()
    with django_assert_max_num_queries(150):
        call_command("load_facts", DEMO, stdout=out)
    assert out.getvalue() == f"Nothing changed: {demo.rows:,} rows in 28 files are as they were.\n"
    assert (Membership.history.count(), Event.history.count()) == histories


def test_the_readme_documents_every_file_and_column():
    readme = (DEMO / "README.md").read_text()
    for table in TABLES.values():
        line = next(line for line in readme.splitlines() if line.startswith(f"| {table.file} |"))
        for name in [*table.key.split(), *table.more.split()]:  # its translations are described once for all
            column = table.columns[name]
            assert column.name in line, (table.file, column.name)
            assert column.name in [word.strip("*\\,|") for word in line.split()], (table.file, column.name)
