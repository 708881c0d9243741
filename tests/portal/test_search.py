"""The search page and its suggestions, as a visitor gets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from citynet.portal.search import page_of
from networks.models import CityAlias
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
    make_participation,
    make_person,
    make_practice,
    make_project,
    make_role,
    numbers,
)
from tests.page import words

pytestmark = pytest.mark.django_db


def facts(response):
    """Give what the page says of each hit: {title: fact}."""
    html = response.content.decode()
    found = re.findall(r"<h3>(.*?)</h3>\s*<p class=\"hit-fact\">(.*?)</p>", html, re.DOTALL)
    return {words(title.replace("mark>", "b>")): words(fact.replace("mark>", "b>")) for title, fact in found}


def make_everything(number=1):
    """Make one of every kind, all of which the word "genoa" finds; `number` of each."""
    for count in range(number):
        count = count if number == 1 else next(numbers)
        city = make_city(name=f"Genoa {count}", country="IT")
        network = make_network(name=f"Genoa Network {count}", acronym=f"GN{count}", seat=city)
        make_membership(city=city, network=network)
        body = make_body(name=f"Genoa Forum {count}", network=network)
        make_role(body=body, city=city)
        make_event(name=f"Genoa Meeting {count}", start="2019-04-03", cities=[city], networks=[network])
        project = make_project(name=f"Genoa Project {count}", network=network)
        make_participation(project=project, city=city, part="lead")
        make_practice(name=f"Genoa Practice {count}", city=city, year=2018)
        make_document(name=f"Genoa Report {count}", network=network, date="2020")
        person = make_person(name=f"Genoa Person {count}", city=city)
        make_role(person=person, network=network, post="president")


def test_each_kind_says_the_fact_that_matters(client):
    make_everything()
    assert facts(client.get("/search/?q=genoa")) == {
        "Genoa Network 0": "association · 1 member city",
        "Genoa 0": "Italy · member of 1 network",
        "Genoa Forum 0": "forum · GN0 · chaired by Genoa 0",
        "Genoa Meeting 0": "hosted by Genoa 0, 3 April 2019",
        "Genoa Project 0": "GN0 · led by Genoa 0",
        "Genoa Practice 0": "Genoa 0 · 2018",
        "Genoa Report 0": "report · 2020 · GN0",
        "Genoa Person 0": "president, GN0",
    }


def test_the_page_costs_the_same_statements_for_one_hit_of_each_kind_and_for_three(client):
    costs = []
    for _more in range(2):
        make_everything(2)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/search/?q=genoa").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 30


def test_results_stand_by_kind_with_their_numbers_and_lead_to_all_of_a_kind(client):
    city = make_city(name="Milan")
    for number in range(7):
        make_practice(name=f"Milan practice {number}", city=city)
    html = client.get("/search/?q=milan").content.decode()
    assert [words(h2) for h2 in re.findall(r'<h2 id="found-\w+">(.*?)</h2>', html, re.DOTALL)] == [
        "Cities 1",
        "Practices 7",
    ]
    assert html.count('class="hit"') == 6
    assert '<strong class="numbers">8 results</strong>' in html
    assert 'href="/search/?q=milan&amp;kind=practice">All 7 practices</a>' in html


def test_all_of_a_kind_come_in_pages(client):
    city = make_city(name="Milan")
    for number in range(27):
        make_practice(name=f"Milan practice {number:02}", city=city)
    first, second = (client.get(f"/search/?q=milan&kind=practice&page={page}") for page in (1, 2))
    assert (len(facts(first)), list(facts(second))) == (25, ["Milan practice 25", "Milan practice 26"])
    assert 'rel="next"' in first.content.decode()
    assert "Page 2 of 2" in second.content.decode()


@pytest.mark.parametrize(
    ("text", "page"), [("", 1), ("2", 2), ("9", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 50, 1)]
)
def test_a_page_that_is_not_there_is_the_nearest_one_or_the_first(text, page):
    assert page_of(text, 60) == (page, 3)


def test_a_city_says_the_name_by_which_it_was_found(client):
    CityAlias.objects.create(city=make_city(name="Florence"), name="Firenze")
    html = client.get("/search/?q=firen").content.decode()
    assert "Florence</a>" in html
    assert "<mark>Firen</mark>ze" in html
    assert "Firenze" not in client.get("/search/?q=florence").content.decode()


def test_a_typo_is_forgiven_and_said(client):
    make_city(name="Barcelona")
    html = client.get("/search/?q=barclona").content.decode()
    assert '<a href="/search/?q=Barcelona"><b>Barcelona</b></a>?' in html
    assert "<mark>Barcelona</mark></a>" in html


def test_what_was_typed_is_escaped(client):
    html = client.get("/search/", {"q": '<script>alert("1")</script>'}).content.decode()
    assert "<script>alert" not in html
    html = client.get("/search/suggest/", {"q": "<b>milan</b>"}).content.decode()
    assert "<b>" not in html


def test_markup_in_a_name_is_escaped(client):
    make_city(name="<i>Milan</i>")
    for path in ("/search/", "/search/suggest/"):
        assert "&lt;i&gt;<mark>Milan</mark>&lt;/i&gt;" in client.get(path, {"q": "milan"}).content.decode()


def test_an_empty_search_shows_examples_and_a_fruitless_one_helps(client):
    empty = words(client.get("/search/").content.decode())
    assert "A few words are enough, in any order." in empty
    assert "For example" in empty
    fruitless = words(client.get("/search/?q=xqzvjw").content.decode())
    assert "Nothing fits all of these words." in fruitless
    assert "Try fewer words" in fruitless


def test_the_page_is_not_for_search_engines_and_sets_no_cookie(client):
    response = client.get("/search/?q=milan")
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert response.cookies == {}


@pytest.mark.parametrize("query", ["kind=nonsense", "kind=city&page=x", "q=%27%22%28*"])
def test_nonsense_in_the_address_is_no_fault(client, query):
    assert client.get(f"/search/?{query}").status_code == 200
    assert client.get(f"/search/suggest/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["q=" + "a" * 9_000, "q=%00", "q=%ed%b3%bf"])
def test_what_no_search_can_be_is_refused_as_everywhere(client, query):
    assert client.get(f"/search/?{query}").status_code == 400


def test_what_is_hidden_is_neither_shown_nor_suggested(client):
    city = make_city(name="Milan")
    make_network(name="Milan Secret Pact", state=State.DRAFT)
    city.unpublish_at = city.created_at
    city.save()
    assert facts(client.get("/search/?q=milan")) == {}
    assert "option" not in client.get("/search/suggest/?q=milan").content.decode()


def test_suggestions_are_options_with_their_kind(client):
    make_network(name="Milan Urban Food Policy Pact", seat=make_city(name="Milan"))
    html = client.get("/search/suggest/?q=mila").content.decode()
    assert re.findall(r'role="option"\s+id="([\w-]+)"', html) == [
        "suggestion-1",
        "suggestion-2",
        "suggestion-all",
    ]
    shown = [words(a.replace("mark>", "b>")) for a in re.findall(r"<a [^>]*>(.*?)</a>", html, re.DOTALL)]
    assert shown == ["Milan Urban Food Policy Pact network", "Milan city", "All 2 results for “mila”"]
    assert 'data-said="2 suggestions"' in html
    assert 'href="/search/?q=mila"' in html


def test_suggestions_begin_as_the_language_calls_them(client):
    """What begins so in the reader's language stands before what only another language calls so."""
    milan, munich = {"local_name": "Milano"}, {"local_name": "München"}
    make_city(name="Milan", name_it="Milano", name_de="Mailand", population=1_400_000, **milan)
    make_city(name="Maidstone", population=110_000)
    make_city(name="Munich", name_it="Monaco di Baviera", population=1_500_000, **munich)
    make_city(name="Monaco", population=39_000)

    def suggested(address):
        html = client.get(address).content.decode()
        names = re.findall(r'"suggestion-name">(.*?)</span>', html)
        return [words(name.replace("mark>", "b>")) for name in names][:-1]

    assert suggested("/search/suggest/?q=mai") == ["Maidstone", "Milan"]
    assert suggested("/de/search/suggest/?q=mai") == ["Mailand", "Maidstone"]
    assert suggested("/it/search/suggest/?q=monaco+di") == ["Monaco di Baviera", "Monaco"]
    assert suggested("/it/search/suggest/?q=monac") == ["Monaco di Baviera", "Monaco"]
    assert suggested("/search/suggest/?q=monac") == ["Monaco", "Munich"]
    assert list(facts(client.get("/de/search/?q=mai"))) == ["Mailand", "Maidstone"]


def test_a_name_in_another_language_than_the_page_is_marked(client):
    """But for the proper names of cities: nobody says Ghent in another language where nothing else is known."""
    make_network(name="Gentle Cities", name_it="Città gentili")
    make_network(name="Gentle Towns")
    make_city(name="Gent")

    def marked(address):
        html = client.get(address).content.decode()
        return {
            words(name.replace("mark>", "b>")) for name in re.findall(r'lang="en">(.*?)</(?:a|span)>', html)
        }

    for address in ("/it/search/suggest/?q=gent", "/it/search/?q=gent", "/it/"):
        assert "Gentle Towns" in marked(address)
        assert not {"Città gentili", "Gent"} & marked(address)
    assert "Gentle Towns" not in marked("/search/?q=gent")


def test_one_letter_has_no_suggestions(client):
    make_city(name="Milan")
    assert 'role="option"' not in client.get("/search/suggest/?q=m").content.decode()


@pytest.mark.parametrize(("language", "statements"), [("", 2), ("/it", 3)])
def test_suggestions_cost_two_statements_and_one_for_names_in_another_language(client, language, statements):
    make_everything(3)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{language}/search/suggest/?q=genoa")
    assert len(queries) == statements


def test_every_page_has_the_search_which_works_without_a_script(client):
    html = client.get("/networks/").content.decode()
    form = re.search(r'<form class="search".*?</form>', html, re.DOTALL)[0]
    assert 'action="/search/"' in form
    assert 'name="q"' in form
    assert 'method="get"' in form


def test_a_search_is_cited_with_its_words_on_its_day(client):
    page = client.get("/search/?q=R%26D&on=1995").content.decode()
    assert "http://testserver/search/?q=R%26D&amp;on=1995" in page.partition('<details class="cite')[2]
    assert '<details class="cite' not in client.get("/search/").content.decode()
