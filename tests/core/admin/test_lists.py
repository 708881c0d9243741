"""How big lists are counted."""

import pytest

from citynet.core.admin import lists
from networks.models import City
from tests.networks.make import (
    make_city,
)
from tests.portal.make import make_client

from .pages import address

pytestmark = pytest.mark.django_db


def test_a_big_list_is_counted_no_further_than_it_is_paged(monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 4)
    for _ in range(6):
        make_city()
    client = make_client("secretariat")
    text = " ".join(client.get(address(City(), "changelist"), {"q": "city"}).content.decode().split())
    assert "more than 4 cities: search or filter to see the others" in text
    assert "more than 4 results" in text
    assert "Select all 4" not in text
    monkeypatch.setattr(lists, "COUNTED", 6)
    text = " ".join(client.get(address(City(), "changelist")).content.decode().split())
    assert "6 cities" in text
    assert "more than" not in text
