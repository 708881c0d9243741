"""The site in a language that is written from right to left, before there is one."""

import pytest

from tests.networks.make import make_city, make_membership, make_network

PAGES = (
    "",
    "cities/",
    "networks/",
    "networks/c40/",
    "networks/c40/timeline/",
    "events/calendar/",
    "search/?q=c40",
)
# What lies outside of the page, and is not in something that scrolls or cuts by itself.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const cuts = (element) => element && element !== document.body &&
    (getComputedStyle(element).overflowX !== "visible" || cuts(element.parentElement));
  return [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility() && box.width > 1 && box.height && (box.left < -1 || box.right > width + 1) && !cuts(element.parentElement);
  }).map((element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`);
}"""


@pytest.mark.parametrize("viewport", ["320x800"])
def test_pages_are_whole_from_right_to_left(browser_page, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    network = make_network(slug="c40", name="C40")
    make_membership(network=network, city=make_city(name="Ulm"), start="1991")
    for page in PAGES:
        browser_page.goto(f"/ar/{page}")
        html = browser_page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
        assert browser_page.locator("link[rel=stylesheet][href*='bootstrap.rtl']").count() == 1
        assert browser_page.evaluate("document.documentElement.scrollWidth") == 320, page
        assert browser_page.evaluate(OUTSIDE) == [], page
    browser_page.locator(".site-languages summary").first.click()
    assert browser_page.evaluate(OUTSIDE) == []
    start = browser_page.locator(".site-name").first.bounding_box()
    assert start["x"] + start["width"] > 280  # what comes first stands at the right
