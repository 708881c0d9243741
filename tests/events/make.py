"""Rows to test with: only what each needs, published; set what the test is about."""

from citynet.core.models import State
from events.models import Event, EventHost, EventLanguage, Series, Session, Speaker, Track
from events.models.events import Kind
from tests.networks.make import make_city, make_entity, make_fact, make_network


def make_series(**kwargs):
    if "network" not in kwargs:
        kwargs["network"] = make_network()
    return make_entity(Series, **{"kind": Kind.CONFERENCE, **kwargs})


def make_event(networks=None, cities=(), **kwargs):
    event = make_entity(Event, **{"kind": Kind.CONFERENCE, **kwargs})
    event.networks.set([make_network()] if networks is None else networks)
    for position, city in enumerate(cities):
        make_host(event=event, city=city, position=position)
    return event


def make_host(**kwargs):
    return make_fact(EventHost, **{"event": make_event, "city": make_city, **kwargs})


def make_language(**kwargs):
    return make_fact(EventLanguage, **{"event": make_event, "language": "en", **kwargs})


def make_track(**kwargs):
    return make_fact(Track, **{"event": make_event, "name": "Track 1", **kwargs})


def make_session(**kwargs):
    defaults = {"event": make_event, "title": "Session 1", "state": State.PUBLISHED}
    return make_fact(Session, **{**defaults, **kwargs})


def make_speaker(**kwargs):
    return make_fact(Speaker, **{"session": make_session, "name": "Speaker 1", **kwargs})
