"""Bologna's role in 1995 and its passport: in Italian, dark, a more readable font, 200 % text, without a script.

Nothing but the keyboard is used, from the home page to paper.
"""

import pytest
from playwright.sync_api import expect

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO

from .test_journeys import tab_to, words

pytestmark = [
    pytest.mark.parametrize("scripts", ["off"]),
    pytest.mark.parametrize("viewport", ["1280x900"]),
]


def choose(page, name, value):
    """Go to a group of radio buttons by Tab, and to one of them by the arrow keys."""
    tab_to(page, f"input[name={name}]")
    for _key in range(10):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow keys do not lead to {value}")


def test_bolognas_role_in_1995_and_its_passport_by_keyboard_alone(browser_page):
    load(DEMO)
    page = browser_page
    page.goto("/it/")
    tab_to(page, ".site-display")
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/display/**")
    choose(page, "font", "readable")
    choose(page, "text", "200")
    choose(page, "background", "dark")
    tab_to(page, ".preferences button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/")
    assert page.evaluate("({...document.documentElement.dataset})") == {
        "font": "readable",
        "text": "200",
        "background": "dark",
    }
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 24, 26)"

    tab_to(page, "#search")
    page.keyboard.type("Bologna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/search/?q=Bologna")
    assert tab_to(page, 'main a[href="/it/cities/bologna/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/cities/bologna/")
    assert page.evaluate("document.documentElement.lang") == "it"
    assert words(page.locator("h1")) == "Bologna"

    # The first stop leads past the header; the day is asked for in a field that opens.
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#another-day summary")
    page.keyboard.press("Enter")
    tab_to(page, "#ask-on")
    page.keyboard.type("1995")
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/cities/bologna/?on=1995")
    role = page.locator("main li", has_text="president").filter(has_text="1995").first
    expect(role).to_contain_text("Eurocities")
    assert page.evaluate("document.documentElement.dataset.text") == "200"
    assert page.evaluate("document.documentElement.scrollWidth") == 1280

    tab_to(page, 'main a[href^="/it/cities/bologna/passport/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/cities/bologna/passport/?on=1995*")
    expect(page.locator("main")).to_contain_text("Eurocities")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280

    # On paper: no header, no choices, dark on white.
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".passport-choice")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Eurocities")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf().startswith(b"%PDF")
