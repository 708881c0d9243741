"""Lists in a browser: filters that answer in place, the sheet of a phone, comboboxes, and all of it without a script."""

import re

import pytest

from networks.models import City, Membership
from tests.core.test_lists import make_row
from tests.networks.make import make_city, make_membership, make_network

BOTH = pytest.mark.parametrize("scripts", ["on", "off"])
PHONE = pytest.mark.parametrize("viewport", ["320x640"])


@pytest.fixture
def places():
    """The Milan Pact and another network, with cities of two countries, and more cities of neither."""
    pact = make_network(name="Milan Urban Food Policy Pact", slug="milan-pact", start="2015")
    other = make_network(name="Eurocities", slug="eurocities", start="1986")
    for name, country, networks in [
        ("Milan", "IT", (pact, other)),
        ("Bologna", "IT", (other,)),
        ("Turin", "IT", (pact,)),
        ("Lyon", "FR", (pact,)),
        ("Leipzig", "DE", (other,)),
    ]:
        city = make_city(name=name, slug=name.lower(), country=country)
        for network in networks:
            make_membership(network=network, city=city, category=Membership.Category.FULL, start="2015")
    for number in range(40):
        make_city(name=f"Ystad {number:02}", slug=f"ystad-{number}", country="SE")


def rows(page):
    return page.locator("main tbody th").all_inner_texts()


def total(page):
    return re.sub(r"\s+", " ", page.locator("#list-total").inner_text())


def shows(page, words):
    page.locator("#list-total", has_text=words).wait_for()


def tick(page, menu, choice):
    details = page.locator(".filter-choices").filter(has=page.locator("summary", has_text=menu))
    if not details.get_attribute("open") and details.get_attribute("open") is None:
        details.locator("summary").click()
    details.get_by_label(choice).check()


# Filters -------------------------------------------------------------------------


@BOTH
def test_cities_are_filtered_to_italy_and_the_milan_pact(browser_page, places, scripts):
    page = browser_page
    page.goto("/cities/")
    assert total(page) == "45 cities"
    tick(page, "Country", "Italy")
    if scripts == "on":
        page.wait_for_url("**/cities/?country=IT")
        shows(page, "3 cities")
    tick(page, "Network", "Milan Urban Food Policy Pact")
    if scripts == "off":
        page.get_by_role("button", name="Show results").click()
    shows(page, "2 cities")
    assert rows(page) == ["Milan", "Turin"]
    query = page.url.partition("?")[2]
    if scripts == "on":
        assert query == "country=IT&network=milan-pact"
    else:
        assert {"country=IT", "network=milan-pact"} <= set(query.split("&"))
    # A chip takes its filter away, in the form too.
    page.get_by_role("link", name="Country: Italy").click()
    shows(page, "3 cities")
    assert rows(page) == ["Lyon", "Milan", "Turin"]
    assert not page.locator("#filter-country-IT").is_checked()
    assert page.locator("#filter-network-milan-pact").is_checked()


def test_a_filter_keeps_focus_scroll_and_open_menus_and_is_announced(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.locator("summary", has_text="Country").click()
    page.evaluate("window.isSamePage = true")
    page.evaluate("window.scrollTo(0, 120)")
    page.locator("#filter-country-IT").focus()
    before = page.evaluate("window.scrollY")
    page.keyboard.press("Space")
    shows(page, "3 cities")
    assert page.evaluate("document.activeElement.id") == "filter-country-IT"
    assert page.locator("#filter-country").get_attribute("open") is not None
    page.locator("#list-said", has_text="3 cities").wait_for(state="attached")
    assert page.locator("#list-said").get_attribute("role") == "status"
    page.keyboard.press("Space")
    page.wait_for_url("**/cities/")
    shows(page, "45 cities")
    assert page.evaluate("window.scrollY") <= before
    assert page.evaluate("window.isSamePage") is True


def test_what_is_typed_while_a_request_is_under_way_stays(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.locator("summary", has_text="Country").click()
    held = []
    page.route("**/cities/?country=IT", lambda route: held.append(route))
    with page.expect_request("**/cities/?country=IT"):  # typed any sooner, the words would go along with it
        page.locator("#filter-country-IT").check()
    page.locator("#filter-q").fill("mil")
    page.wait_for_function("document.querySelector('#list-progress.htmx-request')")
    held[0].continue_()
    shows(page, "3 cities")
    assert page.locator("#filter-q").input_value() == "mil"
    page.locator("#filter-q").press("Enter")
    page.wait_for_url("**/cities/?q=mil&country=IT")
    shows(page, "1 city")
    assert rows(page) == ["Milan"]


@BOTH
def test_back_brings_the_filters_back(browser_page, places, scripts):
    page = browser_page
    page.goto("/cities/?country=IT")
    tick(page, "Network", "Milan Urban Food Policy Pact")
    if scripts == "off":
        page.get_by_role("button", name="Show results").click()
    shows(page, "2 cities")
    page.get_by_role("link", name="Turin").click()
    page.wait_for_url("**/cities/turin/")
    page.go_back()
    shows(page, "2 cities")
    assert page.locator("#filter-network-milan-pact").is_checked()
    page.go_back()
    shows(page, "3 cities")
    assert page.locator("#filter-country-IT").is_checked()
    assert not page.locator("#filter-network-milan-pact").is_checked()
    assert rows(page) == ["Bologna", "Milan", "Turin"]
    page.go_forward()
    shows(page, "2 cities")
    assert page.locator("#filter-network-milan-pact").is_checked()


def test_back_goes_to_where_the_list_was_left(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.evaluate("window.scrollTo(0, 300)")
    page.locator("#filter-q").evaluate("field => { field.value = 'mil'; field.form.requestSubmit(); }")
    shows(page, "1 city")
    page.go_back()
    shows(page, "45 cities")
    page.wait_for_function("window.scrollY === 300")
    assert page.locator("#filter-q").input_value() == ""


def test_a_map_follows_the_filters_and_back_without_a_forbidden_style(browser_page, places):
    City.objects.filter(slug__in=["milan", "lyon"]).update(latitude=45, longitude=9)
    page = browser_page
    page.goto("/cities/?view=map")
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.evaluate("document.querySelector('place-map').isFirst = true")
    tick(page, "Country", "Italy")
    shows(page, "3 cities")
    assert page.evaluate("document.querySelector('place-map').isFirst") is True
    assert page.locator("place-map").get_attribute("data-places").endswith("?country=IT")
    assert page.url.endswith("/cities/?country=IT&view=map")
    page.go_back()
    shows(page, "45 cities")
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert "country" not in page.locator("place-map").get_attribute("data-places")


@BOTH
def test_pages_sorting_and_cards_follow_their_links(browser_page, places, scripts):
    page = browser_page
    page.goto("/cities/?rows=25")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**/cities/?page=2&after=*")
    page.get_by_role("link", name="Previous").wait_for()
    assert len(rows(page)) == 20
    page.get_by_role("link", name="Country (sort: country)").click()
    page.wait_for_url("**/cities/?sort=country")
    page.locator('th[aria-sort="ascending"]', has_text="Country").wait_for()
    assert rows(page)[:3] == ["Leipzig", "Lyon", "Bologna"]
    page.get_by_role("link", name="Cards").click()
    page.wait_for_url("**/cities/?sort=country&view=cards")
    page.locator(".row-card").first.wait_for()
    assert page.locator(".row-card h3").all_inner_texts()[:3] == ["Leipzig", "Lyon", "Bologna"]


def test_a_failed_request_says_so_and_leaves_the_results(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.route("**/cities/?q=*", lambda route: route.abort())
    page.locator("#filter-q").fill("bologna")
    page.locator("#filter-q").press("Enter")
    alert = page.locator("#list-failure")
    alert.get_by_text("could not be brought up to date").wait_for()
    assert alert.get_attribute("role") == "alert"
    assert total(page) == "45 cities"
    page.unroute("**/cities/?q=*")
    alert.get_by_role("link", name="Try again").click()
    shows(page, "1 city")
    assert rows(page) == ["Bologna"]


@BOTH
def test_an_empty_result_offers_what_to_take_away(browser_page, places, scripts):
    page = browser_page
    page.goto("/cities/?country=DE&network=milan-pact")
    assert total(page) == "0 cities"
    offers = page.locator(".offers li")
    assert [re.sub(r"\s+", " ", text) for text in offers.all_inner_texts()] == [
        "without Country: Germany 3 results",
        "without Network: Milan Urban Food Policy Pact 1 result",
    ]
    offers.nth(1).get_by_role("link").click()
    shows(page, "1 city")
    assert rows(page) == ["Leipzig"]


# Comboboxes ------------------------------------------------------------------------


def test_a_combobox_finds_cities_by_keyboard_and_takes_several(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.locator(".filter-more > summary").click()
    box = page.get_by_role("combobox", name="Twinned with")
    box.focus()
    page.keyboard.type("le")
    page.get_by_role("option", name="Leipzig, Germany").wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "Leipzig, Germany"
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "le"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/?twin=leipzig")
    page.get_by_role("button", name="Take away: Leipzig").wait_for()
    assert page.evaluate("document.activeElement.id") == "filter-twin"
    page.keyboard.type("lyon")
    page.keyboard.press("Enter")  # a name typed in full needs no list
    page.wait_for_url(re.compile(r"twin=leipzig&twin=lyon$"))
    page.get_by_role("button", name="Take away: Lyon").wait_for()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/?twin=leipzig")
    page.get_by_role("button", name="Take away: Lyon").wait_for(state="detached")
    assert page.get_by_role("button", name="Take away: Leipzig").count() == 1


@pytest.mark.parametrize("scripts", ["off"])
def test_names_are_typed_into_plain_inputs_without_a_script(browser_page, places):
    page = browser_page
    page.goto("/cities/?twin=leipzig")
    page.locator("#filter-twin").fill("Lyon")
    page.get_by_role("button", name="Show results").click()
    assert [page.locator('[name="twin"]').nth(place).input_value() for place in (0, 1)] == ["leipzig", "lyon"]
    assert page.get_by_role("link", name="Twinned with: Lyon").count() == 1


def test_a_long_menu_can_be_searched(browser_page, places):
    for number, country in enumerate(["AT", "BE", "BG", "CY", "CZ", "DK", "ES", "FI", "GR", "HU"]):
        make_city(name=f"Other {number}", country=country)
    page = browser_page
    page.goto("/cities/")
    page.locator("summary", has_text="Country").click()
    menu = page.locator("#filter-country")
    menu.get_by_label("Find in this list").fill("ita")
    assert menu.locator(".form-check:visible").count() == 1
    menu.get_by_label("Italy").check()
    shows(page, "3 cities")
    assert menu.get_by_label("Find in this list").input_value() == "ita"
    assert menu.locator(".form-check:visible").count() == 1
    page.wait_for_url("**/cities/?country=IT")
    assert page.url.endswith("/cities/?country=IT")


# A phone ---------------------------------------------------------------------------


@PHONE
def test_the_keyboard_reaches_nothing_out_of_sight_on_a_phone(browser_page, places):
    page = browser_page
    page.goto("/cities/")
    page.locator("#way-map").focus()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == page.locator("tbody a").first.inner_text()


@PHONE
def test_filters_are_a_sheet_on_a_phone_by_keyboard(browser_page, places):
    page = browser_page
    page.goto("/cities/?network=eurocities")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert not page.locator("#filter-form").is_visible()
    door = page.get_by_role("button", name="Filters (1)")
    door.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Filters")
    sheet.wait_for()
    assert sheet.evaluate("sheet => sheet.contains(document.activeElement)")
    for _key in range(40):  # nothing behind the sheet can be reached
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.locator("#filter-country summary").focus()
    page.keyboard.press("Enter")
    page.locator("#filter-country-IT").focus()
    page.keyboard.press("Space")
    sheet.get_by_role("button", name="Show 2 cities").wait_for()
    sheet.get_by_role("status").filter(has_text="2 cities").wait_for(state="attached")
    assert page.evaluate("document.activeElement.id") == "filter-country-IT"
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "filter-open"
    assert page.get_by_role("button", name="Filters (2)").count() == 1
    assert rows(page) == ["Bologna", "Milan"]
    page.keyboard.press("Enter")
    sheet.get_by_role("button", name="Show 2 cities").press("Enter")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "filter-open"
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@PHONE
@pytest.mark.parametrize("scripts", ["off"])
def test_filters_open_and_close_on_a_phone_without_a_script(browser_page, places):
    page = browser_page
    page.goto("/cities/?network=eurocities")
    assert not page.locator("#filter-form").is_visible()
    page.get_by_role("link", name="Filters (1)").click()
    assert page.locator("#filter-form").is_visible()
    tick(page, "Country", "Italy")
    page.get_by_role("button", name="Show results").click()
    assert rows(page) == ["Bologna", "Milan"]
    assert not page.locator("#filter-form").is_visible()
    page.get_by_role("link", name="Filters (2)").click()
    page.get_by_role("link", name="Close").click()
    assert not page.locator("#filter-form").is_visible()


@PHONE
@pytest.mark.parametrize(
    "path", ["networks", "cities", "groups", "events", "projects", "practices", "documents", "people"]
)
def test_no_list_scrolls_sideways_on_a_phone(browser_page, places, path):
    make_row(path)
    for way in ("table", "cards"):
        browser_page.goto(f"/{path}/?view={way}")
        assert browser_page.evaluate("document.documentElement.scrollWidth") == 320
