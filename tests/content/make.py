"""Rows to test with: only what each needs, published; set what the test is about."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Drawing

from citynet.content.models import File, Image, News, Page, Rating
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


def draw(size=(400, 300), image_format="PNG", mode="RGB", **kwargs):
    """Give the bytes of an image, each another one."""
    number = next(numbers)
    colour = (number % 256, number // 256 % 256, 90, 255)[: len(mode)]
    content = io.BytesIO()
    Drawing.new(mode, size, colour if len(colour) > 1 else colour[0]).save(content, image_format, **kwargs)
    return content.getvalue()


def make_upload(content, name="image.png"):
    return SimpleUploadedFile(name, content)


def make_image(content=None, **kwargs):
    number = next(numbers)
    if not kwargs.get("is_decorative"):
        kwargs.setdefault("alt", f"What image {number} shows")
    kwargs = {"title": f"Image {number}", "state": State.PUBLISHED, **kwargs}
    return Image.objects.create(file=make_upload(content or draw((40, 30))), **kwargs)


def make_file(content=None, name="minutes.pdf", **kwargs):
    number = next(numbers)
    content = content or f"%PDF-1.7\n% {number}\ntrailer << >>\n%%EOF\n".encode()
    kwargs = {"title": f"File {number}", "state": State.PUBLISHED, **kwargs}
    return File.objects.create(file=make_upload(content, name), **kwargs)
