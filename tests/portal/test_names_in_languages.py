"""Every kind of page and file names records in its language: no English name where there is an Italian one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.content.make import make_news, make_page
from tests.events.make import make_event, make_host, make_series, make_session
from tests.networks.make import (
    make_award,
    make_body,
    make_city,
    make_document,
    make_edition,
    make_figure,
    make_grant,
    make_membership,
    make_network,
    make_participation,
    make_person,
    make_practice,
    make_programme,
    make_project,
    make_role,
    make_source,
    make_topic,
    make_twinning,
    make_uptake,
    make_winner,
)

from .make import make_client
from .pages import PAGES

pytestmark = pytest.mark.django_db

ENGLISH, ITALIAN = "Englishword", "Parolaitaliana"
FILES = [
    *(
        f"/{plural}.{form}"
        for plural in ("cities", "networks", "groups", "events")
        for form in ("csv", "json")
    ),
    *(
        f"/{plural}.csv"
        for plural in ("projects", "practices", "documents", "people", "memberships", "roles")
    ),
    "/cities.geojson?on=1995",
    "/events.geojson",
    "/events.ics",
    "/events.atom",
    "/news.csv",
    "/news.atom",
    "/groups.csv?on=1995",
    "/numbers.csv",
    "/contradictions.csv",
    "/changes.csv?from=1900",
    "/changes.atom?from=1900",
    "/compare/cities.csv?city=bologna&city=milan",
    "/compare/networks.csv?network=eurocities&network=c40",
    "/partners.csv?city=bologna&topic=food",
    "/networks/eurocities/timeline.csv",
    "/cities/milan/timeline.csv",
    "/sources/milan-page-on-networks.csv",
    "/cities/bologna.bib",
    "/events/c40-world-mayors-summit-copenhagen-2019.ics",
]
SHORT = [
    f"/search/suggest/?q={ENGLISH}",
    f"/cities/suggest/?q={ENGLISH}",
    f"/groups/suggest/?q={ENGLISH}",
    f"/events/suggest/?q={ENGLISH}",
    f"/search/?q={ITALIAN}",
    "/cities.map.json",
    "/events.map.json",
]
EXCEPTIONS = {
    # The title of an English frame is in English: the frame's language is an option.
    "/networks/eurocities/embed/?show=network_events",
}
WITHOUT_NAMES = set()
STAFF = [
    *(f"/admin/networks/{model}/" for model in ("city", "network", "body", "topic", "membership", "role")),
    "/admin/events/event/",
    "/admin/content/news/",
    f"/admin/autocomplete/?app_label=networks&model_name=role&field_name=city&term={ENGLISH}",
]


def twofold(slug):
    """Give a name, a summary and a text in English and in Italian, and the slug."""
    given = {"slug": slug}
    for text in ("name", "summary", "text"):
        given[text] = f"{ENGLISH} {slug} {text}"
        given[f"{text}_it"] = f"{ITALIAN} {slug} {text}"
    return given


@pytest.fixture
def demo():
    """A record and a fact of each kind, at the addresses of the demo's."""
    source = make_source(publisher="Milan", slug="milan-page-on-networks")
    food = make_topic(**twofold("food"))
    bologna, milan, turin, acharnes = (
        make_city(**twofold(slug), latitude=44 + n, longitude=11, population=1000 * n)
        for n, slug in enumerate(("bologna", "milan", "turin", "acharnes"))
    )
    eurocities, c40, mufpp, covenant = networks = [
        make_network(**twofold(slug), start="1986", seat=milan, source=source)
        for slug in ("eurocities", "c40", "mufpp", "covenant-of-mayors")
    ]
    forum = make_body(**twofold("eurocities-environment-forum"), network=eurocities, source=source)
    make_body(**twofold("below"), network=eurocities).parents.add(forum)
    person = make_person(name="Anna Lisa Boni", slug="anna-lisa-boni", city=bologna)
    programme = make_programme(name="Programme", network=eurocities)
    project = make_project(
        name="LETS GOV", slug="lets-gov", network=eurocities, programme=programme, start="2020"
    )
    practice = make_practice(name="Policy", slug="milan-food-policy", city=milan)
    practice.networks.set(networks)
    document = make_document(
        name="Pact", slug="milan-urban-food-policy-pact", network=mufpp, date="2015", source=source
    )
    document.parties.create(city=milan)
    for record in (forum, project, practice, document, *networks):
        record.topics.add(food)
    for network in networks:
        for city in (bologna, milan, turin):
            make_membership(network=network, city=city, start="1990", source=source)
    make_membership(network=eurocities, city=acharnes, joint_with=eurocities.memberships.first())
    for city in (bologna, milan):
        make_role(body=forum, city=city, start="1995", end="2014", source=source)
        make_role(network=eurocities, city=city, person=person, start="1995", source=source)
        make_participation(project=project, city=city)
    make_role(body=forum, person=person)
    make_twinning(city_a=bologna, city_b=milan, start="1960")
    make_twinning(city_a=milan, city_b=turin, start="1960")
    make_grant(project=project)
    make_uptake(practice=practice, city=bologna, year=2019)
    award = make_award(name="Prize", network=eurocities)
    make_winner(edition=make_edition(award=award), city=bologna, practice=practice)
    make_figure(network=eurocities, metric="member_cities", value=200, source=source, as_of="2019")
    series = make_series(**twofold("series"), network=eurocities, body=forum)
    event = make_event(
        [eurocities, c40],
        **twofold("c40-world-mayors-summit-copenhagen-2019"),
        series=series,
        body=forum,
        start="2019-04-09",
        end="2019-04-12",
        source=source,
    )
    event.topics.add(food)
    make_host(event=event, city=milan)
    later = make_event(
        [eurocities],
        **twofold("later"),
        super_event=event,
        start="2019-04-10",
        start_time="10:00",
        timezone="UTC",
    )
    make_host(event=later, city=milan)
    make_session(event=event)
    about = make_page(**twofold("about"), in_menu=True)
    make_page(**twofold("open-data"), parent=about, in_menu=True)
    make_news(
        networks,
        [bologna, milan],
        [forum],
        [event],
        [food],
        **twofold("mayors-meet-in-rio-de-janeiro"),
        date="2025-05-05",
    )
    return bologna


def in_italian(address):
    if address.startswith("/embed/"):
        return address if "language=" in address else f"{address}{'&' if '?' in address else '?'}language=it"
    return f"/it{address}"


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def found_in(text):
    return [text[max(0, at.start() - 90) : at.end() + 40] for at in re.finditer(ENGLISH, text)]


def test_no_page_or_file_in_italian_names_in_english_what_has_an_italian_name(client, demo):
    wrong, silent = {}, []
    staff = make_client("secretariat")
    for address in [*PAGES.values(), *FILES, *SHORT, *STAFF]:
        response = (staff if address in STAFF else client).get(in_italian(address))
        text = body_of(response).decode()
        text = text.replace(f"q={ENGLISH}", "").replace(f"«{ENGLISH}»", "")  # what was typed
        text = re.sub(r'"alternateName":\[[^]]*\]', "", text)  # what programs are told it is called elsewhere
        if address not in EXCEPTIONS and (found := found_in(text)):
            wrong[address] = found[:3]
        if response.status_code != 200 or ITALIAN not in text and address not in WITHOUT_NAMES:
            silent.append((response.status_code, address))
    assert (wrong, silent) == ({}, [])


def test_suggestions_cost_one_statement_more_in_another_language(client, demo):
    def statements(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    query = f"search/suggest/?q={ITALIAN}"
    assert statements(f"/it/{query}") == statements(f"/{query}") + 1
