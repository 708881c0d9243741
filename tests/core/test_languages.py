"""citynet.core.languages: the language in the address, asked from the browser once, and remembered."""

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver

from citynet.core.languages import NEVER_PREFIXED, path_in_language, split_path, versions_of

pytestmark = pytest.mark.django_db
SAFARI = {"accept-language": "it-IT,it;q=0.9,en;q=0.8"}


def led(response):
    """Give (where a redirect leads, the language that its cookie remembers)."""
    assert response.status_code == 302
    return response["Location"], response.cookies["language"].value


def remembered(response):
    return response.cookies["language"].value if "language" in response.cookies else None


def test_a_first_visit_is_led_once_to_the_browsers_language(client):
    response = client.get("/cities/?country=IT&on=1995-06-01", headers=SAFARI)
    assert led(response) == ("/it/cities/?country=IT&on=1995-06-01", "it")
    assert response["Cache-Control"] == "private, no-store"
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    cookie = response.cookies["language"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 31_536_000)
    # From now on every address is in the language that it names, but for the bare home address.
    assert client.get("/cities/", headers=SAFARI)["Content-Language"] == "en"
    assert client.get("/de/cities/", headers=SAFARI)["Content-Language"] == "de"
    assert client.get("/?on=1995", headers=SAFARI)["Content-Language"] == "en"
    assert led(client.get("/")) == ("/it/", "it")


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("de-AT, en;q=0.5", "de"),
        ("en;q=0.5, fr;q=0.7, es;q=0.6", "fr"),
        ("gv-IM, gv;q=0.9, es;q=0.4", "es"),
        ("it;q=0, de;q=0.1", "de"),
        ("en-GB, it;q=0.9", None),
        ("gv, *;q=0.5, it;q=0.2", None),
        ("fi, sv", None),
        ("it;q=x, ;;;", None),
        ("", None),
    ],
)
def test_the_browsers_order_is_respected(client, accepts, language):
    response = client.get("/cities/", headers={"accept-language": accepts})
    assert (response.get("Location"), remembered(response)) == (
        (f"/{language}/cities/", language) if language else (None, None)
    )


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/cities.csv", {}),
        ("/events.ics", {}),
        ("/changes.atom", {}),
        ("/robots.txt", {}),
        ("/sitemap.xml", {}),
        ("/healthz", {}),
        ("/partial-date/", {}),
        ("/cities/", {"hx-request": "true"}),
        ("/cities/", {"sec-fetch-dest": "empty"}),
        ("/cities/", {"sec-fetch-site": "same-origin"}),
        ("/cities/", {"referer": "http://testserver/it/cities/"}),
        ("/de/cities/", {}),
    ],
)
def test_nothing_else_is_led_anywhere(client, address, headers):
    response = client.get(address, headers={**SAFARI, **headers})
    assert response.status_code == 200
    assert "Location" not in response.headers


def test_a_form_is_never_led_anywhere(client):
    assert client.post("/admin/login/", {}, headers=SAFARI)["Content-Language"] == "en"
    assert led(client.get("/admin/login/?next=/admin/", headers=SAFARI))[0] == "/it/admin/login/?next=/admin/"


def test_the_cookie_follows_who_changes_the_language_on_our_pages(client):
    def go(address, **headers):
        response = client.get(
            address, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        return remembered(response), "private" in response["Cache-Control"]

    assert go("/it/cities/", sec_fetch_site="cross-site") == (None, False)
    assert go("/it/cities/", referer="http://testserver/it/") == (None, False)
    assert go("/it/cities/", referer="http://testserver/cities/") == ("it", True)
    assert go("/it/cities/", referer="http://testserver/") == (None, False)  # as it is remembered
    assert go("/fr/cities/", referer="https://elsewhere.example/it/") == (None, False)
    assert go("/cities/", sec_fetch_site="same-origin", referer="http://testserver/it/cities/") == (
        "en",
        True,
    )
    assert client.get("/").status_code == 200


def test_what_is_cached_holds_nobodys_language(client):
    """The same page, first for who changes the language and then for others."""
    client.get("/it/networks/", headers={"referer": "http://testserver/networks/"})
    client.cookies.clear()
    response = client.get("/it/networks/")
    assert (response["Cache-Control"], remembered(response)) == ("no-cache", None)
    again = client.get("/it/networks/", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_a_file_that_is_written_while_it_is_sent_is_in_its_language(client):
    """It is read after the request has ended, in whatever language is active by then."""
    response = client.get("/it/cities.csv")
    assert (response["Content-Language"], response.streaming) == ("it", True)
    assert b"".join(response.streaming_content)


def test_addresses_that_are_never_prefixed_are_those_of_the_site():
    top = get_resolver().url_patterns
    plain = [str(each.pattern) for each in top if isinstance(each, URLPattern)]
    plain += [
        str(each.pattern) for part in top[:-1] if hasattr(part, "url_patterns") for each in part.url_patterns
    ]
    assert plain and all(f"/{address}".startswith(NEVER_PREFIXED) for address in plain)
    assert versions_of("/it/cities/?on=1995") == [
        ("en", "/cities/?on=1995"),
        *((code, f"/{code}/cities/?on=1995") for code, _name in settings.LANGUAGES[1:]),
    ]
    assert path_in_language("/embed/cities/bologna/", "de") == "/embed/cities/bologna/"
    assert [split_path(path)[0] for path in ("/itinerary/", "/it", "/en/", "/it/")] == [
        "en",
        "en",
        "en",
        "it",
    ]
