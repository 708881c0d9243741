"""The search of every page in a browser: by keyboard, by touch, and without a script."""

import re

import pytest
from playwright.sync_api import expect

from networks.models import CityAlias
from tests.networks.make import make_city, make_network, make_practice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places(transactional_db):
    milan = make_city(name="Milan", slug="milan")
    make_network(name="Milan Urban Food Policy Pact", acronym="MUFPP", slug="mufpp", seat=milan)
    make_practice(name="School canteens", slug="canteens", city=milan)
    make_city(name="Barcelona", slug="barcelona")
    CityAlias.objects.create(city=milan, name="Milano")


def field(page):
    return page.get_by_role("combobox", name="Search citynet")


def options(page):
    return [" ".join(text.split()) for text in page.locator("#suggestions [role=option]").all_inner_texts()]


def chosen(page):
    return page.evaluate("document.querySelector('#suggestions [aria-selected=true]')?.innerText ?? ''")


def type_and_wait(page, text):
    field(page).click()
    field(page).press_sequentially(text)
    page.locator("#suggestions").wait_for()


@pytest.mark.parametrize("viewport", ["320x640", "1280x800"])
def test_suggestions_are_a_combobox_by_keyboard(places, browser_page):
    browser_page.goto("/networks/")
    assert field(browser_page).get_attribute("aria-expanded") == "false"
    type_and_wait(browser_page, "milano")
    assert field(browser_page).get_attribute("aria-expanded") == "true"
    assert field(browser_page).get_attribute("aria-controls") == "suggestions"
    assert options(browser_page) == [
        "Milan city",
        "Milan Urban Food Policy Pact network",
        "School canteens practice",
        "All 3 results for “milano”",
    ]
    assert browser_page.locator("#suggestions-said").inner_text() == "3 suggestions"
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= int(
        browser_page.viewport_size["width"]
    )

    browser_page.keyboard.press("ArrowDown")
    assert chosen(browser_page).startswith("Milan")
    assert field(browser_page).get_attribute("aria-activedescendant") == "suggestion-1"
    browser_page.keyboard.press("End")
    assert field(browser_page).get_attribute("aria-activedescendant") == "suggestion-all"
    browser_page.keyboard.press("Home")
    browser_page.keyboard.press("ArrowUp")
    assert field(browser_page).get_attribute("aria-activedescendant") is None
    browser_page.keyboard.press("ArrowUp")
    assert field(browser_page).get_attribute("aria-activedescendant") == "suggestion-all"
    assert browser_page.evaluate("document.activeElement.id") == "search"

    browser_page.keyboard.press("Escape")
    assert (field(browser_page).get_attribute("aria-expanded"), field(browser_page).input_value()) == (
        "false",
        "milano",
    )
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/networks/mufpp/")


def test_enter_without_a_choice_shows_all_results(places, browser_page):
    browser_page.goto("/")
    type_and_wait(browser_page, "food milano")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/search/?q=food+milano")
    assert browser_page.locator(".hit h3 a").first.inner_text() == "Milan Urban Food Policy Pact"
    assert browser_page.locator("mark").first.inner_text() == "Food"


def test_a_suggestion_is_pressed_and_a_press_elsewhere_closes_them(places, browser_page):
    browser_page.goto("/cities/")
    type_and_wait(browser_page, "barclona")
    assert "Nothing is called “barclona”" in browser_page.locator("#suggestions").inner_text()
    browser_page.get_by_role("heading", level=1).click(position={"x": 5, "y": 5})
    browser_page.locator("#suggestions").wait_for(state="hidden")
    field(browser_page).press_sequentially(" ")
    field(browser_page).fill("barcel")
    browser_page.get_by_role("option", name=re.compile("^Barcelona")).click()
    browser_page.wait_for_url("**/cities/barcelona/")


def test_what_was_typed_before_htmx_came_is_asked_for(places, browser_page):
    """It is fetched at the first focus, and comes at any time: here while a picture keeps the page loading."""
    held = []
    browser_page.route("**/icons.svg", lambda route: None)
    browser_page.route("**/htmx-2.min.js", lambda route: held.append(route))
    browser_page.goto("/about/data/", wait_until="domcontentloaded")
    with browser_page.expect_request("**/htmx-2.min.js"):
        field(browser_page).focus()
    browser_page.keyboard.insert_text("barcel")
    expect(browser_page.locator("script[src*=htmx]")).to_have_count(1)
    assert browser_page.evaluate("document.readyState") == "interactive"
    for route in held:
        route.continue_()
    expect(browser_page.locator("#suggestions")).to_be_visible()
    assert options(browser_page)[0] == "Barcelona city"


def test_what_nothing_fits_is_said_and_opens_nothing(places, browser_page):
    browser_page.goto("/cities/")
    field(browser_page).click()
    field(browser_page).press_sequentially("xqzvjw")
    expect(browser_page.locator("#suggestions-said")).to_have_text("Nothing found")
    assert browser_page.locator("#suggestions").is_hidden()


def test_search_works_without_a_script(places, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/cities/")
    page.get_by_label("Search citynet").fill("milano food")
    page.get_by_role("button", name="Search", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Search for “milano food”"
    page.get_by_role("link", name="Milan Urban Food Policy Pact").click()
    assert page.url.endswith("/networks/mufpp/")
    context.close()
