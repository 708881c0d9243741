"""citynet.content.ratings, its models and its admin: how clear a page is, asked and read."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from citynet.content.admin.ratings import figures_of
from citynet.content.models import Rating, RatingLimit, VisitorKey
from citynet.content.models import ratings as limits
from citynet.content.models.ratings import network_of
from citynet.content.ratings import choices, name_page, named_page
from citynet.core.caching import changed_at, data_version
from citynet.core.models import State
from tests.core.test_caching import commit, renews
from tests.networks.make import make_city, make_membership, make_network
from tests.portal.make import make_client

from .make import make_rating

pytestmark = pytest.mark.django_db

HERE = {"sec-fetch-site": "same-origin"}
ELEMENTS = (
    *("feedback", "feedback-title", *(f"feedback-rate-{number}" for number in range(1, 6))),
    *("feedback-rating-positive", "feedback-rating-question", *["feedback-rating-answer"] * 5),
    *("feedback-rating-negative", "feedback-rating-question", *["feedback-rating-answer"] * 5),
    "feedback-input-text",
)


def send(client, path="/cities/bologna/", headers=HERE, address="192.0.2.1", to="/rate/", **data):
    data = {"page": name_page(path), "stars": "2", **data}
    return client.post(to, data, headers={"user-agent": "A", **headers}, REMOTE_ADDR=address)


def said(response):
    """Give the sentences of the notice on the page that refuses an answer."""
    notice = re.search(r'<div class="notice problem".*?</div>', response.content.decode(), re.S)[0]
    return [
        " ".join(re.sub(r"<.*?>", "", line).split()) for line in re.findall(r"<li>(.*?)</li>", notice, re.S)
    ]


# The form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/", "/cities/", "/cities/bologna/", "/search/", "/cities/bologna/passport/"]
)
def test_every_page_asks_once_in_the_words_of_the_italian_validator(client, address):
    make_city(slug="bologna")
    html = client.get(address).content.decode()
    assert tuple(re.findall(r'data-element="(.*?)"', html)) == ELEMENTS
    assert named_page(re.search(r'name="page" value="(.*?)"', html)[1]) == address
    positive = html[html.index("feedback-rating-positive") : html.index("feedback-rating-negative")]
    assert re.findall(r'value="(.*?)"', positive) == Rating.Liked.values
    assert len(re.findall("data-liked", html)) == 3  # from three stars up


def test_neither_what_is_embedded_nor_an_error_asks(client):
    make_city(slug="bologna")
    for address in ("/embed/cities/bologna/", "/cities/nowhere/"):
        assert 'data-element="feedback' not in client.get(address).content.decode()


# Answers ---------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_a_second_one_on_the_day_takes_its_place(client):
    response = send(client, stars="2", liked="clear", hard="lost", text=" I was\r\nlost ")
    assert (response.status_code, response["Location"].partition("?")[0]) == (303, "/rate/thanks/")
    assert '<a href="/cities/bologna/">' in client.get(response["Location"]).content.decode()
    send(client, path="/it/cities/bologna/", to="/it/rate/", stars="3", liked="complete", hard="lost")
    send(client, address="192.0.2.2")
    send(client, path="/cities/")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send(client)
    kept = Rating.objects.order_by("pk").values_list("path", "language", "stars", "reason", "text")
    assert list(kept) == [
        ("/cities/bologna/", "it", 3, "complete", ""),
        ("/cities/bologna/", "en", 2, "", ""),
        ("/cities/", "en", 2, "", ""),
        ("/cities/bologna/", "en", 2, "", ""),
    ]
    # Nothing tells that one visitor gave three of them, and the keys that could are gone.
    assert Rating.objects.values("visitor").distinct().count() == 4
    assert not Rating.objects.filter(visitor__contains="192").exists()
    assert list(VisitorKey.objects.values_list("day", flat=True)) == [
        timezone.localdate() + timedelta(days=1)
    ]


def test_only_forms_of_this_site_count(client):
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {},
    ):
        assert send(client, headers=headers).status_code == 403
    assert not Rating.objects.exists()
    assert send(client, headers={"origin": "http://testserver"}).status_code == 303


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"stars": ""}, "Choose one to five stars."),
        ({"stars": "6"}, "Choose one to five stars."),
        ({"stars": "٣x" * 999}, "Choose one to five stars."),
        ({"stars": ["1", "5"]}, "This was sent more than once: stars. Send one answer."),
        ({"hard": "clear"}, "Choose one of the answers, or none."),
        ({"text": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"website": "http://x"}, "Leave the hidden field empty: only programs fill it in."),
        ({"page": "/cities/bologna/"}, "Go back to the page that you want to rate, and load it anew."),
        ({"page": "//evil.example:x"}, "Go back to the page that you want to rate, and load it anew."),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence_and_kept_in_the_form(client, data, sentence):
    response = send(client, **{"hard": "lost", "text": "<b>typed", **data})
    assert (response.status_code, said(response)) == (400, [sentence])
    assert not Rating.objects.exists()
    if not {"page", "text"} & data.keys() and not isinstance(data.get("stars"), list):
        assert "&lt;b&gt;typed</textarea>" in response.content.decode()


def test_odd_bodies_are_refused(client):
    odd = {
        "stars=1\x00&page=%00": 400,
        "": 400,
        "&".join(f"a{number}=1" for number in range(2000)): 400,
        "text=" + "x" * 30_000: 413,
        "stars=%ff%fe&text=%f0": 400,
    }
    for body, status in odd.items():
        response = client.post("/rate/", body, "application/x-www-form-urlencoded", headers=HERE)
        assert response.status_code == status, body[:20]
    assert client.post("/rate/", "{}", "application/json", headers=HERE).status_code == 400
    assert client.post("/rate/", "--x", "multipart/form-data", headers=HERE).status_code == 400
    assert client.get("/rate/thanks/?page=//evil.example").status_code == 200
    assert client.get("/rate/")["Location"] == "/"


def test_too_many_answers_are_refused_for_an_hour_from_one_address_and_from_all(client, monkeypatch):
    monkeypatch.setattr(limits, "AN_HOUR_EACH", 2)
    monkeypatch.setattr(limits, "AN_HOUR_ALL", 4)
    with time_machine.travel(datetime(2026, 5, 1, 9, 10, tzinfo=UTC), tick=False):
        of_one = [send(client, address=f"2001:db8::{number}").status_code for number in range(3)]
        assert of_one == [303, 303, 429]
        assert [send(client, address=f"192.0.2.{number}").status_code for number in range(3)] == [
            303,
            303,
            429,
        ]
        response = send(client, text="typed")
        assert "typed</textarea>" in response.content.decode()
        assert response["Retry-After"] == "3000"
    with time_machine.travel(datetime(2026, 5, 1, 10, tzinfo=UTC), tick=False):
        assert send(client).status_code == 303
    assert RatingLimit.objects.count() == 2


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_wrote(client, settings):
    for forwarded in ("203.0.113.9", "203.0.113.9, 198.51.100.1", "1.1.1.1, 198.51.100.1"):
        send(client, headers={**HERE, "x-forwarded-for": forwarded})
    assert Rating.objects.count() == 1  # it is not believed
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for forwarded in ("203.0.113.9", "203.0.113.9, 198.51.100.1", "1.1.1.1, 198.51.100.1"):
        send(client, headers={**HERE, "x-forwarded-for": forwarded})
    assert Rating.objects.count() == 3
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64" and network_of("x") == "x"


def test_the_database_refuses_six_stars_and_ratings_leave_the_public_pages_alone(client):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rating(stars=6)
    assert not renews(lambda: send(client))
    assert choices()["length"] == 200


def test_the_command_forgets_old_words_and_keys():
    today = timezone.localdate()
    old, new = make_rating(day=today - timedelta(days=366), text="old"), make_rating(text="new")
    VisitorKey.objects.create(day=today - timedelta(days=1), key="00")
    call_command("forget_ratings")
    assert list(Rating.objects.order_by("pk").values_list("pk", "text")) == [(old.pk, ""), (new.pk, "new")]
    assert not VisitorKey.objects.exists()


# The admin -------------------------------------------------------------------------------------------------

LIST = "/admin/content/rating/"


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_staff_read_averages_the_trend_and_comments_and_take_them_away():
    for stars, day, text in ((1, "2026-03-01", "=1+1"), (2, "2026-03-31", "<b>"), (5, "2026-04-01", "")):
        make_rating(path="/a/", stars=stars, day=date.fromisoformat(day), text=text)
    make_rating(path="/b/", stars=4, day=date(2026, 4, 2))
    client = make_client("editor")
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC)):
        response = client.get(LIST)
        html = response.content.decode()
        assert (response.context["average"], response.context["ratings"]) == (3, 4)
        trend = [(month, number, mean) for month, number, mean, _share in response.context["trend"]]
        assert trend == [(date(2026, 4, 1), 2, 4.5), (date(2026, 3, 1), 2, 1.5)]
        assert "&lt;b&gt;" in html and "4 answers, 3.00 stars on average" in " ".join(html.split())
        assert client.get(f"{LIST}?comment=yes&stars=2").context["ratings"] == 1
        pages = client.get(f"{LIST}pages/?by=average").context["page"].object_list
        assert [(row["path"], row["ratings"], row["average"], row["stars_1"]) for row in pages] == [
            ("/a/", 3, 2.67, 1),
            ("/b/", 1, 4, 0),
        ]
        assert client.get(f"{LIST}pages/?stars__gt=x").status_code == 302
        assert rows_of(client.get(f"{LIST}export/?path=/a/"))[:2] == [
            ["day", "path", "language", "stars", "reason", "text"],
            ["2026-04-01", "/a/", "en", "5", "", ""],
        ]
        assert rows_of(client.get(f"{LIST}export/"))[-1][-1] == "'=1+1"
        assert rows_of(client.get(f"{LIST}pages/export/?q=a"))[1:] == [
            ["/a/", "3", "2.67", "1", "1", "0", "0", "1", "2", "2026-04-01"]
        ]


def test_the_trend_is_of_this_month_and_the_eleven_before_it():
    for day in (date(2025, 5, 31), date(2025, 6, 1), date(2026, 5, 1)):
        make_rating(day=day)
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC)):
        figures = figures_of(Rating.objects.all())
    assert figures["ratings"] == 3
    assert [month for month, *_numbers in figures["trend"]] == [date(2026, 5, 1), date(2025, 6, 1)]


def test_the_lists_cost_the_same_for_one_and_for_many_ratings(django_assert_num_queries):
    client = make_client("viewer")
    counts = []
    for number in (1, 9):
        for _each in range(number):
            make_rating(text="x")
        for address in (LIST, f"{LIST}pages/"):
            with django_assert_num_queries(8 if address == LIST else 9):
                counts.append(client.get(address).context["ratings"])
    assert counts == [1, 1, 10, 10]


def test_nobody_writes_ratings_and_only_the_secretariat_deletes_them():
    rating = make_rating()
    for role, may_delete, may_export in (
        ("viewer", False, False),
        ("editor", False, True),
        ("secretariat", True, True),
    ):
        client = make_client(role)
        page = reverse("admin:content_rating_change", args=[rating.pk])
        assert client.get(page).status_code == 200
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(page, {"stars": 5}).status_code == 403
        assert client.get(f"{LIST}pages/export/").status_code == (200 if may_export else 403)
        assert client.get(f"{LIST}{rating.pk}/delete/").status_code == (200 if may_delete else 403)
    assert make_client(None).get(f"{LIST}pages/").status_code == 403


# Last updated ----------------------------------------------------------------------------------------------


def updated(client, address):
    """Give the words and the moment that a page ends with."""
    html = client.get(address).content.decode()
    words = re.findall(r'<p class="muted page-updated">(.*?)</p>', html, re.S)
    assert len(words) == 1
    moment = re.search(r'datetime="(.*?)"', words[0])[1]
    return " ".join(re.sub("<.*?>", "", words[0]).split()), datetime.fromisoformat(moment)


def test_a_record_tells_its_own_last_change_and_a_list_that_of_the_data(client):
    with time_machine.travel(datetime(2020, 1, 2, tzinfo=UTC), tick=False):
        city = make_city(slug="bologna")
        commit()
    with time_machine.travel(datetime(2021, 3, 4, 5, 6, 7, 89, tzinfo=UTC), tick=False):
        make_city(slug="milan")
        draft = make_network(state=State.DRAFT)
        commit()
    with time_machine.travel(datetime(2022, 5, 6, tzinfo=UTC), tick=False):
        draft.save()  # which the public does not see
        make_rating()
        commit()
        assert changed_at(None) == datetime(2021, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
        assert updated(client, "/cities/bologna/") == (
            "Last updated on 2 January 2020.",
            datetime(2020, 1, 2, tzinfo=UTC),
        )
        expected = "The data of this site was last updated on 4 March 2021."
        for address in ("/", "/cities/", "/search/?q=x", "/overlap/"):
            assert updated(client, address) == (expected, datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC))
        draft.state = State.PUBLISHED
        draft.publish_at = timezone.now() + timedelta(days=1)
        draft.save()
        make_membership(network=draft, city=city, publish_at=timezone.now() + timedelta(days=2))
        commit()
        assert changed_at(None) == timezone.now()
    with time_machine.travel(datetime(2022, 6, 6, tzinfo=UTC), tick=False):
        assert data_version().changed_at == datetime(2022, 5, 8, tzinfo=UTC)
        assert updated(client, "/cities/bologna/")[1] == datetime(2022, 5, 8, tzinfo=UTC)
        assert "<lastmod>2022-05-08T00:00:00Z<" in client.get("/sitemap-pages.xml").content.decode()
        assert "<lastmod>2022-05-07T00:00:00Z<" in client.get("/sitemap-networks-1.xml").content.decode()
