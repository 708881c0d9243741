"""Pages are light and quiet: few bytes, no other host, nothing that the policy forbids, nothing that jumps.

The budgets are those of DESIGN.md §6. `make audit` measures the same on a site that is served as production
does; here static files are served as they are, so their compressed sizes are computed.
"""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO
from tests.portal.demo import load_pages
from tests.portal.pages import NOT_FOUND, PAGES

from .visit import AFTERWARDS, FIRST_VISIT, FIRST_VISIT_WITH_MAP, MAX_SHIFT, Visit, visit

HEADERS = 550  # bytes before a static file, more than there are (484, HSTS among them): security, name, date
COMPRESSED = (".css", ".js", ".svg", ".json")
PHONE = {"width": 412, "height": 823}
FIRST = ("home", "cities", "cities as cards", "cities on a map", "calendar", "city", "network", "event")
ADDRESSES = {**PAGES, "not found": NOT_FOUND, "refused": "/cities/?q=%00"}
STATUS = {"not found": 404, "refused": 400}


@cache
def compressed(path):
    """Give the size in bytes of a static file as WhiteNoise sends it, headers included."""
    content = Path(finders.find(path)).read_bytes()
    return HEADERS + len(brotli.compress(content) if path.endswith(COMPRESSED) else content)


def weigh(seen):
    """Put in place of what static files weighed here what they weigh on a site in production."""
    for address, size in seen.weights.items():
        path = unquote(urlsplit(address).path)
        if size and path.startswith(settings.STATIC_URL):
            seen.weights[address] = compressed(path.removeprefix(settings.STATIC_URL))
    return seen


def disturbances(name, seen):
    """Give the sentences on what a visitor would not like, weights aside."""
    expected = STATUS.get(name, 200)
    errors = [error for error in seen.errors if expected == 200 or f" {expected} " not in error]
    told = {
        f"answers {seen.status}": seen.status != expected,
        f"asks other hosts: {seen.strangers}": seen.strangers,
        f"violates the policy: {seen.violations}": seen.violations,
        f"has errors: {errors}": errors,
        f"shifts by {seen.shift:.3f}": seen.shift > MAX_SHIFT,
    }
    return [f"{name} ({ADDRESSES[name]}) {words}" for words, is_so in told.items() if is_so]


@pytest.fixture
def open_page(browser, live_server):
    """Give what opens a page of a fresh browser session."""
    contexts = []

    def open_one():
        contexts.append(browser.new_context(base_url=live_server.url, viewport=PHONE))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def demo(committed_groups):
    load(DEMO)
    load_pages()


def test_first_visits_are_light_and_the_pages_after_home_lighter(open_page, demo):
    faults, with_map = [], []
    for name in FIRST:
        first = weigh(visit(open_page(), PAGES[name]))
        page = open_page()
        visit(page, PAGES["home"])
        after = weigh(visit(page, PAGES[name]))
        assert first.weight > after.weight > 500, name
        with_map += [name] * first.has_map
        budget = FIRST_VISIT_WITH_MAP if first.has_map else FIRST_VISIT
        if first.weight > budget:
            faults += [f"{name} weighs {first.weight:,} B, not {budget:,}", *first.heaviest()]
        if not after.has_map and after.weight > AFTERWARDS:
            faults += [f"{name} weighs {after.weight:,} B afterwards, not {AFTERWARDS:,}", *after.heaviest()]
        faults += disturbances(name, first)
    assert not faults, "\n".join(faults)
    assert "cities on a map" in with_map and "cities" not in with_map and "calendar" not in with_map


def test_a_crawl_of_every_kind_of_page_meets_no_other_host_and_no_violation(open_page, demo):
    page = open_page()
    faults = []
    for name, address in ADDRESSES.items():
        faults += disturbances(name, visit(page, address))
    assert not faults, "\n".join(faults)


def test_what_would_disturb_is_noticed(open_page):
    """The watch sees a shift, a refusal of the policy and a request to another host."""
    page = open_page()
    page.route(
        "**/robots.txt",
        lambda route: route.fulfill(
            status=200,
            content_type="text/html",
            headers={"Content-Security-Policy": "img-src 'none'"},
            body='<body><p id="late"></p><h1>x</h1><img src="/x.png">'
            '<script>setTimeout(() => { late.style.height = "400px"; }, 200);'
            'fetch("http://127.0.0.2:9/").catch(() => {});</script>',
        ),
    )
    page.context.route(
        "http://127.0.0.2:9/",
        lambda route: route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"}, body="x"),
    )
    seen = visit(page, "/robots.txt")
    assert seen.shift > MAX_SHIFT
    assert [violation.split()[0] for violation in seen.violations] == ["img-src"]
    assert seen.strangers == ["http://127.0.0.2:9/"]


def test_a_weight_is_that_of_the_wire(open_page, demo):
    page = open_page()
    seen = visit(page, "/about/data/")
    document = seen.weights[page.url]
    size = len(page.request.get("/about/data/", headers={"Accept-Encoding": "identity"}).body())
    assert document < size / 2  # it came compressed
    assert compressed("css/bootstrap.min.css") < 30_000
    assert isinstance(seen, Visit) and len(seen.weights) >= 3
