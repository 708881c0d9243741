"""What each filter of each list finds: exactly these names, in this order, each once."""

import datetime

import pytest
import time_machine
from django.http import QueryDict

from networks.filters import (
    NETWORKS,
    BodyFilter,
    CityFilter,
    DocumentFilter,
    NetworkFilter,
    PersonFilter,
    PracticeFilter,
    ProjectFilter,
)
from networks.models import (
    Body,
    City,
    CityName,
    Document,
    DocumentParty,
    Membership,
    Network,
    Participation,
    Person,
    Practice,
    Project,
    Role,
)

from .make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
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
MODELS = {
    NetworkFilter: Network,
    CityFilter: City,
    BodyFilter: Body,
    ProjectFilter: Project,
    PracticeFilter: Practice,
    DocumentFilter: Document,
    PersonFilter: Person,
}
CATEGORY, POST, PART = Membership.Category, Role.Post, Participation.Part


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC), tick=False):
        yield


def filtered(filterset, query):
    return filterset(QueryDict(query), MODELS[filterset].objects.published())


def found(filterset, query):
    """Give the names of the rows that a query finds; whatever it cannot use is a failure here."""
    filters = filtered(filterset, query)
    assert filters.problems == []
    return [row.name for row in filters.qs]


def topics_on(*rows):
    """Give a topic to each row: the child of a parent to the first, the parent to the second."""
    parent = make_topic(name="Environment", slug="environment")
    child = make_topic(name="Air", slug="air", parent=parent)
    other = make_topic(name="Culture", slug="culture")
    for row, topic in zip(rows, (child, parent, other), strict=False):
        row.topics.add(topic, *([parent] if topic == child else []))


# Networks ----------------------------------------------------------------------


def test_networks_are_found_by_words_of_name_and_acronym_accents_aside():
    make_network(name="Réseau des Cités", acronym="RDC")
    make_network(name="Eurocities")
    assert found(NetworkFilter, "q=RESEAU+cites") == ["Réseau des Cités"]
    assert found(NetworkFilter, "q=rdc") == ["Réseau des Cités"]
    assert found(NetworkFilter, "q=reseau+eurocities") == []


def test_networks_are_found_by_kind_and_repeated_kinds_mean_or():
    for kind in ("association", "pact", "mission"):
        make_network(name=kind, kind=kind)
    assert found(NetworkFilter, "kind=pact") == ["pact"]
    assert found(NetworkFilter, "kind=pact&kind=mission") == ["mission", "pact"]


def test_a_topic_stands_for_its_parts_and_repeats_no_row():
    a, b, c = make_network(name="A"), make_network(name="B"), make_network(name="C")
    topics_on(a, b, c)
    assert found(NetworkFilter, "topic=air") == ["A"]
    assert found(NetworkFilter, "topic=environment") == ["A", "B"]
    assert found(NetworkFilter, "topic=environment&topic=culture&topic=air") == ["A", "B", "C"]


def test_networks_are_found_by_the_country_of_a_public_seat():
    make_network(name="Rome", seat=make_city(country="IT"))
    make_network(name="Paris", seat=make_city(country="FR"))
    make_network(name="Hidden", seat=make_city(country="IT", state="draft"))
    assert found(NetworkFilter, "country=IT") == ["Rome"]


def test_networks_are_found_by_todays_member_countries_and_cities():
    bologna, lyon = make_city(slug="bologna"), make_city(slug="lyon", country="FR")
    both, one, past = make_network(name="Both"), make_network(name="One"), make_network(name="Past")
    make_membership(network=both, city=bologna, start="1991")
    make_membership(network=both, city=bologna, start="1991", category=CATEGORY.FOUNDER)
    make_membership(network=both, city=lyon)
    make_membership(network=one, city=bologna)
    make_membership(network=past, city=bologna, end="2010")
    make_membership(network=make_network(name="Draft"), city=bologna, state="draft")
    assert found(NetworkFilter, "city=bologna") == ["Both", "One"]
    assert found(NetworkFilter, "city=bologna&member_country=FR") == ["Both"]
    assert found(NetworkFilter, "member_country=FR&member_country=IT") == ["Both", "One"]
    assert found(NetworkFilter, "city=bologna&on=2005") == ["Both", "One", "Past"]
    assert found(NetworkFilter, "city=bologna&on=1990") == ["One", "Past"]


def test_networks_are_found_by_founding_and_an_unknown_founding_never_fits():
    for start in ("1986", "199X", "2005-10", ""):
        make_network(name=start or "unknown", start=start)
    assert found(NetworkFilter, "from=1987") == ["199X", "2005-10"]
    assert found(NetworkFilter, "from=1995&to=1996") == ["199X"]
    assert found(NetworkFilter, "to=Oct+2005") == ["1986", "199X", "2005-10"]
    assert found(NetworkFilter, "to=2005-09") == ["1986", "199X"]


def test_networks_are_active_or_dissolved_today_or_on_the_day_asked_about():
    make_network(name="Going on", start="1990")
    make_network(name="Over", start="1980", end="2000")
    assert found(NetworkFilter, "") == ["Going on", "Over"]
    assert found(NetworkFilter, "status=active") == ["Going on"]
    assert found(NetworkFilter, "status=dissolved") == ["Over"]
    assert found(NetworkFilter, "status=dissolved&status=active") == ["Going on", "Over"]
    assert found(NetworkFilter, "on=1985") == ["Over"]
    assert found(NetworkFilter, "on=2000-12-31") == ["Going on", "Over"]
    assert found(NetworkFilter, "status=dissolved&on=2000-12-31") == []
    assert found(NetworkFilter, "status=dissolved&on=2001") == ["Over"]


def test_a_dissolved_network_is_found_by_a_member_it_had():
    bologna = make_city(slug="bologna")
    make_membership(network=make_network(name="Over", end="2000"), city=bologna)
    assert found(NetworkFilter, "city=bologna") == []
    assert found(NetworkFilter, "city=bologna&status=dissolved") == ["Over"]


def test_networks_are_sorted_by_name_founding_and_members():
    small, large = make_network(name="Å", start="1990"), make_network(name="b", start="1980")
    make_network(name="C", start="")
    make_membership(network=small)
    for category in (CATEGORY.FULL, CATEGORY.FOUNDER):
        make_membership(network=small, city=make_city(state="draft"), category=category)
    make_membership(network=large), make_membership(network=large)
    assert found(NetworkFilter, "") == ["Å", "b", "C"]
    assert found(NetworkFilter, "sort=founded") == ["b", "Å", "C"]
    assert found(NetworkFilter, "sort=-founded") == ["Å", "b", "C"]
    assert found(NetworkFilter, "sort=-members") == ["b", "Å", "C"]


# Cities ------------------------------------------------------------------------


def test_cities_are_found_by_any_of_their_names():
    munich = make_city(name="Munich", local_name="München")
    CityName.objects.create(city=munich, name="Monaco di Baviera", language="it")
    CityName.objects.create(city=munich, name="Monachium", language="pl")
    make_city(name="Monaco")
    make_city(name="Łódź")
    assert found(CityFilter, "q=munchen") == ["Munich"]
    assert found(CityFilter, "q=mona") == ["Monaco", "Munich"]
    assert found(CityFilter, "q=monaco+baviera") == ["Munich"]
    assert found(CityFilter, "q=lodz") == ["Łódź"]


def test_cities_are_found_by_country():
    make_city(name="Bologna", country="IT"), make_city(name="Lyon", country="FR")
    make_city(name="Leipzig", country="DE")
    assert found(CityFilter, "country=IT") == ["Bologna"]
    assert found(CityFilter, "country=IT&country=FR") == ["Bologna", "Lyon"]
    assert found(CityFilter, "country=it") == ["Bologna"]
    assert found(CityFilter, "country=JP") == []


def test_network_and_category_are_asked_of_the_same_membership():
    x, y = make_network(slug="x"), make_network(slug="y")
    mixed, partner = make_city(name="Mixed"), make_city(name="Partner")
    make_membership(network=x, city=mixed, category=CATEGORY.SIGNATORY)
    make_membership(network=y, city=mixed, category=CATEGORY.PARTNER)
    make_membership(network=x, city=partner, category=CATEGORY.PARTNER)
    assert found(CityFilter, "network=x&category=partner") == ["Partner"]
    assert found(CityFilter, "category=partner") == ["Mixed", "Partner"]
    assert found(CityFilter, "network=x&network=y&category=partner&category=signatory") == [
        "Mixed",
        "Partner",
    ]


def test_a_membership_counts_on_the_day_asked_about_else_today():
    network = make_network(slug="x", end="")
    make_membership(network=network, city=make_city(name="Former"), start="1991", end="1999")
    make_membership(network=network, city=make_city(name="Now"), start="1995")
    make_membership(network=network, city=make_city(name="Not public"), state="draft")
    make_membership(network=make_network(state="draft"), city=make_city(name="Secret"))
    assert found(CityFilter, "network=x") == ["Now"]
    assert found(CityFilter, "network=x&on=1995-06-01") == ["Former", "Now"]
    assert found(CityFilter, "network=x&on=1994") == ["Former"]
    assert found(CityFilter, "network=x&on=1999-12-31") == ["Former", "Now"]
    assert found(CityFilter, "network=x&on=2000-01-01") == ["Now"]
    assert found(CityFilter, "category=full") == ["Now"]


def test_cities_are_found_by_the_role_they_hold_in_the_networks_asked_for():
    x, y = make_network(slug="x"), make_network(slug="y")
    chair, other, past = make_city(name="Chair"), make_city(name="Other"), make_city(name="Past")
    for city in (chair, other):
        make_membership(network=x, city=city)
    make_role(network=x, city=chair, post=POST.PRESIDENT)
    make_role(network=y, city=other, post=POST.PRESIDENT)
    make_role(network=x, city=past, post=POST.PRESIDENT, start="1995", end="1996")
    assert found(CityFilter, "role=president") == ["Chair", "Other"]
    assert found(CityFilter, "role=president&network=x") == ["Chair"]
    assert found(CityFilter, "role=president&on=1996") == ["Chair", "Other", "Past"]
    assert found(CityFilter, "role=treasurer&role=president&network=y") == []


def test_cities_are_found_by_topic():
    a, b = make_city(name="A"), make_city(name="B")
    topics_on(a, b)
    assert found(CityFilter, "topic=air") == ["A"]
    assert found(CityFilter, "topic=environment") == ["A", "B"]


def test_cities_are_found_by_population_and_an_unknown_one_never_fits():
    for number in (0, 999, 1000, None):
        make_city(name=str(number), population=number)
    assert found(CityFilter, "population_from=999") == ["1000", "999"]
    assert found(CityFilter, "population_from=0&population_to=999") == ["0", "999"]
    assert found(CityFilter, "population_to=0") == ["0"]


def test_cities_are_found_by_their_twins_on_either_side():
    first, leipzig, last = (
        make_city(name="First"),
        make_city(name="Leipzig", slug="leipzig"),
        make_city(name="Last"),
    )
    make_twinning(city_a=first, city_b=leipzig, start="1962")
    make_twinning(city_a=leipzig, city_b=last)
    make_twinning(city_a=first, city_b=last)
    make_twinning(city_a=leipzig, city_b=make_city(name="Former"), end="1970")
    assert found(CityFilter, "twin=leipzig") == ["First", "Last"]
    assert found(CityFilter, "twin=Leipzig&on=1965") == ["First", "Former", "Last"]
    assert found(CityFilter, "twin=Leipzig&on=1961") == ["Former", "Last"]


def test_cities_are_sorted_with_a_tie_break():
    b = make_city(name="B", population=5, country="FR")
    make_city(name="A", population=5, country="IT")
    make_city(name="C", population=None, country="FR")
    assert found(CityFilter, "sort=-population") == [b.name, "A", "C"]
    assert found(CityFilter, "sort=country") == ["B", "C", "A"]


def test_names_are_sorted_by_letter_accents_case_and_local_names_aside():
    for name, local in (
        ("Zürich", ""),
        ("Évora", ""),
        ("essen", ""),
        ("Frankfurt", "Frankfurt am Main"),
        ("Frankfurt (Oder)", ""),
        ("Łódź", ""),
        ("Lyon", ""),
        ("San-Juan", ""),
        ("San Juan", ""),
    ):
        make_city(name=name, local_name=local)
    assert found(CityFilter, "") == [
        "essen",
        "Évora",
        "Frankfurt",
        "Frankfurt (Oder)",
        "Łódź",
        "Lyon",
        "San Juan",
        "San-Juan",
        "Zürich",
    ]


# A typed name ------------------------------------------------------------------


def test_a_city_is_typed_as_slug_or_whole_name_in_any_language():
    milan = make_city(name="Milan", local_name="Milano", slug="milan")
    CityName.objects.create(city=milan, name="Mailand", language="de")
    make_city(name="Milan Heights")
    make_membership(network=make_network(name="N"), city=milan)
    for typed in ("milan", "MILAN", "milano", "Mailand", "m%C3%AElano"):
        assert found(NetworkFilter, f"city={typed}") == ["N"], typed


def test_part_of_a_name_is_not_the_name():
    make_membership(city=make_city(name="Milan Heights"))
    filters = filtered(NetworkFilter, "city=Milan")
    assert filters.problems == [
        "Has the member: “Milan” is not known here, so it is left out. Is it spelt otherwise?"
    ]


def test_a_name_that_two_cities_share_means_both():
    for country in ("ES", "VE"):
        city = make_city(name="Valencia", country=country)
        make_membership(network=make_network(name=country), city=city)
    assert found(NetworkFilter, "city=valencia") == ["ES", "VE"]


def test_a_draft_city_is_not_known():
    make_membership(city=make_city(slug="secret", state="draft"))
    assert filtered(NetworkFilter, "city=secret").chips == []


# Groups ------------------------------------------------------------------------


def test_groups_are_found_by_words_network_kind_and_topic():
    eurocities = make_network(slug="eurocities")
    culture = make_body(name="Culture Forum", network=eurocities, kind="forum")
    board = make_body(name="Board", network=make_network(slug="c40"), kind="board")
    topics_on(culture, board)
    make_body(name="Hidden", network=make_network(state="draft"))
    assert found(BodyFilter, "") == ["Board", "Culture Forum"]
    assert found(BodyFilter, "q=forum") == ["Culture Forum"]
    assert found(BodyFilter, "network=eurocities") == ["Culture Forum"]
    assert found(BodyFilter, "network=eurocities&network=c40") == ["Board", "Culture Forum"]
    assert found(BodyFilter, "kind=board&kind=assembly") == ["Board"]
    assert found(BodyFilter, "topic=air") == ["Culture Forum"]


def test_groups_are_found_by_who_chairs_them_and_who_is_in_them():
    bologna = make_city(slug="bologna")
    culture, knowledge, food = (make_body(name=name) for name in ("Culture", "Knowledge", "Food"))
    make_role(body=culture, city=bologna, post=POST.CHAIR, start="2013", end="2014")
    make_role(body=knowledge, city=bologna, post=POST.MEMBER)
    make_role(body=food, city=bologna, post=POST.CO_CHAIR)
    make_role(body=food, city=bologna, post=POST.MEMBER)
    assert found(BodyFilter, "chair=bologna") == ["Food"]
    assert found(BodyFilter, "chair=bologna&on=2014-12-31") == ["Culture", "Food"]
    assert found(BodyFilter, "city=bologna") == ["Food", "Knowledge"]
    assert found(BodyFilter, "city=bologna&on=2013") == ["Culture", "Food", "Knowledge"]


def test_groups_are_those_of_the_day_asked_about():
    network = make_network(start="1986")
    make_body(name="Old", network=network, start="1990", end="2000")
    make_body(name="New", network=network, start="2005")
    assert found(BodyFilter, "") == ["New", "Old"]
    assert found(BodyFilter, "on=1995") == ["Old"]
    assert found(BodyFilter, "on=1985") == []


def test_groups_are_sorted_by_network():
    make_body(name="A", network=make_network(name="Zz"))
    make_body(name="B", network=make_network(name="Ää"))
    assert found(BodyFilter, "sort=network") == ["B", "A"]


# Projects, practices, documents --------------------------------------------------


def test_a_city_takes_part_in_a_project_in_the_way_that_is_asked():
    bologna, other = make_city(slug="bologna"), make_city(slug="turin")
    lead, partner = make_project(name="Leads"), make_project(name="Joins")
    make_participation(project=lead, city=bologna, part=PART.LEAD)
    make_participation(project=partner, city=bologna, part=PART.PARTNER)
    make_participation(project=partner, city=other, part=PART.LEAD)
    assert found(ProjectFilter, "city=bologna") == ["Joins", "Leads"]
    assert found(ProjectFilter, "city=bologna&part=lead") == ["Leads"]
    assert found(ProjectFilter, "part=lead") == ["Joins", "Leads"]


def test_projects_are_found_by_words_network_programme_topic_and_year():
    programme = make_programme(slug="pilot")
    one = make_project(
        name="One",
        acronym="ONE1",
        network=make_network(slug="x"),
        programme=programme,
        start="2022",
        end="2024-06",
    )
    two = make_project(name="Two", start="2025")
    topics_on(one, two)
    make_project(name="Undated")
    assert found(ProjectFilter, "q=one1") == ["One"]
    assert found(ProjectFilter, "network=x") == ["One"]
    assert found(ProjectFilter, "programme=pilot") == ["One"]
    assert found(ProjectFilter, "topic=air") == ["One"]
    assert found(ProjectFilter, "year=2024") == ["One"]
    assert found(ProjectFilter, "year=2024&year=2025") == ["One", "Two"]
    assert found(ProjectFilter, "year=2021") == []
    assert found(ProjectFilter, "sort=-start") == ["Two", "One", "Undated"]
    assert found(ProjectFilter, "sort=start") == ["Undated", "One", "Two"]


def test_what_a_source_confirmed_is_found_by_year_though_its_start_is_not_known():
    day = datetime.date(2024, 5, 1)
    make_project(name="Confirmed", confirmed_on=day)
    make_project(name="Undated")
    make_role(person=make_person(name="In office"), confirmed_on=day)
    make_role(person=make_person(name="Some time"))
    assert found(ProjectFilter, "year=2024") == ["Confirmed"]
    assert found(PersonFilter, "year=2024") == ["In office"]


def test_practices_are_found_by_city_country_network_year_topic_and_uptake():
    bologna, lyon = make_city(slug="bologna"), make_city(slug="lyon", country="FR")
    one = make_practice(name="One", city=bologna, year=2014)
    two = make_practice(name="Two", city=lyon)
    one.networks.add(make_network(slug="x"), make_network(slug="y"))
    topics_on(one, two)
    make_uptake(practice=two, city=bologna)
    make_uptake(practice=one, city=lyon, state="draft")
    assert found(PracticeFilter, "q=one") == ["One"]
    assert found(PracticeFilter, "city=bologna") == ["One"]
    assert found(PracticeFilter, "country=FR") == ["Two"]
    assert found(PracticeFilter, "network=x&network=y") == ["One"]
    assert found(PracticeFilter, "year=2014&year=2015") == ["One"]
    assert found(PracticeFilter, "topic=environment") == ["One", "Two"]
    assert found(PracticeFilter, "taken_up_by=bologna") == ["Two"]
    assert found(PracticeFilter, "taken_up_by=lyon") == []
    assert found(PracticeFilter, "sort=-year") == ["One", "Two"]


def test_documents_are_found_by_network_kind_signer_year_topic_and_language():
    pact = make_document(
        name="Pact", kind="pact", date="2015-10-15", language="en", network=make_network(slug="x")
    )
    report = make_document(name="Report", date="201X", language="it")
    make_document(name="Undated")
    topics_on(pact, report)
    DocumentParty.objects.create(document=pact, city=make_city(slug="milan"))
    assert found(DocumentFilter, "") == ["Pact", "Report", "Undated"]
    assert found(DocumentFilter, "sort=name") == ["Pact", "Report", "Undated"]
    assert found(DocumentFilter, "q=act") == ["Pact"]
    assert found(DocumentFilter, "network=x") == ["Pact"]
    assert found(DocumentFilter, "kind=report") == ["Report", "Undated"]
    assert found(DocumentFilter, "city=milan") == ["Pact"]
    assert found(DocumentFilter, "year=2015") == ["Pact", "Report"]
    assert found(DocumentFilter, "year=2014") == ["Report"]
    assert found(DocumentFilter, "topic=air") == ["Pact"]
    assert found(DocumentFilter, "language=it") == ["Report"]


# People ------------------------------------------------------------------------


def test_people_are_found_by_one_role_that_has_all_that_is_asked():
    eurocities, c40 = make_network(slug="eurocities"), make_network(slug="c40")
    bologna = make_city(slug="bologna")
    one, two = make_person(name="One", city=bologna), make_person(name="Two")
    make_role(person=one, network=eurocities, post=POST.PRESIDENT, start="1995", end="1996")
    make_role(person=one, network=c40, post=POST.MEMBER, start="2010")
    make_role(person=two, network=eurocities, post=POST.MEMBER, city=bologna)
    make_person(name="None")
    assert found(PersonFilter, "") == ["None", "One", "Two"]
    assert found(PersonFilter, "network=eurocities") == ["One", "Two"]
    assert found(PersonFilter, "network=eurocities&post=member") == ["Two"]
    assert found(PersonFilter, "post=president&year=1996") == ["One"]
    assert found(PersonFilter, "post=president&year=1997") == []
    assert found(PersonFilter, "city=bologna") == ["One", "Two"]
    assert found(PersonFilter, "city=bologna&post=president") == ["One"]
    assert found(PersonFilter, "on=2005") == ["Two"]
    assert found(PersonFilter, "status=current") == ["One", "Two"]
    assert found(PersonFilter, "status=former") == []


def test_people_no_longer_in_office_have_only_past_roles():
    past, now = make_person(name="Past"), make_person(name="Now")
    for person in (past, now):
        make_role(person=person, end="2010", post=POST.CHAIR)
    make_role(person=now)
    assert found(PersonFilter, "status=former") == ["Past"]
    assert found(PersonFilter, "status=former&post=chair") == ["Past"]
    assert found(PersonFilter, "status=current") == ["Now"]
    assert found(PersonFilter, "status=current&status=former") == ["Now", "Past"]


def test_people_are_found_by_the_topics_of_their_groups_and_networks():
    body, network = make_body(), make_network()
    topics_on(body, network)
    make_role(person=make_person(name="In the group"), body=body)
    make_role(person=make_person(name="In the network"), network=network)
    assert found(PersonFilter, "topic=air") == ["In the group"]
    assert found(PersonFilter, "topic=environment") == ["In the group", "In the network"]


def test_cities_are_sorted_by_their_networks_of_the_day():
    a, b, c = (make_city(name=name) for name in "ABC")
    first, second = make_network(), make_network()
    for category in (CATEGORY.FULL, CATEGORY.FOUNDER):
        make_membership(network=first, city=a, category=category)
    for network in (first, second):
        make_membership(network=network, city=b, start="2000")
    make_membership(network=first, city=c, end="1999")
    make_membership(network=make_network(state="draft"), city=c)
    assert found(CityFilter, "sort=-networks") == ["B", "A", "C"]
    assert found(CityFilter, "sort=-networks&on=1995") == ["A", "C", "B"]


def test_groups_are_sorted_by_the_cities_that_hold_a_role_on_the_day():
    a, b, c = (make_body(name=name) for name in "ABC")
    city = make_city()
    for post in (POST.CHAIR, POST.MEMBER):
        make_role(body=a, city=city, post=post)
    for body, dates in ((b, {"start": "2000"}), (b, {"start": "2001"}), (c, {"end": "1999"})):
        make_role(body=body, city=make_city(), post=POST.MEMBER, **dates)
    for _person in range(3):
        make_role(body=c, person=make_person(), post=POST.MEMBER)
    assert found(BodyFilter, "sort=-members") == ["B", "A", "C"]
    assert found(BodyFilter, "sort=-members&on=1995") == ["A", "C", "B"]


# What holds for all --------------------------------------------------------------


@pytest.mark.parametrize("filterset", MODELS)
def test_the_menus_cost_one_statement_beside_that_of_the_data_version(filterset, django_assert_num_queries):
    make_network(), make_city()
    with django_assert_num_queries(2):
        assert filtered(filterset, "").menus


def test_a_menu_has_published_records_and_countries_in_use_only():
    (
        make_network(name="Z", slug="z"),
        make_network(name="é", slug="e"),
        make_network(name="Draft", state="draft"),
    )
    make_city(country="IT"), make_city(country="FR"), make_city(country="DE", state="draft")
    menus = {
        menu.value: [pick.words for pick in picks.values()]
        for menu, picks in filtered(CityFilter, "").menus.items()
    }
    assert menus["country"] == ["France", "Italy"]
    assert list(filtered(CityFilter, "").menus[NETWORKS]) == ["e", "z"]
