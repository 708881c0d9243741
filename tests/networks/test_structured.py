"""Pages of networks, cities and what they do say so in the words of schema.org."""

import pytest

from citynet.core.models import State
from networks.models import Role
from tests.page import structured

from .make import (
    make_body,
    make_city,
    make_document,
    make_grant,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_person,
    make_practice,
    make_project,
    make_role,
    make_topic,
)

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def described(client, record, query=""):
    """Give the thing of a record's page, after a look at the way to it."""
    main, crumbs = structured(client.get(record.get_absolute_url() + query))
    assert crumbs["@type"] == "BreadcrumbList"
    assert crumbs["itemListElement"][-1]["item"] == HOST + record.get_absolute_url()
    return main


def test_a_network_says_since_when_until_when_and_who_belongs_to_it(client):
    seat = make_city(name="Brussels", slug="brussels", country="BE")
    network = make_network(
        name="Eurocities",
        slug="eurocities",
        acronym="EC",
        summary="Large cities",
        website="https://eurocities.eu/",
        start="1986-09",
        end="2019",
        seat=seat,
    )
    make_membership(network=network, city=make_city(name="Ulm", slug="ulm"))
    make_membership(network=network, organisation=make_organisation(name="A university"))
    make_membership(network=network, city=make_city(name="Secret", state=State.DRAFT))
    network.topics.add(make_topic(name="Food"), make_topic(name="Air"))
    assert described(client, network) == {
        "@type": "Organization",
        "name": "Eurocities",
        "alternateName": ["EC"],
        "description": "Large cities",
        "url": f"{HOST}/networks/eurocities/",
        "sameAs": ["https://eurocities.eu/"],
        "foundingDate": "1986-09",
        "dissolutionDate": "2019",
        "location": {
            "@type": "City",
            "name": "Brussels",
            "url": f"{HOST}/cities/brussels/",
            "address": {"@type": "PostalAddress", "addressLocality": "Brussels", "addressCountry": "BE"},
        },
        "keywords": "Air, Food",
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/JoinAction",
            "userInteractionCount": 0,
        },
    }


def test_the_members_of_a_network_are_those_of_today(client):
    network = make_network(start="1991")
    make_membership(network=network, city=make_city(name="Ulm", slug="ulm"))
    make_membership(network=network, city=make_city(name="Past"), start="1991", end="1999")
    make_membership(network=network, organisation=make_organisation(name="A university"))
    make_membership(network=network, city=make_city(name="Secret", state=State.DRAFT))
    body = make_body(name="A forum", slug="a-forum", network=network)
    make_body(name="A secret forum", network=network, state=State.DRAFT)
    main = described(client, network)
    assert main["member"] == [
        {"@type": "Organization", "name": "A university"},
        {"@type": "City", "name": "Ulm", "url": f"{HOST}/cities/ulm/"},
    ]
    assert main["interactionStatistic"]["userInteractionCount"] == 1
    assert main["subOrganization"] == [
        {"@type": "Organization", "name": "A forum", "url": HOST + body.get_absolute_url()}
    ]


@pytest.mark.parametrize("absent", ["member", "subOrganization", "interactionStatistic"])
def test_a_page_asked_about_another_day_says_nothing_of_that_day_as_if_it_were_now(client, absent):
    network = make_network(start="1991")
    make_membership(network=network)
    make_body(network=network)
    assert absent in described(client, network)
    assert absent not in described(client, network, "?on=1995")


def test_what_is_not_public_is_named_nowhere(client):
    hidden_city, hidden = make_city(name="Hidden", state=State.DRAFT), {"state": State.DRAFT}
    organisation = make_organisation(name="Hidden", **hidden)
    pages = [
        make_network(seat=hidden_city, host_organisation=organisation),
        make_practice(city=hidden_city),
        make_person(city=hidden_city, organisation=organisation),
        make_document(network=make_network(name="Hidden", **hidden)),
        make_project(network=make_network(name="Hidden 2", **hidden)),
        make_grant(funder=organisation).project,
    ]
    for record in pages:
        assert "Hidden" not in str(described(client, record))


def test_a_city_says_where_it_is_and_who_else_knows_it(client):
    city = make_city(
        name="Bologna",
        slug="bologna",
        local_name="Bulåggna",
        latitude=44.49381,
        longitude=11.33875,
        population=0,
        geonames_id=3181928,
        wikidata_id="Q1891",
        unlocode="ITBLQ",
        website="https://www.comune.bologna.it/",
    )
    city.names.create(name="Bononia", language="la")
    city.names.create(name="Bologna", language="de")
    network = make_network(name="A network", slug="a-network")
    make_membership(city=city, network=network)
    make_membership(city=city, network=network, category="partner")
    make_membership(city=city, network=make_network(name="Left"), end="1999")
    assert described(client, city) == {
        "@type": ["City", "GovernmentOrganization"],
        "name": "Bologna",
        "alternateName": ["Bulåggna", "Bononia"],
        "url": f"{HOST}/cities/bologna/",
        "sameAs": [
            "https://sws.geonames.org/3181928/",
            "https://www.wikidata.org/entity/Q1891",
            "https://www.comune.bologna.it/",
        ],
        "geo": {"@type": "GeoCoordinates", "latitude": 44.49381, "longitude": 11.33875},
        "address": {"@type": "PostalAddress", "addressLocality": "Bologna", "addressCountry": "IT"},
        "containedInPlace": {"@type": "Country", "name": "Italy", "identifier": "IT"},
        "identifier": {"@type": "PropertyValue", "propertyID": "UN/LOCODE", "value": "ITBLQ"},
        "additionalProperty": {"@type": "PropertyValue", "name": "population", "value": 0},
        "memberOf": [{"@type": "Organization", "name": "A network", "url": f"{HOST}/networks/a-network/"}],
    }
    assert "memberOf" not in described(client, city, "?on=2001")


def test_a_name_in_another_language_is_another_name(client):
    """Of a page in any language: search engines find it by each of them."""
    munich = make_city(name="Munich", slug="munich", name_it="Monaco di Baviera", local_name="München")
    pact = make_network(name="Food Pact", slug="pact", name_it="Patto", name_fr="Pacte", acronym="FP")
    assert described(client, munich)["alternateName"] == ["München", "Monaco di Baviera"]
    assert described(client, pact)["alternateName"] == ["FP", "Patto", "Pacte"]
    for record, name, others in (
        (munich, "Monaco di Baviera", ["München", "Munich"]),
        (pact, "Patto", ["FP", "Food Pact", "Pacte"]),
    ):
        main, _crumbs = structured(client.get(f"/it{record.get_absolute_url()}"))
        assert (main["name"], main["alternateName"]) == (name, others)


def test_a_city_on_the_equator_and_the_prime_meridian_keeps_its_place(client):
    assert described(client, make_city(latitude=0.0, longitude=0.0))["geo"] == {
        "@type": "GeoCoordinates",
        "latitude": 0.0,
        "longitude": 0.0,
    }


def test_a_group_belongs_to_its_network_and_has_each_city_once(client):
    network = make_network(name="A network", slug="a-network")
    body = make_body(network=network, start="199X", end="[..2030-01-01]")
    city = make_city(name="Ulm", slug="ulm")
    for post in (Role.Post.CHAIR, Role.Post.MEMBER):
        make_role(body=body, city=city, post=post)
    main = described(client, body)
    assert main["parentOrganization"] == {
        "@type": "Organization",
        "name": "A network",
        "url": f"{HOST}/networks/a-network/",
    }
    assert main["member"] == [{"@type": "City", "name": "Ulm", "url": f"{HOST}/cities/ulm/"}]
    assert not {"foundingDate", "dissolutionDate"} & main.keys()  # ISO 8601 has no words for those


def test_a_project_says_who_pays_and_takes_part(client):
    project = make_project(start="2014", end="2017-05-31", network=make_network(name="N", slug="n"))
    make_participation(project=project, city=make_city(name="Ulm", slug="ulm"))
    funder = make_organisation(name="A foundation")
    make_grant(project=project, funder=funder)
    make_grant(project=project, funder=funder, amount=2)
    main = described(client, project)
    assert (main["@type"], main["foundingDate"], main["dissolutionDate"]) == ("Project", "2014", "2017-05-31")
    assert main["member"] == [{"@type": "City", "name": "Ulm", "url": f"{HOST}/cities/ulm/"}]
    assert main["funder"] == [{"@type": "Organization", "name": "A foundation"}]
    assert main["parentOrganization"] == [
        {"@type": "Organization", "name": "N", "url": f"{HOST}/networks/n/"}
    ]


def test_a_practice_says_where_it_comes_from(client):
    city = make_city(name="Ulm", slug="ulm", country="DE")
    practice = make_practice(city=city, year=2016)
    practice.networks.add(make_network(name="N", slug="n"))
    main = described(client, practice)
    assert (main["@type"], main["dateCreated"]) == ("CreativeWork", "2016")
    assert main["contentLocation"]["url"] == f"{HOST}/cities/ulm/"
    assert main["publisher"] == [{"@type": "Organization", "name": "N", "url": f"{HOST}/networks/n/"}]


def test_a_document_says_when_and_in_which_language_it_is(client):
    document = make_document(
        date="2015-10-15",
        language="it",
        place="Milan",
        url="https://example.org/pact.pdf",
        network=make_network(name="N", slug="n"),
    )
    document.parties.create(city=make_city(name="Ulm", slug="ulm"))
    document.parties.create(city=make_city(name="Secret", state=State.DRAFT))
    main = described(client, document)
    assert main == {
        "@type": "DigitalDocument",
        "name": document.name,
        "url": HOST + document.get_absolute_url(),
        "sameAs": ["https://example.org/pact.pdf"],
        "datePublished": "2015-10-15",
        "inLanguage": "it",
        "publisher": {"@type": "Organization", "name": "N", "url": f"{HOST}/networks/n/"},
        "locationCreated": {"@type": "Place", "name": "Milan"},
        "contributor": [{"@type": "City", "name": "Ulm", "url": f"{HOST}/cities/ulm/"}],
    }


def test_a_person_is_their_office_and_no_more(client):
    person = make_person(
        name="A. Mayor",
        slug="a-mayor",
        title="Mayor of Ulm",
        text="Private words",
        city=make_city(name="Ulm", slug="ulm"),
    )
    assert described(client, person) == {
        "@type": "Person",
        "name": "A. Mayor",
        "url": f"{HOST}/people/a-mayor/",
        "jobTitle": "Mayor of Ulm",
        "affiliation": [
            {"@type": ["City", "GovernmentOrganization"], "name": "Ulm", "url": f"{HOST}/cities/ulm/"}
        ],
    }


def test_the_canonical_address_of_a_page_is_that_of_today(client):
    network = make_network(slug="n", summary="Large <b>cities</b> & towns")
    html = client.get("/networks/n/?on=1995&country=IT&page=2").content.decode()
    assert f'<link rel="canonical" href="{HOST}/networks/n/">' in html
    assert f'<meta property="og:title" content="{network.name}">' in html
    assert '<meta property="og:description" content="Large &lt;b&gt;cities&lt;/b&gt; &amp; towns">' in html


def test_a_name_that_closes_the_script_stays_data(client):
    city = make_city(name="</script><script>alert(1)</script>")
    assert "<script>alert" not in client.get(city.get_absolute_url()).content.decode()
    assert described(client, city)["name"] == "</script><script>alert(1)</script>"
