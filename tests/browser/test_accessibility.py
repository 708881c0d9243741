"""What the rules ask of every kind of page and no engine sees: WCAG 2.2 AA, EN 301 549.

`make audit` asks axe-core and HTML CodeSniffer besides; tests/portal/test_html.py reads what is written in
the pages; tests/test_colours.py computes contrasts.
"""

from pathlib import Path

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO
from tests.portal.pages import NOT_FOUND, PAGES

INSPECT = (Path(__file__).parent / "inspect.js").read_text()
ALIKE = ()  # kinds that another kind of page shows already
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
    page, faults = browser_page, {}
    for name, address in KINDS.items():
        page.set_viewport_size(DESKTOP)
        page.goto(address, wait_until="load")
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
        if not address.startswith("/embed/"):
            page.evaluate("inspect.enlarge(true)")
            said += [f"320 and 200 %, {words}" for words in asked(page, "sideways", "cut")]
            page.set_viewport_size(DESKTOP)
            said += [f"200 %, {words}" for words in asked(page, "sideways", "cut")]
        if said:
            faults[name] = said
    assert faults == {}
