"""Whole journeys over the demo: a citizen filters cities on a phone by keyboard; an officer follows a pact.

The third journey, to a forum's meeting in the calendar, is in test_calendar.py.
"""

import re

import pytest

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO

BOTH = pytest.mark.parametrize("scripts", ["on", "off"])
PHONE = pytest.mark.parametrize("viewport", ["320x640"])
MOST_TABS = 150  # a page that takes more is not usable by keyboard


def words(locator):
    return re.sub(r"\s+", " ", locator.inner_text()).strip()


def tab_to(page, selector):
    """Go to the next element that matches, by the Tab key alone, and give its text."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(
                "[document.activeElement, ...(document.activeElement.labels ?? [])].map(getComputedStyle)"
                ".some(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
            ), f"{selector} has the focus and does not show it"
            return page.evaluate("document.activeElement.textContent").strip()
    raise AssertionError(f"{MOST_TABS} tabs did not lead to {selector}")


def number_of(page, choice):
    """Give the number that an option's label shows."""
    return int(re.search(r"([\d,]+)\D*$", words(page.locator(f'label[for="{choice}"]')))[1].replace(",", ""))


def all_rows(page):
    """Give how many rows the pages of a list have together, by its own links."""
    count = page.locator("main tbody th").count()
    while page.get_by_role("link", name="Next", exact=True).count():
        page.goto(page.get_by_role("link", name="Next", exact=True).get_attribute("href"))
        count += page.locator("main tbody th").count()
    return count


@PHONE
def test_italian_signatories_are_found_on_a_phone_by_keyboard(browser_page):
    load(DEMO)
    page = browser_page
    page.goto("/cities/")
    tab_to(page, "#filter-open")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Filters").wait_for()
    tab_to(page, "#filter-country summary")
    page.keyboard.press("Enter")
    promised = number_of(page, "filter-country-IT")
    tab_to(page, "#filter-country-IT")
    page.keyboard.press("Space")
    page.wait_for_url("**/cities/?country=IT")
    page.get_by_role("button", name=f"Show {promised} cities").wait_for()
    tab_to(page, "#filter-network summary")
    page.keyboard.press("Enter")
    both = number_of(page, "filter-network-mufpp")
    assert 0 < both < promised
    tab_to(page, "#filter-network-mufpp")
    page.keyboard.press("Space")
    page.get_by_role("button", name=f"Show {both} cities").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Filters").wait_for(state="hidden")
    filtered = page.url
    assert filtered.endswith("/cities/?country=IT&network=mufpp")
    assert page.evaluate("document.documentElement.scrollWidth") == 320

    # The map shows them; Back keeps the filters.
    tab_to(page, 'a[href*="view=map"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**view=map")
    page.locator(".leaflet-container").wait_for()
    page.get_by_text(re.compile(rf"of {both} places in sight")).wait_for()
    page.go_back()
    page.wait_for_url(filtered)
    page.locator("#list-total", has_text=f"{both} cities").wait_for()
    assert page.get_by_role("link", name="Network: Milan Urban Food Policy Pact").count() == 1

    # What the options promised is what the list has.
    assert all_rows(page) == both
    page.goto("/cities/?country=IT")
    assert all_rows(page) == promised

    # Nothing found: take one away.
    page.goto("/cities/?country=IT&network=mufpp&category=founder")
    tab_to(page, ".offers a")
    page.keyboard.press("Enter")
    page.locator("main tbody th").first.wait_for()
    assert page.url != filtered and "category=founder" not in page.url or "network=mufpp" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("scripts", ["off"])
def test_italian_signatories_are_found_without_a_script(browser_page):
    load(DEMO)
    page = browser_page
    page.goto("/cities/")
    page.locator("#filter-country summary").click()
    promised = number_of(page, "filter-country-IT")
    page.locator("#filter-country-IT").check()
    page.get_by_role("button", name="Show results").click()
    assert words(page.locator("#list-total")) == f"{promised} cities"
    page.locator("#filter-network summary").click()
    both = number_of(page, "filter-network-mufpp")
    page.locator("#filter-network-mufpp").check()
    page.get_by_role("button", name="Show results").click()
    assert words(page.locator("#list-total")) == f"{both} cities"
    filtered = page.url
    # Without a script the map's place says where its places are in words; the list is below it.
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_text(re.compile("map needs JavaScript", re.IGNORECASE)).first.wait_for()
    assert page.locator("main tbody th").count() == min(both, 25)
    page.go_back()
    assert page.url == filtered
    assert all_rows(page) == both


@BOTH
def test_milano_food_leads_to_the_pact_its_signatories_a_practice_and_its_city(browser_page, scripts):
    load(DEMO)
    page = browser_page
    page.goto("/cities/")
    box = page.locator("header input[name=q]")
    box.fill("milano food")
    if scripts == "on":
        option = page.get_by_role("option", name=re.compile("Milan Urban Food Policy Pact")).first
        option.wait_for()
    box.press("Enter")
    page.wait_for_url("**/search/?q=milano+food")
    page.locator("main").get_by_role("link", name="Milan Urban Food Policy Pact", exact=True).first.click()
    page.wait_for_url("**/networks/mufpp/")
    assert words(page.locator("h1")) == "Milan Urban Food Policy Pact"
    if scripts == "on":
        page.locator(".map").first.scroll_into_view_if_needed()
        page.locator(".leaflet-container").wait_for()
        shown = words(page.get_by_text(re.compile(r"places in sight")).first)
        assert int(re.search(r"of (\d+) places", shown)[1]) > 200
    # The signatories as a list, of which one is Milan.
    page.locator('main a[href^="/cities/?"][href*="network=mufpp"]:visible').first.click()
    page.wait_for_url(re.compile(r"/cities/\?.*network=mufpp"))
    page.locator("#filter-q, #q").first.wait_for(state="attached")
    page.goto(page.url + "&q=milano")
    page.get_by_role("link", name="Milan", exact=True).first.click()
    page.wait_for_url(re.compile("/cities/milan/"))
    page.get_by_role("link", name="Food Policy of Milan", exact=True).first.click()
    page.wait_for_url(re.compile("/practices/milan-food-policy/"))
    page.locator("main").get_by_role("link", name="Milan", exact=True).first.click()
    page.wait_for_url(re.compile("/cities/milan/"))
    assert words(page.locator("h1")).startswith("Milan")
