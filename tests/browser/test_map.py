"""Maps: opened when they come into sight, used by mouse, finger and keyboard, and missed without scripts."""

import re

import pytest

from tests.events.make import make_event
from tests.networks.make import make_city, make_membership, make_network

ITALY = {
    "Genoa": (44.4056, 8.9463),
    "Milan": (45.4643, 9.1895),
    "Bologna": (44.4938, 11.3388),
    "Palermo": (38.1321, 13.3356),
}
FAR = {
    "Suva": ("FJ", -18.1416, 178.4415),
    "Apia": ("WS", -13.8333, -171.7667),
    "Oslo": ("NO", 59.9127, 10.7461),
}


def make_cities():
    for name, (latitude, longitude) in ITALY.items():
        make_city(name=name, slug=name.lower(), country="IT", latitude=latitude, longitude=longitude)
    for name, (country, latitude, longitude) in FAR.items():
        make_city(name=name, slug=name.lower(), country=country, latitude=latitude, longitude=longitude)
    make_city(name="Nowhere", slug="nowhere", latitude=None, longitude=None)


def open_map(page, address):
    """Open a page with a map, bring it into sight, and wait for its places."""
    page.goto(address)
    page.locator("place-map").scroll_into_view_if_needed()
    page.locator("place-map[data-state=open]").wait_for()
    page.locator(".map-words", has_text=re.compile(r"\d")).wait_for()


def labels(page):
    marks = page.locator(".leaflet-marker-icon")
    return sorted(mark.get_attribute("aria-label") for mark in marks.all())


def wait_until_painted(page):
    """Wait for outlines that have both land and sea."""
    page.wait_for_function(
        """() => {
          const colors = new Set();
          for (const tile of document.querySelectorAll(".map canvas.leaflet-tile")) {
            const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
            for (let i = 3; i < data.length; i += 4 * 97) colors.add(data[i] > 0);
          }
          return colors.size === 2;
        }"""
    )


def test_a_list_is_on_a_map_and_a_group_opens_by_keyboard(browser_page):
    make_cities()
    make_membership(
        network=make_network(), city=make_city(name="Pula", country="HR", latitude=44.87, longitude=13.85)
    )
    page = browser_page
    open_map(page, "/cities/?view=map&country=IT")
    assert page.locator(".map-words").inner_text() == "4 of 4 places in sight."
    wait_until_painted(page)
    box = page.get_by_role("application")
    assert box.get_attribute("aria-label") == "Cities"

    # Every mark, groups too, is reached by Tab and says what it is.
    assert all(mark.get_attribute("tabindex") == "0" for mark in page.locator(".leaflet-marker-icon").all())
    group = page.locator(".map-group").first
    assert re.fullmatch(r"\d here: .+", group.get_attribute("aria-label"))
    for _ in range(6):
        if not page.locator(".map-group").count():
            break
        page.locator(".map-group").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        assert "map-box" in page.evaluate("document.activeElement.className")
    mark = page.locator(".map-place[aria-label^=Milan]")
    mark.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").inner_text().startswith("Milan\nItaly")
    assert page.evaluate("document.activeElement.textContent") == "Milan"

    # Escape closes the popup and gives the focus back; the link leads to the city.
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Milan, Italy"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/milan/")


def test_arrows_and_plus_and_minus_move_the_map(browser_page):
    make_cities()
    page = browser_page
    open_map(page, "/cities/?view=map&country=IT")
    page.get_by_role("application").focus()
    before = labels(page)
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    assert labels(page) != before
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert "0 of 4 places in sight." in page.locator(".map-words").inner_text()
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    assert page.locator(".map-words").inner_text() == "4 of 4 places in sight."
    assert labels(page) == before


@pytest.mark.parametrize("viewport", ["1280x1200"])
def test_a_region_that_is_drawn_filters_the_list_and_can_be_taken_away(browser_page):
    make_cities()
    page = browser_page
    open_map(page, "/cities/?view=map&country=IT&country=NO")
    page.get_by_role("button", name="Choose a region").click()
    assert page.locator(".map-words").inner_text() == "Drag a rectangle over the map. Escape ends it."
    page.keyboard.press("Escape")
    assert page.locator(".map-sheet").count() == 0
    page.get_by_role("button", name="Choose a region").click()
    oslo = page.locator(".leaflet-marker-icon[aria-label^=Oslo]").bounding_box()
    page.mouse.move(oslo["x"] - 30, oslo["y"] - 30)
    page.mouse.down()
    page.mouse.move(oslo["x"] + 50, oslo["y"] + 50, steps=3)
    assert page.locator(".leaflet-marker-icon[aria-label^=Oslo]").bounding_box() == oslo  # stays where it is
    page.mouse.up()
    page.wait_for_url(re.compile(r"bbox=[-\d.]+,[-\d.]+,[-\d.]+,[-\d.]+$"))
    page.locator(".map-words", has_text="1 of 1 places in sight.").wait_for()
    assert page.locator(".map-region").count() == 1
    chip = page.locator("a", has_text="Region:")
    assert chip.count() == 1
    chip.click()
    page.wait_for_url(lambda url: "bbox" not in url)
    page.locator(".map-words", has_text="5 of 5 places in sight.").wait_for()


def test_what_the_map_shows_becomes_a_region_by_keyboard(browser_page):
    make_cities()
    page = browser_page
    open_map(page, "/cities/?view=map&bbox=5,43,12,47")
    assert page.locator(".map-words").inner_text() == "3 of 3 places in sight."
    page.get_by_role("button", name="Filter by this view").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "bbox=" in url and "bbox=5,43" not in url)
    west, south, east, north = map(float, page.url.partition("bbox=")[2].split(","))
    assert west < 5
    assert south < 43
    assert east > 12
    assert north > 47


def test_a_region_across_the_antimeridian_is_one_region(browser_page):
    make_cities()
    page = browser_page
    open_map(page, "/cities/?view=map&bbox=170,-30,-165,0")
    assert page.locator(".map-words").inner_text() == "2 of 2 places in sight."
    frame = page.locator(".map-region").bounding_box()
    for mark in page.locator(".leaflet-marker-icon").all():
        box = mark.bounding_box()
        assert frame["x"] < box["x"] + box["width"] / 2 < frame["x"] + frame["width"]
    page.get_by_role("button", name="Filter by this view").click()
    page.wait_for_url(lambda url: "bbox=170" not in url)
    west, _south, east, _north = map(float, page.url.partition("bbox=")[2].split(","))
    assert 0 < west < 170
    assert -165 < east < 0


def test_places_on_both_sides_of_the_antimeridian_are_shown_side_by_side(browser_page):
    make_cities()
    open_map(browser_page, "/cities/?view=map&country=FJ&country=WS")
    across = {
        name: browser_page.locator(f".leaflet-marker-icon[aria-label^={name}]").bounding_box()["x"]
        for name in ("Suva", "Apia")
    }
    assert across["Suva"] + 100 < across["Apia"]


def test_a_map_that_is_not_in_sight_loads_nothing(browser_page):
    make_cities()
    page = browser_page
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def push_down(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<place-map", "<br>" * 200 + "<place-map"))

    page.route("**/cities/?view=map*", push_down)
    page.goto("/cities/?view=map&country=IT")
    page.wait_for_timeout(500)
    heavy = ("leaflet.js", "outlines.json", "map.json", "map-view.js")
    assert [url for url in asked if url.partition("?")[0].endswith(heavy)] == []
    page.locator("place-map").scroll_into_view_if_needed()
    page.locator("place-map[data-state=open]").wait_for()
    assert [url for url in asked if "/cities.map.json" in url] != []
    assert [url for url in asked if not url.startswith(page.url.partition("/cities/")[0])] == []


def test_opening_a_map_moves_nothing_on_the_page(browser_page):
    make_cities()
    page = browser_page
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) =>"
        " { window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    open_map(page, "/cities/?view=map")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.001  # a fraction of a pixel's rounding is none


def test_events_are_on_a_map_with_their_dates(browser_page):
    genoa = make_city(name="Genoa", slug="genoa", country="IT", latitude=44.4056, longitude=8.9463)
    make_event(name="Environment Forum", slug="ef", start="2019-04-03", end="2019-04-05", cities=[genoa])
    make_event(name="Annual meeting", slug="am", start="2020", cities=[genoa])
    page = browser_page
    open_map(page, "/events/?view=map")
    # Two events in one city cannot be zoomed apart: the group lists them.
    assert labels(page) == ["2 here: Annual meeting, Environment Forum"]
    page.locator(".map-group").click()
    assert page.get_by_role("dialog").get_by_role("listitem").all_inner_texts() == [
        "Annual meeting\nItaly · Genoa · 2020",
        "Environment Forum\nItaly · Genoa · 3 April 2019 – 5 April 2019",
    ]
    page.get_by_role("link", name="Environment Forum").last.click()
    page.wait_for_url("**/events/ef/")


def test_a_map_that_cannot_be_loaded_says_where_its_places_are(browser_page):
    make_cities()
    page = browser_page
    page.route("**/cities.map.json*", lambda route: route.fulfill(status=500, body=""))
    page.goto("/cities/?view=map")
    page.locator("place-map").scroll_into_view_if_needed()
    page.locator("place-map[data-state=failed]").wait_for()
    assert "could not be loaded" in page.locator(".map-words").inner_text()


@pytest.mark.parametrize("scripts", ["off"])
def test_without_scripts_the_same_places_are_one_link_away(browser_page):
    make_cities()
    page = browser_page
    page.goto("/cities/?view=map&country=IT")
    instead = page.locator(".map-instead")
    assert instead.is_visible()
    assert not page.get_by_role("button", name="Choose a region").is_visible()
    link = instead.get_by_role("link", name="GeoJSON")
    assert link.get_attribute("href") == "/cities.geojson?country=IT"
    instead.get_by_role("link", name="list").click()
    assert "country=IT" in page.url
    for name in ITALY:
        assert page.get_by_role("link", name=name, exact=True).count() >= 1


@pytest.mark.parametrize("viewport", ["320x640"])
@pytest.mark.parametrize("color_scheme", ["dark"])
def test_a_map_fits_a_phone(browser_page):
    make_cities()
    page = browser_page
    open_map(page, "/cities/?view=map")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".map-words").inner_text() == "7 of 7 places in sight."
    sizes = page.eval_on_selector_all(
        ".leaflet-marker-icon", "marks => marks.map((mark) => [mark.offsetWidth, mark.offsetHeight])"
    )
    assert len(sizes) > 1
    assert min(map(min, sizes)) >= 24


@pytest.mark.parametrize("viewport", ["320x640"])
def test_the_map_of_the_home_page_waits_on_a_phone_until_it_is_asked_for(browser_page):
    make_cities()
    page, asked = browser_page, []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    button = page.get_by_role("button", name="Open the map")
    button.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert not [address for address in asked if "leaflet" in address or "outlines" in address]
    button.press("Enter")
    page.locator("place-map[data-state=open]").wait_for()
    page.locator(".map-words", has_text="7 of 7").wait_for()
    assert not button.is_visible()
    assert page.evaluate("document.activeElement.closest('place-map') !== null")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
