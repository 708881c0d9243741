"""The admin of pages and news: whose they are, preview, schedule in words, and the order of the tree."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from citynet.content.models import News, Page
from citynet.core.models import State
from tests.networks.make import make_network
from tests.portal.make import make_client

from .make import make_news, make_page

pytestmark = pytest.mark.django_db

PAGES, NEWS = "/admin/content/page/", "/admin/content/news/"
EMPTY = {"publish_at_0": "", "publish_at_1": "", "unpublish_at_0": "", "unpublish_at_1": ""}


def test_staff_move_pages_with_buttons_and_others_do_not(client):
    a, b = make_page(name="Alpha", slug="a"), make_page(name="Beta", slug="b")
    make_page(name="Below", slug="c", parent=b)
    staff = make_client("secretariat")
    text = staff.get(f"{PAGES}?state__exact=published").content.decode()
    assert f'value="{b.pk}-up" formaction="{PAGES}move/?state__exact=published"' in text
    assert 'aria-label="Move “Beta” up"' in text
    assert 'class="page-level-1">Below</span>' in text
    answer = staff.post(f"{PAGES}move/?state__exact=published", {"move": f"{b.pk}-up"})
    assert answer["Location"] == f"{PAGES}?state__exact=published#page-{b.pk}"
    assert list(Page.objects.values_list("path", flat=True)) == ["b", "b/c", "a"]
    assert (
        "“Beta” is the first already."
        in staff.post(f"{PAGES}move/", {"move": f"{b.pk}-up"}, follow=True).content.decode()
    )
    for other in (make_client("viewer"), make_client("editor", make_network())):
        assert "formaction" not in other.get(PAGES).content.decode()
        assert other.post(f"{PAGES}move/", {"move": f"{a.pk}-up"}).status_code == 403
    assert staff.post(f"{PAGES}move/", {"move": "x-up"}).status_code == 404
    assert staff.get(f"{PAGES}move/").status_code == 405


def test_a_draft_is_previewed_by_who_may_see_it_and_is_neither_kept_nor_indexed():
    ours, theirs = make_network(), make_network()
    news = make_news([ours], name="Secret talks", text="<p>Soon.</p>", state=State.DRAFT)
    page = make_page(name="New office", slug="office", text="<p>Here.</p>", state=State.DRAFT)
    for address, words in (
        (f"{NEWS}{news.pk}/preview/", "<p>Soon.</p>"),
        (f"{PAGES}{page.pk}/preview/", "<p>Here.</p>"),
    ):
        answer = make_client("editor", ours).get(address)
        text = answer.content.decode()
        assert words in text
        assert "Preview: only staff see this page as it is here." in text
        assert "Not public. Its state is “draft”." in text
        assert '<meta name="robots" content="noindex, nofollow">' in text
        assert 'data-element="feedback"' not in text  # nobody rates what is not public
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert Client().get(address).status_code == 302
    assert make_client("editor", theirs).get(f"{NEWS}{news.pk}/preview/").status_code == 404
    assert make_client("editor", ours).post(f"{NEWS}{news.pk}/preview/").status_code == 405


def test_an_editor_writes_news_of_her_own_networks_only_and_no_pages():
    ours, theirs = make_network(), make_network()
    mine, other = make_news([ours]), make_news([theirs], name="Of others")
    editor = make_client("editor", ours)
    form = {"name": "We met", "slug": "we-met", "date": "2026-11-22", "state": "draft", **EMPTY}
    assert "Of others" not in editor.get(NEWS).content.decode()
    assert editor.get(f"{NEWS}{other.pk}/change/").status_code == 302
    assert editor.get(f"{NEWS}{other.pk}/history/").status_code == 403
    for networks in ([], [theirs.pk]):
        answer = editor.post(f"{NEWS}add/", {**form, "networks": networks})
        assert answer.status_code == 200
        assert not News.objects.filter(slug="we-met").exists()
    answer = editor.post(f"{NEWS}add/", {**form, "networks": [ours.pk], "_preview": "1"})
    news = News.objects.get(slug="we-met")
    assert answer["Location"] == f"{NEWS}{news.pk}/preview/"
    assert set(news.networks.all()) == {ours}
    assert editor.get(f"{PAGES}add/").status_code == 403
    assert make_client("viewer").get(f"{NEWS}add/").status_code == 403
    assert make_client("viewer").get(f"{NEWS}{mine.pk}/change/").status_code == 200
    assert editor.get(f"{NEWS}export/").status_code == 200


@pytest.mark.parametrize("address", [PAGES, NEWS])
def test_the_lists_cost_as_many_statements_for_three_rows_as_for_one(address, django_assert_num_queries):
    staff = make_client("secretariat")
    make = make_page if address == PAGES else make_news
    make()
    with django_assert_num_queries(STATEMENTS[address]):
        staff.get(address)
    make()
    make(**({"parent": Page.objects.first()} if address == PAGES else {}))
    with django_assert_num_queries(STATEMENTS[address]):
        staff.get(address)


STATEMENTS = {PAGES: 6, NEWS: 9}


def test_the_schedule_is_said_in_words_in_the_form():
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), tick=False):
        moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        top = make_page(name="Top", publish_at=moment, unpublish_at=moment + timedelta(days=1))
        below = make_page(parent=top)
        staff = make_client("secretariat")
        text = staff.get(f"{PAGES}{top.pk}/change/").content.decode()
        said = top.publication_words()
        assert (
            said == "Appears on 24 November 2026 at 09:00 UTC. Disappears on 25 November 2026 at 09:00 UTC."
        )
        assert said in text
        assert text.count("Time zone: UTC.") == 2
        form = {"name": "Later", "slug": "later", "state": "draft", **EMPTY}
        form |= {"publish_at_0": "2026-11-24", "publish_at_1": "09:00"}
        text = staff.post(f"{PAGES}add/", form, follow=True).content.decode()
        assert (
            "Not public. It will not appear on 24 November 2026 at 09:00 UTC, as its state is “draft”."
            in text
        )
        text = staff.get(f"{PAGES}{below.pk}/change/").content.decode()
        assert "It is hidden while the page above it, “Top”, is not public." in text


def test_an_editor_of_pages_writes_schedules_renames_and_old_links_follow(client):
    """The whole journey of a page: a table, a moment at which it appears, a new address."""
    staff = make_client("secretariat")
    table = (
        "<table><tbody><tr><th>Year</th><th>Cities</th></tr><tr><td>2026</td><td>12</td></tr></tbody></table>"
    )
    form = {
        "name": "Results",
        "slug": "results",
        "text": f"<h2>Numbers</h2>{table}",
        "in_menu": "on",
        "state": "published",
        **EMPTY,
        "publish_at_0": "2026-11-24",
        "publish_at_1": "09:00",
    }
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment - timedelta(minutes=1), tick=False) as clock:
        answer = staff.post(f"{PAGES}add/", {**form, "_preview": "1"}, follow=True)
        preview = answer.content.decode()
        assert "Appears on 24 November 2026 at 09:00 UTC." in preview
        assert '<th scope="col">Year</th>' in preview
        page = Page.objects.get()
        assert client.get("/results/").status_code == 404
        assert "/results/" not in client.get("/cities/").content.decode()
        clock.move_to(moment)
        assert '<th scope="col">Year</th>' in client.get("/results/").content.decode()
        assert '<a href="/results/">Results</a>' in client.get("/cities/").content.decode()
        staff = make_client("secretariat")
        staff.post(
            f"{PAGES}{page.pk}/change/",
            {**form, "slug": "figures", "loaded_at": page.updated_at.isoformat()},
        )
        answer = client.get("/results/")
        assert (answer.status_code, answer["Location"]) == (301, "/figures/")
        assert "Numbers" in client.get("/figures/").content.decode()
