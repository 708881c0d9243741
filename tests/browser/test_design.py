"""The frame of every page in a browser: icons, the menu of a phone, nothing that is pushed off the screen."""

import pytest

from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_practice,
    make_project,
    make_role,
)

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def make_pages():
    """Make a network with a city, a group and an event, with the longest of names; give their addresses."""
    network = make_network(name=f"Network {LONG}")
    city = make_city(name=f"City {LONG}")
    make_membership(network=network, city=city, note=LONG)
    body = make_body(network=network, name=f"Group {LONG}")
    make_role(body=body, city=city, post="chair")
    event = make_event(networks=[network], cities=[city], name=f"Event {LONG}", body=body)
    query = f"?network={network.slug}"
    lists = [
        f"/{name}/{query}" for name in ("cities", "groups", "events", "events/calendar", "events/agenda")
    ]
    records = (network, city, body, event, make_project(name=LONG), make_practice(city=city, name=LONG))
    return ["/", "/about/data/", "/no/such/page/", *lists, *(record.get_absolute_url() for record in records)]


@pytest.mark.parametrize("viewport", ["320x740", "768x1000", "1440x900"])
def test_no_page_is_wider_than_the_screen(browser_page, viewport):
    wide = {}
    for address in make_pages():
        browser_page.goto(address)
        width = browser_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            wide[address] = width
    assert wide == {}


@pytest.mark.parametrize("viewport", ["320x740"])
def test_the_way_up_stays_on_one_line_beside_a_long_name(browser_page, viewport):
    browser_page.goto(make_city(name=LONG).get_absolute_url())
    assert browser_page.locator(".breadcrumb a").bounding_box()["height"] < 40


def test_a_page_that_answers_nothing_draws_no_empty_frame(browser_page):
    network = make_network()
    browser_page.goto(network.get_absolute_url())
    assert not browser_page.locator(".answers").is_visible()
    make_membership(network=network)
    browser_page.goto(network.get_absolute_url())
    assert browser_page.locator(".answers").is_visible()


def test_icons_are_drawn_from_the_sprite_under_the_strict_policy(browser_page):
    browser_page.goto("/about/data/")
    browser_page.wait_for_load_state("networkidle")
    box = browser_page.locator(".site-search .icon use").first.evaluate("icon => icon.getBBox().width")
    assert box > 5


@pytest.mark.parametrize("viewport", ["320x740"])
def test_the_menu_of_a_phone_opens_closes_and_leads_on(browser_page, viewport):
    browser_page.goto("/about/data/")
    menu = browser_page.locator("#site-menu")
    button = browser_page.locator(".site-bar").get_by_role("button", name="Menu")
    assert not menu.is_visible()
    button.press("Enter")
    assert menu.is_visible()
    assert button.bounding_box()["height"] >= 44
    browser_page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert button.evaluate("button => button === document.activeElement")
    button.click()
    menu.get_by_role("link", name="Groups").click()
    browser_page.wait_for_url("**/groups/")


def test_the_lists_stand_in_a_row_where_there_is_room(browser_page):
    browser_page.goto("/about/data/")
    links = browser_page.get_by_role("navigation", name="Lists", exact=True).get_by_role("link").all()
    assert len(links) == 9
    assert len({round(link.bounding_box()["y"]) for link in links}) == 1
    assert not browser_page.locator(".site-bar .site-menu-button").is_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_scheme_of_the_reader_is_followed(browser_page, color_scheme):
    browser_page.goto("/about/data/")
    paper = browser_page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 24, 26)"}[color_scheme]
