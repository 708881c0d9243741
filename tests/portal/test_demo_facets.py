"""The numbers beside the options of every list of the demo: those of the lists that they lead to."""

import pytest

from events.filters import EventFilter
from events.models import Event
from networks.filters import (
    BodyFilter,
    CityFilter,
    DocumentFilter,
    NetworkFilter,
    PersonFilter,
    PracticeFilter,
    ProjectFilter,
)
from networks.models import Body, City, Document, Network, Person, Practice, Project
from tests.facets import lengths, numbers

from .demo import loaded  # noqa: F401

MIXTURES = [
    (NetworkFilter, Network, ""),
    (NetworkFilter, Network, "member_country=IT&kind=association&on=2015"),
    (NetworkFilter, Network, "status=active&city=bologna&topic=climate"),
    (CityFilter, City, "country=IT&network=mufpp"),
    (CityFilter, City, "role=chair&role=member&network=eurocities"),
    (CityFilter, City, "category=full&category=founder&q=b&on=1995-06-01"),
    (CityFilter, City, "bbox=6,36,19,48&network=eurocities"),
    (BodyFilter, Body, "network=eurocities&kind=forum"),
    (BodyFilter, Body, "city=bologna&topic=climate"),
    (ProjectFilter, Project, "part=lead&city=bologna"),
    (PracticeFilter, Practice, "country=IT"),
    (DocumentFilter, Document, "kind=pact&year=2015"),
    (PersonFilter, Person, "post=president&status=former&status=current"),
    (EventFilter, Event, ""),
    (EventFilter, Event, "network=eurocities&country=IT&kind=annual_conference"),
    (EventFilter, Event, "when=past&topic=climate&from=2010&mode=in_person"),
    (EventFilter, Event, "bbox=6,36,19,48&kind=annual_conference"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("filterset", "model", "query"), MIXTURES, ids=lambda value: getattr(value, "__name__", value)
)
def test_each_option_says_how_many_rows_the_list_that_it_leads_to_has(loaded, filterset, model, query):  # noqa: F811
    assert numbers(filterset, query, model=model) == lengths(filterset, query, model=model)


@pytest.mark.django_db
def test_the_demo_leaves_enough_to_count(loaded):  # noqa: F811
    cities = numbers(CityFilter, "network=mufpp", model=City)
    assert cities["country", "IT"] > 10
    assert cities["category", "signatory"] > 100
    assert cities["country", "IT"] == numbers(CityFilter, "country=IT", model=City)["network", "mufpp"]
