"""Display preferences in a browser: chosen by keyboard without a script, they hold, and large text has room."""

import re

import pytest
from playwright.sync_api import expect

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO
from tests.portal.pages import PAGES

NAMES = (
    *("home", "cities", "city", "timeline of a network", "cities on a map", "calendar", "search"),
    *("passport", "event", "comparison of cities"),
)
ROOM = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
STYLE = """() => {
  const root = getComputedStyle(document.documentElement), body = getComputedStyle(document.body);
  return [root.fontSize, body.fontFamily.split(",")[0], body.backgroundColor];
}"""


@pytest.mark.parametrize("viewport", ["320x640"])
@pytest.mark.parametrize("scripts", ["off"])
def test_large_readable_text_on_cream_holds_everywhere_and_nothing_moves_sideways(
    browser_page, committed_groups
):
    load(DEMO)
    page = browser_page
    page.goto("/de/cities/bologna/?on=1995")
    page.locator(".site-display").press("Enter")
    for choice in ("font-readable", "text-200", "background-cream"):
        name, value = choice.split("-")
        page.locator(f'[name="{name}"][value="{value}"]').press("Space")
    page.locator('.preferences button[type="submit"]').first.press("Enter")
    expect(page).to_have_url(re.compile(r"/de/cities/bologna/\?on=1995$"))
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for prefix, name in [("", name) for name in NAMES] + [("/de", name) for name in NAMES[:3]]:
            page.goto(f"{prefix}{PAGES[name]}")
            assert page.evaluate(STYLE) == ["32px", '"Atkinson Hyperlegible"', "rgb(251, 243, 222)"]
            wide, room = page.evaluate(ROOM)
            assert (prefix, name, max(wide, width)) == (prefix, name, width), room
    page.emulate_media(media="print")
    assert page.evaluate(STYLE)[2] == "rgb(255, 255, 255)"
