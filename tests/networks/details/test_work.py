"""The pages of projects, practices and documents."""

import pytest

from networks.models import DocumentParty
from tests.events.make import make_event
from tests.networks import make
from tests.page import facts, glance, section

from .pages import DRAFT, actions, count_queries, page, secret

pytestmark = pytest.mark.django_db


def test_a_project_names_its_lead_first(client):
    project = make.make_project(
        name="Let's GOv",
        slug="lets-gov",
        programme=make.make_programme(name="Pilot Cities"),
        duration="two years",
    )
    make.make_participation(project=project, city=make.make_city(name="Bergamo"))
    make.make_participation(project=project, city=make.make_city(name="Bologna"), part="lead")
    make.make_participation(
        project=project, organisation=make.make_organisation(name="Ada Lab"), part="associated"
    )
    make.make_participation(project=project, city=make.make_city(name="Hush", **DRAFT))
    response = page(client, project)
    assert facts(response, "partners") == [
        "Bologna lead partner no source given",
        "Ada Lab associated partner no source given",
        "Bergamo partner no source given",
    ]
    assert glance(response) == {
        "Led by": "Bologna",
        "Lead and partners": "3",
        "Programme": "Pilot Cities",
        "Dates": "not known (two years)",
        "Who says so": "no source given",
    }


def test_no_draft_leaks_onto_the_page_of_a_project(client):
    programme = make.make_programme(**secret())
    project = make.make_project(
        programme=programme, network=make.make_network(**secret()), parent=make.make_project(**secret())
    )
    make.make_project(parent=project, **secret())
    make.make_grant(programme=programme, amount=32_000_000)
    make.make_document(project=project, **secret())
    response = page(client, project)
    assert "Secret" not in response.content.decode()
    assert facts(response, "grants") == []


def fill_project(project):
    source = make.make_source()
    make.make_participation(project=project, source=source)
    make.make_participation(project=project, organisation=make.make_organisation(), source=source)
    make.make_grant(project=project, funder=make.make_organisation(), source=source)
    make.make_grant(programme=project.programme, funder=make.make_organisation(), source=source)
    make.make_project(parent=project)
    make.make_document(project=project)
    project.topics.add(make.make_topic())


def test_the_page_of_a_project_costs_7_queries_however_much_is_on_it(client):
    programme = make.make_programme(parent=make.make_programme(), network=make.make_network())
    project = make.make_project(programme=programme, network=make.make_network(), parent=make.make_project())
    fill_project(project)
    assert count_queries(client, project) == 8
    fill_project(project)
    fill_project(project)
    assert count_queries(client, project) == 8


def test_a_practice_says_who_took_it_up_and_what_it_won(client):
    practice = make.make_practice(
        city=make.make_city(name="Bologna"), year=2014, results="400 pacts.\n\n<b>Many</b> more."
    )
    practice.networks.add(make.make_network(name="Eurocities"), make.make_network(**secret()))
    make.make_uptake(practice=practice, city=make.make_city(name="Milan"), year=2019)
    make.make_uptake(practice=practice, city=make.make_city(**secret()))
    edition = make.make_edition(award=make.make_award(name="Pact Awards"), year=2020)
    make.make_winner(edition=edition, practice=practice, category="Governance", prize="First prize")
    response = page(client, practice)
    assert facts(response, "uptakes") == ["Milan 2019 no source given"]
    assert facts(response, "awards") == ["Pact Awards Governance First prize 2020 no source given"]
    assert glance(response) == {
        "City": "Bologna, Italy",
        "Year": "2014",
        "Cities that took it up": "1",
        "Shared through": "Eurocities",
        "Who says so": "no source given",
    }
    assert "<p>400 pacts.</p>\n<p>&lt;b&gt;Many&lt;/b&gt; more.</p>" in section(response, "results")
    assert "Secret" not in response.content.decode()


def fill_practice(practice):
    source = make.make_source()
    make.make_uptake(practice=practice, source=source)
    make.make_winner(practice=practice, source=source)
    practice.networks.add(make.make_network())
    practice.topics.add(make.make_topic())


def test_the_page_of_a_practice_costs_6_queries_however_much_is_on_it(client):
    practice = make.make_practice(source=make.make_source())
    fill_practice(practice)
    assert count_queries(client, practice) == 7
    fill_practice(practice)
    fill_practice(practice)
    assert count_queries(client, practice) == 7


def test_a_document_kept_elsewhere_is_linked_with_format_and_size(client):
    document = make.make_document(
        kind="memorandum",
        date="2022-09-09",
        place="Rome",
        language="it",
        stated_format="PDF, 630.35 kB",
        url="https://www.mit.gov.it/memo.pdf",
    )
    DocumentParty.objects.create(document=document, city=make.make_city(name="Bologna"))
    DocumentParty.objects.create(document=document, city=make.make_city(name="Turin"))
    DocumentParty.objects.create(document=document, organisation=make.make_organisation(name="Ministry"))
    DocumentParty.objects.create(document=document, city=make.make_city(name="Hush", **DRAFT))
    response = page(client, document)
    assert "Open at mit.gov.it (PDF, 630 kB)" in actions(response)
    assert facts(response, "parties") == ["Bologna Italy", "Ministry", "Turin Italy"]
    assert glance(response) == {
        "Date": "9 September 2022",
        "Place": "Rome",
        "Language": "Italian",
        "Who says so": "no source given",
    }


def test_a_document_that_is_not_here_says_so(client):
    response = page(client, make.make_document(stated_format="PDF, 630.35 kB"))
    assert actions(response) == "The document itself is not kept here. Its publisher states: PDF, 630.35 kB."


def test_a_page_on_a_day_shows_no_document_that_was_signed_later(client):
    city = make.make_city()
    for name, date in (("Pact", "2015-10-15"), ("Framework", "1995"), ("Minutes", "")):
        DocumentParty.objects.create(document=make.make_document(name=name, date=date), city=city)
    assert [fact.split()[0] for fact in facts(page(client, city), "documents")] == [
        "Pact",
        "Framework",
        "Minutes",
    ]
    assert [fact.split()[0] for fact in facts(page(client, city, on="1995-06-01"), "documents")] == [
        "Framework",
        "Minutes",
    ]


def test_no_draft_leaks_onto_the_page_of_a_document(client):
    body = make.make_body(name="Secret", network=make.make_network(**secret()))
    document = make.make_document(
        network=make.make_network(**secret()), body=body, project=make.make_project(**secret())
    )
    DocumentParty.objects.create(document=document, organisation=make.make_organisation(**secret()))
    assert "Secret" not in page(client, document).content.decode()


def fill_document(document):
    DocumentParty.objects.create(document=document, city=make.make_city())
    DocumentParty.objects.create(document=document, organisation=make.make_organisation())
    document.events.add(make_event())
    document.topics.add(make.make_topic())


def test_the_page_of_a_document_costs_6_queries_however_much_is_on_it(client):
    body = make.make_body()
    document = make.make_document(body=body, network=body.network, project=make.make_project())
    fill_document(document)
    assert count_queries(client, document) == 7
    fill_document(document)
    fill_document(document)
    assert count_queries(client, document) == 7
