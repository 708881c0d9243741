"""Display preferences, from the form to every page, without a script."""

from html import unescape

import pytest
from django.core.cache import caches
from django.test import override_settings

from citynet.core import display
from tests.networks.make import make_city

HERE = {"HTTP_ORIGIN": "http://testserver"}
ATTRIBUTES = ' data-font="readable" data-text="150" data-background="cream">'


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("font-readable.text-150", {"font": "readable", "text": "150"}),
        ("text-150.font-readable.text-200", {"font": "readable", "text": "200"}),
        ("text-300.font-.x.background-cream", {"background": "cream"}),
        ('text-150"><script>', {}),
        ("Text-150", {}),
        ("links-marked." * 20, {}),
        ("", {}),
    ],
)
def test_only_what_is_known_is_read(text, chosen):
    assert display.read(text) == chosen
    assert display.read(display.write(chosen)) == chosen


@pytest.mark.django_db
def test_a_choice_is_kept_and_holds_on_every_page_and_in_every_language(client, admin_client):
    make_city(name="Bologna", slug="bologna")
    link = 'href="/it/display/?next=%2Fit%2Fcities%2F%3Fcountry%3DIT%26on%3D1995"'
    assert link in client.get("/it/cities/?country=IT&on=1995").content.decode()
    page = client.get("/it/display/?next=%2Fit%2Fcities%2F%3Fcountry%3DIT%26on%3D1995").content.decode()
    assert '<form class="preferences" method="post" action="/it/display/"' in page
    assert "csrfmiddlewaretoken" not in page
    address = unescape(page.split('name="next" value="')[1].split('"')[0])
    choice = {"font": "readable", "text": "150", "links": "", "background": "cream", "next": address}
    answer = client.post("/it/display/", choice, **HERE)
    assert (answer.status_code, answer["Location"]) == (303, "/it/cities/?country=IT&on=1995")
    cookie = answer.cookies["display"]
    assert cookie.value == "font-readable.text-150.background-cream"
    for path in ("/it/cities/?country=IT&on=1995", "/", "/de/cities/bologna/", "/display/"):
        html = client.get(path).content.decode()
        assert ATTRIBUTES in html.partition("<head>")[0]
        assert html.count("css/display.css") == (2 if path == "/display/" else 1)
    assert ATTRIBUTES in client.get("/nowhere/").content.decode()
    admin_client.cookies["display"] = cookie.value
    html = admin_client.get("/admin/").content.decode()
    assert "display-font-readable display-text-150 display-background-cream" in html
    assert "css/admin-display.css" in html
    answer = client.post("/display/", {**choice, "reset": "1"}, **HERE)
    assert (answer.status_code, answer.cookies["display"]["max-age"]) == (303, 0)
    assert "css/display.css" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_choice_from_elsewhere_or_that_is_none_is_not_kept(client):
    choice = {"text": "150", "next": "/cities/"}
    for headers in (
        {},
        {"HTTP_ORIGIN": "https://evil.example"},
        {**HERE, "HTTP_SEC_FETCH_SITE": "cross-site"},
    ):
        answer = client.post("/display/", choice, **headers)
        assert (answer.status_code, "display" in answer.cookies) == (403, False)
    answer = client.post("/display/", {**choice, "text": "300"}, **HERE)
    assert (answer.status_code, "display" in answer.cookies) == (400, False)
    html = answer.content.decode()
    assert '<a href="#text">' in html and '<input type="hidden" name="next" value="/cities/">' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\r\nb",
        "/\t/x",
        "",
    ],
)
def test_nobody_is_led_away_by_the_form(client, address):
    assert client.post("/it/display/", {"next": address}, **HERE)["Location"] == "/it/"


@pytest.mark.django_db
@override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}})
def test_the_page_cache_tells_displays_apart_and_nonsense_from_nothing_does_not(client):
    caches["default"].clear()
    seen = {}
    for cookie in ("", "text-200", "background-black", "text-200"):
        client.cookies["display"] = cookie
        answer = client.get("/cities/")
        assert "Cookie" in answer["Vary"] and f'data-{cookie.replace("-", chr(61) + chr(34))}"' in (
            answer.content.decode() if cookie else f'data-{cookie}"'
        )
        seen.setdefault(answer["ETag"], set()).add(cookie)
    assert sorted(map(sorted, seen.values())) == [[""], ["background-black"], ["text-200"]]
    plain = next(etag for etag, cookies in seen.items() if cookies == {""})
    client.cookies["display"] = "nonsense"
    assert client.get("/cities/", HTTP_IF_NONE_MATCH=plain).status_code == 304
    client.cookies["display"] = "text-200"
    assert client.get("/cities/", HTTP_IF_NONE_MATCH=plain).status_code == 200


@pytest.mark.django_db
def test_a_frame_takes_preferences_from_its_address_and_from_no_cookie(client):
    make_city(name="Bologna", slug="bologna")
    client.cookies["display"] = "text-200"
    plain = client.get("/embed/cities/bologna/").content.decode()
    assert "data-text" not in plain and "embed-display.css" not in plain
    html = client.get("/embed/cities/bologna/?display=text-150.font-readable.zoom-9").content.decode()
    assert ' data-font="readable" data-text="150">' in html.partition("<head>")[0]
    assert "css/embed-display.css" in html
    snippet = client.get("/cities/bologna/embed/?display_text=150&display_background=black").content.decode()
    assert 'src="/embed/cities/bologna/?display=text-150.background-black"' in snippet
    assert "bologna.html?display" not in snippet
