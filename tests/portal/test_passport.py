"""A city's passport: what it tells, of which day, with which sources."""

import datetime
import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from citynet.core.days import AskedDay
from citynet.core.models import State
from citynet.portal.passport import MOST_ROWS, passport_of
from events.models import Event
from networks.models import Body, DocumentParty, Role
from tests.events.make import make_event
from tests.networks import make

pytestmark = pytest.mark.django_db
ADDRESS = "/cities/porto/passport/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


@pytest.fixture
def porto():
    return make.make_city(name="Porto", slug="porto", country="PT")


def asked(on=""):
    return AskedDay(RequestFactory().get("/", {"on": on} if on else {}))


def told(city, on="", sections=None):
    """Give {section: [heading, or a row as one line]} of the passport."""
    passport = passport_of(city, asked(on), sections)
    return {section.key: list(lines(section)) for section in passport["sections"]}


def lines(section):
    for group in section.groups:
        if group.heading:
            yield f"-- {group.heading}"
        for row in group.rows:
            words = ", ".join(part.text for part in (row.what, *row.details))
            doubt = f" approx.: {row.doubt}" if row.doubt else ""
            yield f"{row.when} | {words} [{row.number}]{doubt}"
        if group.more:
            yield f"-- {group.more} more"


def text_of(client, query=""):
    """Give the text of the paper, without the site around it."""
    html = client.get(f"{ADDRESS}{query}").content.decode()
    paper = re.search(r'<article class="passport".*</article>', html, re.DOTALL)[0]
    paper = re.sub(r"</?(?:a|cite|span|strong)\b[^>]*>", "", paper)
    return " ".join(re.sub(r"<[^>]+>", " ", paper).split())


def make_life(city, number=""):
    """Give the city a fact of every kind, some of them over; the sources are A, and B of the roles."""
    a, b = (make.make_source(publisher=f"Source {name}") for name in "AB")
    harbours = make.make_network(name="Harbours", slug=f"harbours{number}", start="1980", source=a)
    rivers = make.make_network(name="Rivers", slug=f"rivers{number}", start="1980", seat=city, source=a)
    make.make_membership(network=harbours, city=city, start="1991", category="founder", source=a)
    make.make_membership(network=rivers, city=city, start="1990", end="1999", source=a)
    board = make.make_body(network=harbours, name="Board", kind=Body.Kind.BOARD)
    food = make.make_body(network=harbours, name="Food group", kind=Body.Kind.WORKING_GROUP)
    quays = make.make_body(network=harbours, name="Quays group", kind=Body.Kind.WORKING_GROUP)
    mayor = make.make_person(name="Ana Reis", slug=f"ana-reis{number}")
    role = {"city": city, "network": harbours, "source": b}
    make.make_role(post=Role.Post.PRESIDENT, start="1995-03", end="1996", person=mayor, **role)
    make.make_role(body=board, post=Role.Post.MEMBER, start="1995", **role)
    make.make_role(body=food, post=Role.Post.PARTICIPANT, start="2001", **role)
    make.make_role(body=quays, post=Role.Post.CHAIR, start="2005", is_acting=True, **role)
    make.make_role(body=food, post=Role.Post.CHAIR, start="1998", end="2000", **role)
    project = make.make_project(name="Clean quays", slug=f"clean-quays{number}", start="2010", end="2012")
    make.make_participation(project=project, city=city, part="lead", source=a)
    make.make_twinning(
        city_a=city, city_b=make.make_city(name=f"Bristol{number}", country="GB"), start="1984", source=a
    )
    practice = make.make_practice(name="Tram to the sea", city=city, year=2003, source=a)
    make.make_uptake(practice=practice, city=make.make_city(name=f"Vigo{number}"), year=2009, source=a)
    make.make_uptake(practice=make.make_practice(name="Night buses"), city=city, year=2015, source=a)
    award = make.make_award(name="Harbour prize", network=harbours)
    edition = make.make_edition(award=award, year=2019)
    make.make_winner(edition=edition, city=city, practice=practice, prize="Second prize", source=None)
    make_event(name="Quays 2016", cities=[city], start="2016-05-02", end="2016-05-04", source=a)
    make_event(name="Quays 2020", cities=[city], start="2020", status=Event.Status.CANCELLED, source=a)
    make_event(name="Quays 2027", cities=[city], start="2027-05", source=a)
    charter = make.make_document(name="Charter of quays", kind="pact", date="2004-06-01", source=a)
    DocumentParty.objects.create(document=charter, city=city)


def test_a_passport_tells_all_that_is_known_of_the_city(porto):
    make_life(porto)
    assert told(porto) == {
        "networks": [
            "-- Now",
            "since 1991 | Harbours, founder [1]",
            "-- Before",
            "1990 – 1999 | Rivers, full member [1]",
        ],
        "roles": [
            "-- Now",
            "since 1995 | Member, Board, Harbours [2]",
            " | Seat, Rivers [1]",
            "-- Before",
            "March 1995 – 1996 | President, Harbours, Ana Reis [2]",
        ],
        "groups": [
            "-- Now",
            "since 2005 | Quays group, Harbours, chair, acting [2]",
            "since 2001 | Food group, Harbours, participant [2]",
            "-- Before",
            "1998 – 2000 | Food group, Harbours, chair [2]",
        ],
        "projects": ["-- Before", "2010 – 2012 | Clean quays, lead partner [1]"],
        "twins": ["since 1984 | Bristol, United Kingdom [1]"],
        "practices": [
            "-- Its own",
            "2003 | Tram to the sea, taken up by Vigo (2009) [1]",
            "-- Taken up from others",
            "2015 | Night buses, taken up here [1]",
            "-- Awards",
            "2019 | Harbour prize, Second prize, Tram to the sea [None]",
        ],
        "events": [
            "-- Until now",
            "2020 | Quays 2020, cancelled [1]",
            "2 – 4 May 2016 | Quays 2016 [1]",
            "-- To come",
            "May 2027 | Quays 2027 [1]",
        ],
        "documents": ["1 June 2004 | Charter of quays, pact [1]"],
    }


def test_a_passport_of_another_day_tells_what_held_then_and_why_it_is_not_sure(porto):
    make_life(porto)
    assert told(porto, "1995-06-01") == {
        "networks": ["since 1991 | Harbours, founder [1]", "1990 – 1999 | Rivers, full member [1]"],
        "roles": [
            "March 1995 – 1996 | President, Harbours, Ana Reis [2]",
            "since 1995 | Member, Board, Harbours [2] approx.: its start is known only as 1995",
            " | Seat, Rivers [1]",
        ],
        "twins": ["since 1984 | Bristol, United Kingdom [1]"],
    }


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (
            "",
            "Porto is a member of 1 network, chairs 1 group, takes part in 1 more group and has 1 twin city.",
        ),
        ("1995-01-15", "Porto was a member of 2 networks and had 1 twin city."),
        ("1995-06", "Porto was a member of 2 networks, presided over 1 network and had 1 twin city."),
        (
            "1999-07",
            "Porto was a member of 2 networks (1 of them approx.), chaired 1 group and had 1 twin city.",
        ),
        ("1984-07", "Porto had 1 twin city (approx.)."),
        (
            "2011",
            "Porto was a member of 1 network, chaired 1 group, took part in 1 more group, worked on 1 project (approx.) and had 1 twin city.",
        ),
        ("1970", ""),
    ],
)
def test_a_sentence_counts_what_the_city_did_on_the_day(porto, on, sentence):
    make_life(porto)
    assert passport_of(porto, asked(on))["intro"] == sentence


def test_before_the_day_is_only_what_was_over_by_then(porto):
    young = make.make_network(start="2015")
    make.make_membership(network=young, city=porto, end="[..2020]")
    make.make_participation(project=make.make_project(network=young), city=porto)
    assert told(porto, "2010") == {}
    assert list(told(porto, "2021")) == ["networks", "projects"]


def test_a_start_that_nobody_knows_gives_way_to_the_year_of_the_last_confirmation(porto):
    for name, confirmed_on in (("A", None), ("B", datetime.date(2022, 9, 1))):
        make.make_membership(network=make.make_network(name=name), city=porto, confirmed_on=confirmed_on)
    rows = ["start not known | A, full member [None]", "confirmed in 2022 | B, full member [None]"]
    assert told(porto) == {"networks": rows}


def test_drafts_are_in_no_passport(porto):
    draft = {"state": State.DRAFT}
    hidden = make.make_network(name="Secret network", **draft)
    source = make.make_source(publisher="Secret source", **draft)
    make.make_membership(network=hidden, city=porto)
    make.make_membership(city=porto, network=make.make_network(name="Harbours"), source=source)
    make.make_role(city=porto, body=make.make_body(name="Secret group", **draft))
    make.make_twinning(city_a=porto, city_b=make.make_city(name="Secret city", **draft))
    make.make_participation(city=porto, project=make.make_project(**draft))
    practice = make.make_practice(city=porto, name="Tram")
    make.make_uptake(practice=practice, city=make.make_city(name="Secret taker", **draft))
    make.make_practice(city=porto, **draft)
    make_event(cities=[porto], **draft)
    DocumentParty.objects.create(document=make.make_document(**draft), city=porto)
    assert told(porto) == {
        "networks": ["start not known | Harbours, full member [None]"],
        "practices": ["year not known | Tram [None]"],
    }
    assert passport_of(porto, asked())["sources"] == []


def test_sections_are_chosen_each_with_sources_of_its_own(porto):
    make_life(porto)
    make.make_source(publisher="Never cited")
    passport = passport_of(porto, asked("1999-06"), ["roles", "documents"])
    # A chair of a group stands among the roles where groups are not shown, and what is empty says so.
    assert told(porto, "1999-06", ["roles", "documents"]) == {
        "roles": [
            "-- At that time",
            "1998 – 2000 | Chair, Food group, Harbours [1]",
            "since 1995 | Member, Board, Harbours [1]",
            " | Seat, Rivers [2]",
            "-- Before",
            "March 1995 – 1996 | President, Harbours, Ana Reis [1]",
        ],
        "documents": [],
    }
    assert [source.publisher for source in passport["sources"]] == ["Source B", "Source A"]
    assert passport["intro"] == "Porto chaired 1 group."
    assert passport["passport_link"] == f"{ADDRESS}?on=1999-06&section=roles&section=documents"


def test_the_page_says_of_when_it_is_and_prints_the_links_that_stay(client, porto):
    make_life(porto)
    text = text_of(client)
    assert "City passport As of 22 November 2026 Porto Portugal" in text
    assert "Sources Source A. Source B." in text
    assert "The city on that day http://testserver/cities/porto/?on=2026-11-22 " in text
    assert f"This passport http://testserver{ADDRESS}?on=2026-11-22 " in text
    assert "citynet Last updated on 22 November 2026 ." in text
    assert "What held at some time in the 1990s Porto" in text_of(client, "?on=199X")
    html = client.get(f"{ADDRESS}?on=1995").content.decode()
    assert '<link rel="canonical" href="http://testserver/cities/porto/passport/">' in html
    assert 'href="http://testserver/networks/harbours/?on=1995"' in html


def test_a_name_that_is_no_section_gets_a_sentence(client, porto):
    make_life(porto)
    response = client.get(f"{ADDRESS}?section=twins&section=%3Cb%3E&section=nonsense")
    html = response.content.decode()
    assert "There is no section “&lt;b&gt;” in a passport." in html
    assert "There is no section “nonsense” in a passport." in html
    assert [section.key for section in response.context["passport"]["sections"]] == ["twins"]
    assert re.findall(r'value="(\w+)"\s+checked', html) == ["twins"]
    everything = client.get(f"{ADDRESS}?section=nonsense").context["passport"]
    assert [section.key for section in everything["sections"]] == list(told(porto))


def test_an_unpublished_city_has_no_passport(client, porto):
    assert client.get(ADDRESS).status_code == 200
    porto.state = State.DRAFT
    porto.save()
    assert client.get(ADDRESS).status_code == 404


def test_of_a_city_of_which_nothing_is_known_the_passport_says_so(client, porto):
    assert text_of(client).startswith(
        "City passport As of 22 November 2026 Porto Portugal Nothing is recorded for this day. Numbers"
    )


def test_a_long_list_is_cut_and_says_how_much_is_left_out(client, porto):
    for _number in range(MOST_ROWS + 2):
        make.make_twinning(city_a=porto)
    assert told(porto)["twins"][-1] == "-- 2 more"
    assert "and 2 more: see http://testserver/cities/porto/?on=2026-11-22" in text_of(client)
    assert "has 42 twin cities" in text_of(client)


def test_three_rows_of_each_kind_take_as_many_statements_as_one(client, porto):
    counts = []
    for numbers in (("",), (2, 3)):
        for number in numbers:
            make_life(porto, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).status_code == 200
        counts.append(len(queries))
    assert counts == [15, 15]


def test_for_other_sites_the_sections_have_classes_of_their_own_and_whole_addresses(porto):
    make_life(porto)
    context = {"passport": passport_of(porto, asked()), "level": 4, "origin": "https://citynet.example"}
    html = render_to_string("portal/_passport_sections.html", context)
    names = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
    assert {name for name in names if not name.startswith("citynet-")} == set()
    assert set(re.findall(r"<(h\d)", html)) == {"h4", "h5"}
    assert {address.partition("citynet.example")[0] for address in re.findall(r'href="([^"]*)"', html)} == {
        "https://",
        *(f"#citynet-porto-source-{number}" for number in (1, 2)),
    }
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) and all(name.startswith("citynet-porto-") for name in ids)
    assert "style=" not in html and "<script" not in html and "<svg" not in html
