"""Which cookies there are: those that the privacy page lists, and so no banner."""

import re

import pytest
from django.test import Client

from citynet.portal.management.commands.load_demo import DEMO

from .demo import loaded  # noqa: F401
from .pages import PAGES

HERE = {"HTTP_ORIGIN": "http://testserver"}
YEAR = 365 * 24 * 3600
# name: (max-age, whether scripts may read it)
KNOWN = {
    "sessionid": (14 * 24 * 3600, False),
    "csrftoken": (364 * 24 * 3600, True),
    "messages": ("", False),
    "language": (YEAR, False),
    "display": (YEAR, False),
}
LOADED = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|href|data)="([^"]+)"""
)
NO_LOADING = re.compile(r'<link\b[^>]*\brel="(?:canonical|alternate|search|next|prev|license)"[^>]*>')


def check(answer):
    """Assert that an answer sets known cookies only, each as it should be; give their names."""
    for name, cookie in answer.cookies.items():
        age, is_readable = KNOWN[name]
        assert (name, cookie["max-age"], cookie["samesite"]) == (name, age, "Lax")
        assert (name, bool(cookie["httponly"])) == (name, not is_readable)
        assert (cookie["domain"], cookie["path"]) == ("", "/")
    return set(answer.cookies)


def test_no_page_sets_a_cookie_or_loads_anything_from_another_host(loaded):  # noqa: F811
    for name, address in PAGES.items():
        answer = Client().get(address)
        assert (name, set(answer.cookies)) == (name, set())
        html = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        strangers = [
            found
            for found in LOADED.findall(NO_LOADING.sub("", html))
            if not found.startswith(("/", "#", "data:")) or found.startswith("//")
        ]
        assert (name, strangers) == (name, [])


@pytest.mark.django_db
def test_what_visitors_and_staff_do_sets_the_listed_cookies_and_no_others(client, django_user_model):
    django_user_model.objects.create_superuser("ada", "ada@example.org", "a long pass phrase")
    seen = check(client.get("/", HTTP_ACCEPT_LANGUAGE="it"))
    assert seen == {"language"}
    assert check(client.post("/display/", {"text": "150", "next": "/"}, **HERE)) == {"display"}
    name = re.search(r'name="page" value="([^"]+)', client.get("/cities/").content.decode())[1]
    assert check(client.post("/rate/", {"page": name, "stars": "4"}, **HERE)) == set()
    assert check(client.get("/admin/login/")) == {"csrftoken"}
    login = {"username": "ada", "password": "a long pass phrase"}
    assert check(client.post("/admin/login/?next=/admin/", login)) == {"csrftoken", "sessionid"}
    topic = {"name": "Food", "slug": "food", "state": "published"}
    assert check(client.post("/admin/networks/topic/add/", topic)) <= {"messages", "sessionid", "csrftoken"}


def test_the_privacy_page_lists_the_cookies_in_every_language():
    for code in ("en", "it", "fr", "de", "es"):
        text = (DEMO / "pages" / f"privacy.{code}.html").read_text(encoding="utf-8")
        assert set(re.findall(r"<tr><td>(\w+)</td>", text)) == set(KNOWN)
