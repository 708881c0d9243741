"""citynet.core.security: what is refused, what is not, and the headers of every answer."""

import random
import re
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import DataError
from django.http import HttpResponse
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from citynet.core.security import CrossOriginResourcePolicy, RefuseBadInput
from tests.page import words

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
INLINE = re.compile(
    r"""\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)[^>]*>|["']javascript:""", re.IGNORECASE
)
ADDRESSES = ("/", "/cities/", "/admin/", "/admin/auth/user/", "/healthz", "/no/such/page/")
NUL = "a NUL byte"
NOT_UTF8 = "not valid UTF-8"


def heading(response):
    return words(response.content.decode().partition("<h1>")[2].partition("</h1>")[0])


@pytest.fixture
def staff(admin_client):
    """A signed-in administrator whose errors come back as 500 pages, as in production."""
    admin_client.raise_request_exception = False
    return admin_client


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("q=\x00", NUL),
        ("q=%00", NUL),
        ("q=a%2500b", NUL),
        ("%00=a", NUL),
        ("a=1&b=%C3%BC%00", NUL),
        ("q=%FF", NOT_UTF8),
        ("q=%ED%A0%80", NOT_UTF8),  # the lone surrogate U+D800, as a careless encoder writes it
        ("q=%C0%80", NOT_UTF8),  # NUL in two bytes, as Java writes it
        ("q=caf%E9", NOT_UTF8),  # Latin-1
        ("q=" + "a" * 9_000, "The address is too long."),
        ("&".join(f"country={number}" for number in range(201)), "too many parameters"),
    ],
)
@pytest.mark.django_db
def test_a_bad_query_string_is_refused_at_every_address(staff, address, query, reason):
    response = staff.get(address, QUERY_STRING=query)
    assert response.status_code == 400
    assert reason in response.content.decode()
    assert heading(response) == "This request cannot be answered"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/cities/\x00/", NUL),
        ("/cities/%00/", NUL),
        ("/cities/bologna%2500/", NUL),
        ("/admin/auth/user/%00/change/", NUL),
        ("/static/%00", NUL),
        ("/files/%00.pdf", NUL),
        ("/cities/%FF/", NOT_UTF8),
        ("/cities/%ED%A0%80/", NOT_UTF8),
        ("/cities/" + "a" * 3_000, "The address is too long."),
    ],
)
@pytest.mark.django_db
def test_a_bad_path_is_refused(staff, path, reason):
    response = staff.get(path)
    assert response.status_code == 400
    assert reason in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["q=", "", "q=100%25", "q=Z%C3%BCrich", "q=%F0%9F%8C%8D", "q=%", "q=%zz", "q=" + "a" * 7_000, "&&&=&"],
)
@pytest.mark.django_db
def test_an_unusual_but_honest_query_string_passes(client, query):
    assert client.get("/healthz", QUERY_STRING=query).json() == {"status": "ok"}


def test_raw_utf8_in_a_query_string_passes(client):
    assert client.get("/healthz?q=Zürich").json() == {"status": "ok"}


@pytest.mark.django_db
def test_exactly_two_hundred_parameters_pass(client):
    assert client.get("/healthz?" + "&".join(["a=1"] * 200)).status_code == 200
    assert client.get("/healthz?" + "&".join(["a=1"] * 201)).status_code == 400


@pytest.mark.django_db
def test_a_nul_byte_hidden_in_a_quoted_cookie_is_refused(client):
    response = client.get("/admin/", headers={"cookie": r'sessionid="aaaaaaaa\000aaaaaaaa"'})
    assert response.status_code == 400
    assert NUL in response.content.decode()


@pytest.mark.django_db
def test_a_quoted_cookie_without_a_nul_byte_passes(client):
    assert client.get("/healthz", headers={"cookie": r'a="\"b\""'}).status_code == 200


@pytest.mark.parametrize("fields", [{"username": "a\x00"}, {"user\x00name": "a"}, {"next": ["/", "\x00"]}])
@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.django_db
def test_a_nul_byte_in_a_posted_field_is_refused(client, fields, multipart):
    if multipart:
        response = client.post("/admin/login/", fields)
    else:
        body = "&".join(f"{name}={value[-1]}".replace("\x00", "%00") for name, value in fields.items())
        response = client.post("/admin/login/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    assert NUL in response.content.decode()


@pytest.mark.django_db
def test_a_login_form_without_nul_bytes_reaches_its_page(client):
    get_user_model().objects.create_superuser("ada", password="difference engine")
    response = client.post("/admin/login/?next=/admin/", {"username": "ada", "password": "difference engine"})
    assert (response.status_code, response["Location"]) == (302, "/admin/")


@pytest.mark.django_db
def test_a_stranger_is_refused_before_the_body_is_read():
    class Body:
        def read(self, *args):
            raise AssertionError("the body was read")

        readline = read

    upload = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": "1000",
        "wsgi.input": Body(),
    }
    with pytest.raises(AssertionError, match="the body was read"):
        Client().generic("POST", "/admin/login/", **upload)
    response = Client(enforce_csrf_checks=True).generic("POST", "/admin/login/", **upload)
    assert response.status_code == 403
    assert heading(response) == "This form could not be accepted"


def test_an_enormous_body_is_refused_by_its_announced_size(client):
    response = client.post("/healthz", {"a": "b"}, CONTENT_LENGTH=str(64 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert "too large" in response.content.decode()


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5_000])
def test_a_nonsensical_length_is_no_server_error(client, length):
    assert client.get("/healthz", CONTENT_LENGTH=length).status_code in (200, 413)


@pytest.mark.parametrize("host", ["evil.example", "a b", "localhost:port", "[::1", "local\x00host", "ü"])
def test_an_unknown_or_broken_host_gets_a_400_page(client, host):
    response = client.get("/admin/", headers={"host": host})
    assert response.status_code == 400
    assert heading(response) == "This request cannot be answered"


@pytest.mark.parametrize(
    "path", ["/../settings.py", "/static/../citynet/settings.py", "/files/../../manage.py"]
)
@pytest.mark.django_db
def test_path_traversal_finds_nothing(client, path):
    assert client.get(path).status_code == 404
    assert client.get(path.replace("..", "%2e%2e")).status_code == 404


@pytest.mark.django_db
def test_no_fuzzed_admin_address_is_a_server_error(staff):
    """Seeded, so that a failure can be run again: the address is in the message."""
    rng = random.Random(1986)
    values = [
        *("%00", "%2500", "%FF", "%ED%A0%80", "1" + "0" * 23, "NaN", "-1", "2026-02-30", "%F0%9F%8C%8D"),
        *("a" * 9_000, "%27%22%3C", "..%2f", "", "9" * 5_000, "e_3A", "__", "%5B%5D", "%0d%0a"),
    ]
    names = ["q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "id__exact", "email"]
    names += ["is_staff__exact", "groups__id__exact", "last_login__gte", "password__startswith", "pk__in"]
    for _ in range(400):
        path = f"/admin/auth/user/{rng.choice(['', '', 'add/', rng.choice(values) + '/change/'])}"
        query = "&".join(f"{rng.choice(names)}={rng.choice(values)}" for _ in range(rng.randint(1, 3)))
        assert staff.get(f"{path}?{query}").status_code in (200, 302, 400, 403, 404), f"{path}?{query}"[:300]


@pytest.mark.parametrize("exception", [DataError, OverflowError])
def test_a_value_that_the_database_cannot_hold_is_refused_in_an_address_only(exception):
    request = RequestFactory().get("/cities/")
    middleware = RefuseBadInput(lambda request: None)
    assert (
        "outside of what can be stored" in middleware.process_exception(request, exception()).content.decode()
    )
    assert middleware.process_exception(RequestFactory().post("/cities/"), exception()) is None
    assert middleware.process_exception(request, ValueError()) is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/", 200),
        ("/admin/auth/user/", 200),
        ("/admin/auth/user/add/", 200),
        ("/admin/jsi18n/", 200),
        ("/healthz", 200),
        ("/no/such/page/", 404),
        ("/admin/?q=%00", 400),
    ],
)
@pytest.mark.django_db
def test_every_answer_has_the_strict_headers(admin_client, path, status):
    response = admin_client.get(path)
    assert response.status_code == status
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("is_subresource", [True, False])
def test_styles_and_scripts_have_no_headers_that_only_documents_heed(rf, is_subresource):
    response = HttpResponse(headers={"Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff"})
    response.is_subresource = is_subresource
    answer = CrossOriginResourcePolicy(lambda request: response)(rf.get("/static/css/lists.css"))
    assert answer.headers.get("Referrer-Policy") == (None if is_subresource else "same-origin")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_stands_alone(template):
    page = render_to_string(template)
    assert "style=" not in page
    assert "<style" not in page
    assert "<script" not in page
    assert '<link rel="stylesheet" href="/static/css/error.css">' in page
    for address in ("/", "/cities/", "/networks/", "/events/"):
        assert f'<a href="{address}">' in page


def test_a_server_error_shows_the_500_page_without_a_database(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the reason, which is nobody's business")

    monkeypatch.setattr("citynet.portal.health.count_unapplied_migrations", fail)
    client.raise_request_exception = False
    response = client.get("/readyz")
    assert response.status_code == 500
    assert heading(response) == "Something went wrong here"
    assert "nobody's business" not in response.content.decode()


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_no_template_of_ours_has_anything_inline(path):
    assert INLINE.findall(path.read_text()) == []


def test_the_inline_check_sees_every_kind():
    page = '<p style="a"><a onclick="b"><style>c</style><script>d</script><script src="e"></script><a href="javascript:f">'
    assert INLINE.findall(page) == [" style=", " onclick=", "<style", "<script>", '"javascript:']


def test_the_list_of_versions_is_ours_since_the_package_has_an_inline_style():
    template = get_template("simple_history/object_history_list.html")
    assert Path(template.origin.name).is_relative_to(TEMPLATES)
