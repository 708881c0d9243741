"""A page of another site, on another port, with what it embeds from here; and the page that helps to embed."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from citynet.core.colours import readable
from tests.networks.make import make_city, make_membership, make_network, make_source, make_twinning

PAGE = '<!DOCTYPE html><html lang="it"><title>Comune</title><link rel="icon" href="data:,"><h1>Comune</h1>{}'
REFUSED = "chrome-error://chromewebdata/"


@pytest.fixture
def elsewhere():
    """Give what serves a piece of HTML as a page of another site, and its address."""
    pages = {}

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.format(pages[self.path]).encode())

        def log_message(self, *args):
            """Say nothing between the dots of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()

    def publish(html):
        path = f"/{len(pages)}"
        pages[path] = html
        return f"http://127.0.0.1:{server.server_port}{path}"

    yield publish
    server.shutdown()
    server.server_close()


def make_bologna():
    bologna = make_city(name="Bologna", slug="bologna")
    munich = make_city(name="Munich", name_it="Monaco di Baviera", country="DE")
    eurocities, source = make_network(name="Eurocities", slug="eurocities"), make_source(publisher="Comune")
    make_membership(network=eurocities, city=bologna, start="1991", source=source)
    make_twinning(city_a=bologna, city_b=munich, start="1962-10-08")


def frame_in(page, address, html):
    """Open the page of the other site and give the one frame in it, loaded."""
    page.goto(address(html), wait_until="load")
    (frame,) = page.frames[1:]
    frame.wait_for_load_state()
    return frame


def test_a_page_of_another_site_embeds_a_passport_in_italian(browser_page, browser, live_server, elsewhere):
    make_bologna()
    address = f"{live_server.url}/embed/cities/bologna"
    said, failed = [], []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("response", lambda response: response.ok or failed.append(response.url))
    query = "language=it&theme=light&accent=ffdd00&section=networks&section=twins"
    frame = frame_in(
        browser_page, elsewhere, f'<iframe src="{address}/?{query}" title="Reti" width="320"></iframe>'
    )
    assert frame.locator("html").get_attribute("lang") == "it"
    assert frame.locator("h1").inner_text() == "Bologna nelle reti di città"
    assert frame.locator("h2").all_inner_texts() == ["Reti", "Gemellaggi", "Fonti"]
    rows = [" ".join(row.split()) for row in frame.locator(".citynet-row").all_inner_texts()]
    assert rows == [
        "Eurocities, membro effettivo [1] dal 1991",
        "Monaco di Baviera, Germania nessuna fonte indicata dall'8 ottobre 1962",
    ]
    colour = frame.locator(".citynet-what a").first.evaluate("link => getComputedStyle(link).color")
    shown = tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert bytes(shown).hex() == readable("ffdd00", "ffffff") != "ffdd00"
    width = frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    assert (said, failed) == ([], [])
    # The same as HTML, fetched by a script of the other site; pages of ours it can neither read nor frame.
    fetched = browser_page.evaluate(
        """async ([fragment, page]) => {
            const response = await fetch(fragment);
            document.body.insertAdjacentHTML("beforeend", await response.text());
            const other = await fetch(page).then(() => "read", () => "refused");
            return [response.headers.get("Content-Language"), other];
        }""",
        [f"{address}.html?language=it", f"{live_server.url}/cities/bologna/"],
    )
    assert fetched == ["it", "refused"]
    assert browser_page.locator(".citynet-embed .citynet-heading").all_inner_texts() == [
        "Reti",
        "Gemellaggi",
        "Fonti",
    ]
    frame.locator(".citynet-what a").first.click()
    browser_page.wait_for_url(f"{live_server.url}/it/networks/eurocities/")
    stranger = browser.new_page()
    html = f'<iframe src="{live_server.url}/cities/bologna/" title="Page"></iframe>'
    assert frame_in(stranger, elsewhere, html).url == REFUSED
    stranger.close()


@pytest.mark.parametrize("scripts", ["off"])
def test_the_page_that_helps_to_embed_shows_the_very_frame_without_a_script(browser_page, live_server):
    make_bologna()
    browser_page.goto("/cities/bologna/")
    browser_page.get_by_role("link", name="Embed", exact=True).click()
    browser_page.get_by_label("Twin cities").check()
    browser_page.get_by_label("Language", exact=True).select_option("it")
    browser_page.get_by_label("Accent colour").fill("#a00")
    browser_page.get_by_role("button", name="Show the preview").click()
    address = "/embed/cities/bologna/?section=twins&language=it&accent=aa0000"
    frame = browser_page.frame_locator("iframe")
    expect(frame.locator("h2")).to_have_text(["Gemellaggi"])  # waits for the frame to load
    assert browser_page.locator("iframe").get_attribute("src") == address
    code = browser_page.get_by_label("HTML of the frame").input_value()
    assert f'src="{live_server.url}{address.replace("&", "&amp;")}"' in code
    assert not browser_page.get_by_role("button", name="Copy").first.is_visible()
