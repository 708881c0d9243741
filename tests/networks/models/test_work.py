"""The rules of projects and practices, as editors are told of them and as the database holds them."""

import pytest

from networks.models import (
    AwardEdition,
    Grant,
    Participation,
    Uptake,
)
from tests.networks.make import (
    make_award,
    make_city,
    make_edition,
    make_grant,
    make_organisation,
    make_participation,
    make_practice,
    make_programme,
    make_project,
    make_uptake,
)
from tests.rules import refusals, refused_by_database

pytestmark = pytest.mark.django_db

ONE_PARTNER = "Choose a city or an organisation as the partner: exactly one."
ONE_LEVEL = "A grant belongs to one programme or to one project: choose exactly one."
LEAD_ALREADY = "This project has a lead partner already: end that one first."
OTHER_LEAD = "This project has another lead partner at that time. Correct the dates of one of the two."


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
