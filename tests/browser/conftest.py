"""Browser tests: the site in Chromium, on a live server.

`def test_x(browser_page): browser_page.goto("/cities/")`. A test that wants another screen parametrises
`viewport` ("390x844") or `color_scheme` ("dark"); `scripts` "off" is a browser without JavaScript.
A busy machine may keep Chromium waiting for longer than a test does, so each of these tests may try twice.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session", autouse=True)
def database_before_server(django_db_setup):
    """Make the test database first: a server started before it would share this thread's connection."""


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once for each test process; skips where there is none, unless it is required."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if "browser" in os.environ.get("CITYNET_REQUIRE", ""):
            pytest.fail("Chromium is required but was not found")
        pytest.skip("no Chromium found")
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def viewport():
    return "1280x800"


@pytest.fixture
def scripts():
    return "on"


@pytest.fixture
def color_scheme():
    return "light"


@pytest.fixture
def browser_page(browser, committed_groups, live_server, viewport, color_scheme, scripts):
    """A page of a fresh browser session; addresses are relative to the live server.

    The staff groups are there. The test fails if a script raised an
    error or the Content-Security-Policy blocked something, since no visitor would report either.
    """
    width, height = map(int, viewport.split("x"))
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        color_scheme=color_scheme,
        java_script_enabled=scripts == "on",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: "Content Security Policy" in message.text and problems.append(message.text),
    )
    yield page
    context.close()
    assert problems == []
