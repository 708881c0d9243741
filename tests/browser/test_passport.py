"""A city's passport on paper: the text and the pages of the PDF that the browser makes of it."""

import io

import pytest
from pypdf import PdfReader

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO

A4 = (595, 842)  # points
COLOURS = """() => {
    const texts = [...document.querySelectorAll(".passport *")].filter((element) => element.innerText);
    const seen = (elements, name) => [...new Set(elements.map((element) => getComputedStyle(element)[name]))];
    return [seen([document.body], "backgroundColor"), seen(texts, "color")];
}"""


def printed(page, address):
    """Print the page as the browser would. Give its text in one line, and how many sheets A4 it takes."""
    page.goto(address)
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {tuple(map(round, sheet.mediabox[2:])) for sheet in paper.pages} == {A4}
    return " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split()), len(paper.pages)


@pytest.mark.parametrize("color_scheme", ["dark"])
def test_the_passports_of_two_cities_print_clean_and_each_tells_its_own(browser_page, live_server):
    load(DEMO)
    bologna, sheets_of_bologna = printed(browser_page, "/cities/bologna/passport/?on=2026-11-21")
    milan, sheets_of_milan = printed(browser_page, "/cities/milan/passport/?on=2026-11-21")
    assert (1 <= sheets_of_bologna <= 2) and (2 <= sheets_of_milan <= 4)
    for paper, city, sheets in ((bologna, "Bologna", sheets_of_bologna), (milan, "Milan", sheets_of_milan)):
        assert paper.startswith(f"citynet · 1 / {sheets} City passport As of 21 November 2026 {city} ")
        assert f"{live_server.url}/cities/{city.lower()}/?on=2026-11-21 " in paper
        for menu in ("Menu", "Search", "Groups", "Skip to", "About the data", "Show", "Print", "Embed"):
            assert menu not in paper
    for fact in (
        "Eurocities, full member [2] since 1991",
        "President, Eurocities [2] 1995 – 1996",
        "Member, Executive Committee, Eurocities [2] 1993 – 1999",
        "Culture Forum, Eurocities, chair [2] 2013 – 2014",
        "Let's GOv - GOverning the Transition through Pilot Actions, lead partner [4] confirmed in 2024",
        "Leipzig, Germany [2] since 1962",
        "2. Comune di Bologna: Page on EUROCITIES, 27 September 2021. https://www.comune.bologna.it/",
    ):
        assert fact in bologna and fact not in milan
    for fact in (
        "C40 Cities Climate Leadership Group, full member [1] since September 2009",
        "Eurocities, founder [3] since 1986",
        "100 Resilient Cities, full member [6] December 2014 – July 2019",
        "Food Working Group, Eurocities, chair [1] confirmed in 2022",
        "Let's GOv - GOverning the Transition through Pilot Actions, partner [7] confirmed in 2024",
        "Signing of the Milan Urban Food Policy Pact [1] 15 October 2015",
        "1. Comune di Milano: Page on networks and partnerships, 1 September 2022.",
    ):
        assert fact in milan and fact not in bologna
    browser_page.emulate_media(media="print", color_scheme="dark")
    assert browser_page.evaluate(COLOURS) == [["rgb(255, 255, 255)"], ["rgb(0, 0, 0)"]]
