"""Rows to test with: only what each needs, published; set what the test is about."""

from django.utils import timezone

from citynet.content.models import News, Page, Rating
from citynet.core.models import State
from tests.networks.make import make_entity, numbers


def make_page(**kwargs):
    number = next(numbers)
    return Page.objects.create(
        **{"name": f"Page {number}", "slug": f"page-{number}", "state": State.PUBLISHED, **kwargs}
    )


def make_news(networks=(), cities=(), bodies=(), events=(), topics=(), **kwargs):
    news = make_entity(News, **kwargs)
    news.networks.set(networks)
    news.cities.set(cities)
    news.bodies.set(bodies)
    news.events.set(events)
    news.topics.set(topics)
    return news


def make_rating(**kwargs):
    number = next(numbers)
    return Rating.objects.create(
        **{
            "day": timezone.localdate(),
            "path": f"/cities/city-{number}/",
            "language": "en",
            "stars": 4,
            "visitor": f"visitor-{number}",
            **kwargs,
        }
    )
