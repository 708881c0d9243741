"""What the rules ask of every kind of page and no engine sees: WCAG 2.2 AA, EN 301 549.

`make audit` asks axe-core and HTML CodeSniffer besides; tests/portal/test_html.py reads what is written in
the pages; tests/test_colours.py computes contrasts.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO
from tests.events.make import make_event
from tests.networks.make import make_city, make_network
from tests.portal.demo import load_pages
from tests.portal.make import make_user
from tests.portal.pages import NOT_FOUND, PAGES

PASSWORD = "a-long-password-for-tests"
INSPECT = (Path(__file__).parent / "inspect.js").read_text()
LANGUAGES = ("", "/de", "/it", "/fr", "/es")  # kinds of pages take turns
ALIKE = (  # kinds of which another one has all the parts already
    "home on a day",
    "search with a slip",
    "search without words",
    "what changed in a network",
    "what changed in a city",
    "nothing changed",
    "sources, second page",
    "stated and counted",
    "contradictions of a kind",
    "network, members chosen",
    "network of thousands",
    "city on a day",
    "city of few facts",
    "passport of few facts",
    "second page",
    "members on a day",
    "roles on a day",
    "cities as cards",
    "events on a map",
    "counted exactly",
    "calendar",
    "agenda, filtered",
    "embedded events of a city",
    "comparison of one city",
    "timeline of a network",
    "timeline of thousands",
)
KINDS = {name: address for name, address in {**PAGES, "not found": NOT_FOUND}.items() if name not in ALIKE}
DESKTOP, PHONE, ZOOMED = (
    {"width": 1280, "height": 800},
    {"width": 320, "height": 640},
    {"width": 320, "height": 256},  # 1280 × 1024 at 400 %
)


def asked(page, *names):
    return [f"{name}: {words}" for name in names for words in page.evaluate(f"inspect.{name}()")]


def test_every_kind_of_page_holds_for_everybody(browser_page):
    load(DEMO)
    load_pages()
    page, faults = browser_page, {}
    for turn, (name, address) in enumerate(KINDS.items()):
        is_framed = address.startswith("/embed/")
        page.set_viewport_size(DESKTOP)
        page.goto(address if is_framed else LANGUAGES[turn % len(LANGUAGES)] + address, wait_until="load")
        page.evaluate(INSPECT)
        said = asked(page, "motion", "targets", "focus")
        page.set_viewport_size(PHONE)
        page.evaluate("inspect.openAll()")
        said += [f"320, {words}" for words in asked(page, "sideways", "targets", "focus")]
        page.evaluate("inspect.space(true)")
        said += [f"spacing, {words}" for words in asked(page, "sideways", "cut")]
        page.evaluate("inspect.space(false)")
        page.set_viewport_size(ZOOMED)
        said += [f"400 %, {words}" for words in asked(page, "sideways", "focus")]
        if not is_framed:
            page.evaluate("inspect.enlarge(true)")
            said += [f"320 and 200 %, {words}" for words in asked(page, "sideways", "cut")]
            page.set_viewport_size(DESKTOP)
            said += [f"200 %, {words}" for words in asked(page, "sideways", "cut")]
        if said:
            faults[name] = said
    assert faults == {}


STOPS = """() => {
  window.stops = [];
  document.addEventListener("focusin", ({target}) => stops.push(inspect.tabbable().indexOf(target)));
}"""


def test_the_first_stop_leads_past_the_header_and_every_stop_is_left_again(browser_page):
    """2.4.1, 2.1.2 and 2.4.3: Tab leads through the page as it is written, to its end and out of it."""
    load(DEMO)
    page = browser_page
    for name in ("home", "cities on a map", "calendar", "comparison of cities", "timeline of a city"):
        page.goto(PAGES[name], wait_until="load")
        page.evaluate(INSPECT)
        page.evaluate(STOPS)
        page.keyboard.press("Tab")
        skip = page.locator(".skip-link")
        expect(skip).to_be_focused()
        assert skip.bounding_box()["y"] >= 0, name
        number = page.evaluate("inspect.tabbable().length")
        for _press in range(2 * number + 20):  # markers of a map gather anew while one goes through them
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('body, .skip-link')"):
                break  # out of the page, or in again
        else:
            raise AssertionError(f"{name} keeps the focus")
        stops = page.evaluate("stops.filter((stop, turn) => stop > 0 || !turn)")
        assert len(set(stops)) > number / 2, (name, stops)
        assert stops == sorted(stops) or "map" in name, (name, stops)
        skip.focus()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("viewport", ["320x640"])
def test_what_could_not_be_used_is_summed_up_above_its_fields(browser_page):
    """3.3.1 and 3.3.3: links lead to the fields, which say that they are wrong and why, and keep what was typed."""
    make_city(name="Genoa", slug="genoa")
    make_event(name="Tides conference", start="2019")
    page = browser_page
    page.goto("/events/?from=2030&to=2001")
    link = page.locator("#problems a")
    expect(link).to_have_text("To: This lies before the beginning, so both are left out.")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Filters").wait_for()
    expect_wrong(page.locator("#filter-to"), "2001", "This lies before the beginning")
    expect(page.locator("#filter-from")).to_have_value("2030")
    for address, field in (
        ("/cities/genoa/?on=yesterdayish", "#ask-on"),
        ("/cities/genoa/passport/?on=yesterdayish", "#on"),
        ("/cities/genoa/timeline/?on=yesterdayish", "#ask-on"),
    ):
        page.goto(address)
        page.locator(f'[role=alert] a[href="{field}"]').click()
        expect(page.locator(field)).to_be_in_viewport()
        expect_wrong(page.locator(field), "yesterdayish", "yesterdayish")


def expect_wrong(field, value, why):
    expect(field).to_have_value(value)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(re.escape(why)))


def test_what_changes_is_said_where_it_was_listened_for(browser_page):
    """4.1.3: the region is there before its words are, and stays the same one when htmx swaps the list."""
    make_city(name="Genoa", slug="genoa")
    make_city(name="Gdansk", slug="gdansk")
    page = browser_page
    page.goto("/cities/")
    said = page.locator("#list-said")
    expect(said).to_have_attribute("role", "status")
    expect(said).to_be_empty()
    page.evaluate("window.kept = document.getElementById('list-said')")
    page.locator("#filter-q").fill("Genoa")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("1")
    assert page.evaluate("kept === document.getElementById('list-said')")
    suggestions = page.locator("#suggestions-said")
    expect(suggestions).to_have_attribute("role", "status")
    expect(suggestions).to_be_empty()
    page.locator("#search").press_sequentially("Gdan")
    expect(suggestions).not_to_be_empty()


COLOURS = (
    "node => (({color, backgroundColor}) => ({color, background: backgroundColor}))(getComputedStyle(node))"
)


def test_chosen_colours_and_the_menu_of_languages(browser_page):
    """Forced colours keep what is marked apart; the menu lets the focus go, and Escape closes it."""
    make_city(name="Genoa", slug="genoa")
    page = browser_page
    page.goto("/cities/genoa/")
    muted = "getComputedStyle(document.querySelector('main .muted')).color"
    plain = page.evaluate(muted)
    page.emulate_media(contrast="more")
    assert page.evaluate(muted) == page.evaluate("getComputedStyle(document.body).color") != plain
    page.emulate_media(forced_colors="active")
    line = "link => getComputedStyle(link).borderBlockEndColor"
    links = page.get_by_role("navigation", name="Lists", exact=True).get_by_role("link")
    marked = [link.get_attribute("aria-current") is not None for link in links.all()]
    colours = [link.evaluate(line) for link in links.all()]
    assert marked.count(True) == 1
    assert len(set(colours)) == 2 and colours.count(colours[marked.index(True)]) == 1
    filled = page.locator(".site-search .btn-primary").evaluate(COLOURS)
    ground, link = (page.locator(name).first.evaluate(COLOURS) for name in ("body", "main a"))
    assert filled == {"color": ground["background"], "background": link["color"]}
    menu = page.locator(".site-languages")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/[a-z]{2}/cities/genoa/$"))
    assert page.evaluate("document.documentElement.lang") == page.url.split("/")[3]


def test_staff_sign_in_write_and_save_by_the_keyboard_alone(browser_page):
    """3.3.8 and 2.1.1: a code may be pasted; tabs, the editor, autocompletes and errors need no mouse."""
    network = make_network(name="Harbour Cities", slug="harbour-cities")
    user = make_user("secretariat", password=PASSWORD)
    page = browser_page
    page.goto("/admin/")
    expect(page.get_by_label("Username")).to_have_attribute("autocomplete", "username")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")
    assert page.locator("[onpaste], [autocomplete=off]").count() == 0
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)  # as a paste does
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What would you like to work on?").wait_for()

    page.goto("/admin/networks/membership/add/")
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    link = page.locator(".error-links a").first
    link.focus()
    page.keyboard.press("Enter")
    field = page.locator(link.get_attribute("href"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("This field is required"))
    menu = page.get_by_role("combobox", name="Network", exact=True)
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".select2-search__field:focus")).to_have_accessible_name("Network")
    page.keyboard.type("Harbour")
    expect(page.get_by_role("option", name="Harbour Cities")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#id_network")).to_have_value(str(network.pk))

    page.goto("/admin/networks/city/add/")
    tabs = page.get_by_role("tablist", name="Languages").get_by_role("tab")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    panel = page.locator(f"#{tabs.nth(1).get_attribute('aria-controls')}")
    expect(panel).to_be_visible()
    expect(panel).to_have_attribute("role", "tabpanel")

    page.goto("/admin/content/page/add/")
    editor = page.locator(".ProseMirror").first
    editor.focus()
    page.keyboard.type("Who we are")
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("toolbar").first.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(editor).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()
