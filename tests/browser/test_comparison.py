"""Comparing in a browser: two cities by their names, and a matrix that is wider than a phone."""

import pytest

from tests.networks.make import make_city, make_membership, make_network

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", ["320x640"])
def test_cities_are_chosen_by_name_and_wide_tables_scroll_in_themselves(browser_page):
    cities = [make_city(name=name, slug=name.lower()) for name in ("Bologna", "Milan")]
    for number in range(12):
        network = make_network(name=f"A network of a rather long name {number}", slug=f"network-{number}")
        for city in cities:
            make_membership(network=network, city=city, start="1991")
    page = browser_page
    page.goto("/compare/cities/?city=bologna")
    page.get_by_role("combobox", name="Cities").fill("mil")
    page.get_by_role("option", name="Milan, Italy").click()
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("Bologna and Milan share 12 networks.").wait_for()
    assert "/compare/cities/?city=bologna&city=milan&" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.goto("/overlap/")
    matrix = page.get_by_role("region", name="Cities in both networks")
    matrix.focus()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert matrix.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    # Where there is room, the names stay in sight; on a phone they would cover what has the focus.
    page.set_viewport_size({"width": 800, "height": 700})
    head = page.get_by_role("rowheader").first
    before = head.bounding_box()["x"]
    matrix.evaluate("frame => { frame.scrollLeft = 300; }")
    assert head.bounding_box()["x"] == before
    link = page.get_by_role(
        "link", name="in A network of a rather long name 0 and A network of a rather long name 1", exact=False
    )
    assert link.first.get_attribute("href") == "/compare/networks/?network=network-0&network=network-1"
