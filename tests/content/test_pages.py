"""Pages in their tree: addresses, order, publication, redirects, preview, and what else shows them."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.content.models import FormerPath, Page
from citynet.core.models import State
from citynet.portal.management.commands.load_demo import DEMO

from .make import make_news, make_page

pytestmark = pytest.mark.django_db


def tree():
    """Give the paths of all pages in the order of the tree."""
    return list(Page.objects.order_by("position").values_list("path", flat=True))


def test_a_page_stands_at_its_path_with_the_way_up_what_is_below_and_its_last_change(client):
    about = make_page(name="About us", slug="about", text="Who we are.")
    team = make_page(name="Team", slug="team", parent=about, text="Six people.")
    make_page(name="Jobs", slug="jobs", parent=team, summary="Work with us.")
    make_page(name="Secret", slug="secret", parent=team, state=State.DRAFT)
    make_page(name="Data", slug="us-data", parent=about)
    answer = client.get("/about/team/")
    assert answer.status_code == 200
    text = answer.content.decode()
    for words in (
        "Six people.",
        '<a href="/about/">About us</a>',
        'href="/about/team/jobs/">Jobs</a>',
        "Work with us.",
        'href="/about/us-data/">Data</a>',
        "Last updated on",
        '"@type":"WebPage"',
        "about/team.bib",
    ):
        assert words in text, words
    assert "Secret" not in text
    assert client.get("/about/team.bib").status_code == 200
    assert client.get("/about/team/nothing/").status_code == 404
    assert client.get("/team/").status_code == 404


def test_moving_and_renaming_takes_the_subtree_along_and_every_old_address_leads_there(client):
    about = make_page(slug="about")
    team = make_page(slug="team", parent=about)
    make_page(slug="jobs", parent=team)
    work = make_page(slug="work")
    stamp = Page.objects.get(path="about/team/jobs").updated_at
    team.slug = "people"
    team.save()
    team.parent = work
    team.save()
    assert tree() == ["about", "work", "work/people", "work/people/jobs"]
    work.slug = "with-us"
    work.save()
    assert tree() == ["about", "with-us", "with-us/people", "with-us/people/jobs"]
    for old in ("about/team/jobs", "about/people/jobs", "work/people/jobs"):
        answer = client.get(f"/{old}/?q=1")
        assert (answer.status_code, answer["Location"]) == (301, "/with-us/people/jobs/?q=1"), old
    assert client.get("/about/team/jobs.ris")["Location"] == "/with-us/people/jobs.ris"
    assert Page.objects.get(path="with-us/people/jobs").updated_at == stamp
    new = make_page(slug="team", parent=about)
    assert client.get("/about/team/").status_code == 200
    new.state = State.DRAFT
    new.save()
    assert client.get("/about/team/").status_code == 404  # the address is another page's own
    Page.objects.filter(path="with-us").update(state=State.DRAFT)
    assert client.get("/work/people/jobs/").status_code == 404


def test_a_move_costs_as_many_statements_however_many_pages_it_takes_along():
    counts = []
    for number in (1, 5):
        top, other = make_page(), make_page()
        page = make_page(parent=top)
        for _ in range(number):
            make_page(parent=make_page(parent=page))
        with CaptureQueriesContext(connection) as queries:
            page.parent, page.slug = other, f"moved-{number}"
            page.save()
        counts.append(len(queries))
        assert FormerPath.objects.filter(path__startswith=top.path).count() == 1 + 2 * number
    assert counts[0] == counts[1]


def test_staff_order_siblings_and_pages_below_go_along():
    a, b = make_page(slug="a"), make_page(slug="b")
    make_page(slug="a1", parent=a)
    make_page(slug="b1", parent=b)
    make_page(slug="a2", parent=a)
    c = make_page(slug="c")
    stamps = set(Page.objects.values_list("path", "updated_at"))
    assert tree() == ["a", "a/a1", "a/a2", "b", "b/b1", "c"]
    assert b.step(-1)
    assert tree() == ["b", "b/b1", "a", "a/a1", "a/a2", "c"]
    assert not c.step(1)
    assert not b.step(-1)
    assert set(Page.objects.values_list("path", "updated_at")) == stamps


def test_a_page_comes_and_goes_at_its_minute_and_with_the_pages_above_it(client):
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment - timedelta(minutes=1), tick=False) as clock:
        top = make_page(slug="top", publish_at=moment)
        page = make_page(slug="page", parent=top, unpublish_at=moment + timedelta(hours=1), name="Zebra")
        seen = []
        for minutes in (-1, 0, 59, 60):
            clock.move_to(moment + timedelta(minutes=minutes))
            found = "/top/page/" in client.get("/search/?q=zebra").content.decode()
            top_shows_it = "Zebra" in client.get("/top/").content.decode()
            seen.append((client.get("/top/page/").status_code, found, top_shows_it))
            assert Page.objects.published().filter(pk=page.pk).exists() == page.is_published
        assert seen == [(404, False, False), (200, True, True), (200, True, True), (404, False, False)]
        clock.move_to(moment + timedelta(minutes=30))
        top.state = State.ARCHIVED
        top.save()
        assert client.get("/top/page/").status_code == 404
        assert "/top/page/" not in client.get("/search/?q=zebra").content.decode()
        assert not Page.objects.get(pk=page.pk).is_published


def test_an_address_that_is_taken_is_refused_in_words():
    make_page(slug="about")
    for slug in ("cities", "news", "admin", "it", "static", "files"):
        with pytest.raises(ValidationError, match=f"“/{slug}/” is an address of the site itself"):
            Page(name="Page", slug=slug).full_clean()
    with pytest.raises(ValidationError, match="Another page has the address “/about/”"):
        Page(name="Page", slug="about").full_clean()


def test_no_circle_no_endless_depth_and_no_address_of_a_page_of_the_site_below(client):
    about = make_page(slug="about")
    team = make_page(slug="team", parent=about)
    about.parent = team
    with pytest.raises(ValidationError, match="circle"):
        about.full_clean()
    with pytest.raises(ValidationError, match="circle"):
        about.save()
    with pytest.raises(ValidationError, match="“/about/data/” is an address of the site itself"):
        Page(name="Data", slug="data", parent=about.parent.parent).full_clean()
    page = team
    for _ in range(3):
        page = make_page(parent=page)
    with pytest.raises(ValidationError, match="go 5 levels deep at most"):
        Page(name="Deep", slug="deep", parent=page).full_clean()


def test_identifier_and_sitemap_lead_to_the_path(client):
    page = make_page(slug="team", parent=make_page(slug="about"))
    assert client.get(f"/id/{page.uid}/")["Location"] == "/about/team/"
    block = page.pk // 10_000 + 1
    assert (
        "<loc>http://testserver/about/team/</loc>"
        in client.get(f"/sitemap-site-{block}.xml").content.decode()
    )


def test_the_pages_of_the_demo_are_loaded_once_in_their_order(client, capsys):
    rows = list(csv.DictReader((DEMO / "pages" / "pages.csv").read_text().splitlines()))
    for _ in range(2):
        call_command("load_pages", DEMO / "pages")
    assert capsys.readouterr().out == f"Loaded {len(rows)} pages.\nLoaded 0 pages.\n"
    assert tree() == [row["path"] for row in rows]
    text = client.get("/about/open-data/").content.decode()
    assert '<th scope="col">Format</th>' in text
    footer = text.partition('<footer class="site-footer')[2]
    places = [footer.find(f'<a href="/{row["path"]}/"') for row in rows if row["in_menu"] == "yes"]
    assert -1 not in places
    assert places == sorted(places)
    assert '<a href="/about/open-data/" aria-current="page">Open data</a>' in footer


@pytest.mark.parametrize("make", [make_page, make_news])
def test_what_a_text_says_is_found_in_every_language_without_its_marks(make):
    row = make(text="<p>Six <strong>people</strong></p>", summary="Who", text_es="<p>Seis</p>")
    assert row.search_words()[3:] == ["Who", "Six people", "Seis"]
