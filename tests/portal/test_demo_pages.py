"""What a citizen must be able to read once the demo is loaded: the facts of the city halls' own pages."""

import csv
import io

import pytest
from django.utils.translation.trans_real import DjangoTranslation

from tests.page import section, words

from .demo import loaded  # noqa: F401


@pytest.fixture(autouse=True)
def demo(loaded, db):  # noqa: F811
    return loaded


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


def rows(client, address):
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("address", "sentences"),
    [
        (
            "/networks/eurocities/",
            [
                "Founded 1986",
                "Barcelona Spain founder since 1986",
                "more than 190 1 September 2022",
                "more than 140 27 September 2021",
                "35 27 September 2021",
                "more than 39 1 September 2022",
                "Forums counted here: 6",
                "Executive Committee committee Florence chair start not known",
                "last confirmed on 27 September 2021",
            ],
        ),
        (
            "/groups/eurocities-executive-committee/",
            ["Florence chair start not known", "last confirmed on 27 September 2021"],
        ),
        (
            "/cities/bologna/",
            [
                "Eurocities full member since 1991",
                "president Eurocities 1995 – 1996",
                "member Executive Committee Eurocities 1993 – 1999",
                "lead Knowledge Society Forum Eurocities 2007 – 2008",
                "chair Culture Forum Eurocities 2013 – 2014",
                "Leipzig Germany since 1962",
                "Let's GOv - GOverning the Transition through Pilot Actions lead partner",
            ],
        ),
        (
            "/cities/milan/",
            [
                "C40 Cities Climate Leadership Group full member since September 2009",
                "steering committee member Steering Committee C40",
                "chair Food Working Group Eurocities",
                "co-chair Children and Youth Working Group Eurocities",
            ],
        ),
        (
            "/networks/eu-cities-mission/",
            ["Member cities counted here: 112", "Memorandum of Understanding", "32,000,000 euro"],
        ),
        (
            "/networks/mufpp/",
            ["15 October 2015", "Milan Pact Awards", "Signing of the Milan Urban Food Policy Pact"],
        ),
        ("/networks/major-cities-of-europe/", ["Founded 1982", "annual conference 2022 2022"]),
        ("/about/data/", ["Creative Commons Attribution 4.0", "100resilientcities.org: Report"]),
    ],
)
def test_a_page_says_what_the_facts_say(client, address, sentences):
    text = read(client, address)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_lets_gov_has_partners_and_no_grant_of_its_own(client):
    text = read(client, "/projects/lets-gov/")
    partners = ("Bergamo", "Florence", "Milan", "Padua", "Parma", "Prato", "Rome", "Turin")
    assert [city for city in partners if f"{city} partner" not in text] == []
    assert "Bologna lead partner" in text
    assert "given to the programme NetZeroCities Pilot Cities programme, not to this project" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("city=genoa&network=eurocities&from=2019", [("2019-04-03", "2019-04-05")]),
        ("city=prague&network=eurocities&from=2019", [("2019-11-20", "2019-11-22")]),
        ("city=leipzig&network=eurocities&from=2021", [("2021-11-03", "2021-11-05")]),
        ("network=major-cities-of-europe&from=2021&to=2021", [("2021-10-13", "2021-10-15")]),
        ("network=major-cities-of-europe&from=2022&to=2022", [("2022", "")]),
    ],
)
def test_the_list_of_events_finds_the_meetings(client, query, found):
    assert [(row["start"], row["end"]) for row in rows(client, f"/events.csv?{query}")] == found


@pytest.mark.parametrize(
    ("day", "networks", "posts"),
    [
        ("1990-06-01", "", []),
        ("1995-06-01", "eurocities", ["president Eurocities", "member Executive Committee"]),
        ("2014-06-01", "eurocities", ["chair Culture Forum"]),
    ],
)
def test_bologna_on_a_day_is_the_same_on_the_page_and_in_the_file(client, day, networks, posts):
    response = client.get(f"/cities/bologna/?on={day}")
    text = words(response.content.decode())
    named = (
        "president Eurocities",
        "member Executive Committee",
        "lead Knowledge",
        "chair Culture Forum",
    )
    now = words(section(response, "roles"))
    assert [post for post in named if post in now] == posts
    assert "Let's GOv" not in text
    (row,) = rows(client, f"/cities.csv?q=bologna&on={day}")
    assert (row["on"], row["networks"]) == (day, networks)


def test_the_nine_italian_cities_of_the_mission_can_be_listed(client):
    cities = rows(client, "/cities.csv?network=eu-cities-mission&country=IT")
    names = ["Bergamo", "Bologna", "Florence", "Milan", "Padua", "Parma", "Prato", "Rome", "Turin"]
    assert [row["name"] for row in cities] == names
    assert "PDF, 630 kB" in read(client, "/cities/bologna/")


@pytest.mark.parametrize(("typed", "city"), [("Frankfurt", "frankfurt-am-main"), ("Tshwane", "pretoria")])
def test_a_city_is_found_by_the_name_that_the_networks_use(client, typed, city):
    assert [row["slug"] for row in rows(client, f"/cities.csv?q={typed}")] == [city]


def test_bologna_is_embedded_in_italian_without_a_word_of_english(client, monkeypatch):
    """Whatever is looked up while the pages are made has an Italian translation, Django's own texts included."""
    missing = set()

    def noting(find):
        def found(self, text, *more):
            result = find(self, text, *more)
            if (
                self.language() == "it"
                and text
                and text not in self._catalog
                and (text, 0) not in self._catalog
            ):
                missing.add(text)
            return result

        return found

    for name in ("gettext", "ngettext"):
        monkeypatch.setattr(DjangoTranslation, name, noting(getattr(DjangoTranslation, name)))
    bad = "&theme=pink&accent=pink&section=pink&rows=0"
    text = ""
    for address in (
        "/embed/cities/bologna/?language=it",
        "/embed/cities/milan.html?language=it",
        "/embed/cities/bologna/?language=it&on=1995",
        "/embed/cities/bologna/events/?language=it" + bad,
        "/embed/networks/eurocities/members/?language=it&rows=500&on=1995-06-01",
        "/embed/networks/eurocities/events.html?language=it&on=never" + bad,
        "/embed/cities/nowhere/?language=it",
    ):
        text += words(client.get(address).content.decode())
    assert missing == set()
    for sentence in (
        "Bologna nelle reti di città",
        "Eurocities , membro effettivo [2] dal 1991",
        "Lipsia , Germania [2] dal 1962",
        "A questo indirizzo non c'è nulla",
    ):
        assert sentence in text
