"""What the list of events shows."""

import pytest

from tests.networks.make import make_city, make_network
from tests.networks.test_lists import table

from .make import make_event

pytestmark = pytest.mark.django_db


def test_an_event_shows_dates_hosts_networks_mode_and_what_became_of_it(client):
    make_event(
        name="Forum",
        start="2019-04-03",
        end="2019-04-05",
        mode="in_person",
        status="postponed",
        cities=[make_city(name="Genoa"), make_city(name="Turin"), make_city(name="Hidden", state="draft")],
        networks=[make_network(name="Eurocities"), make_network(name="Secret", state="draft")],
    )
    make_event(name="Bare", networks=[])
    assert table(client, "/events/") == [
        "Forum postponed 3 – 5 April 2019 Genoa , Italy Turin , Italy Eurocities In person",
        "Bare date not known",
    ]


def test_the_online_link_is_in_no_list_and_no_file(client):
    make_event(name="Webinar", online_link="https://meet.example/secret-room")
    for address in ("/events/", "/events.csv", "/events.json"):
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"Webinar" in content
        assert b"secret-room" not in content
