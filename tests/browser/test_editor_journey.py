"""An editor's page from its first word to its second address, as staff and readers meet it."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from PIL import Image as Drawing
from playwright.sync_api import expect

from citynet.content.models import Image, Page

from .test_admin import sign_in

PDF = b"%PDF-1.7\n% Memorandum of Understanding\ntrailer << >>\n%%EOF\n"


def a_picture():
    content = io.BytesIO()
    Drawing.linear_gradient("L").resize((1000, 500)).save(content, "PNG")
    return {"name": "hall.png", "mimeType": "image/png", "buffer": content.getvalue()}


@pytest.fixture
def reader(browser, live_server):
    """A page of somebody who is not signed in."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def fill_library(page):
    """Upload an image, first without saying what it shows, and a PDF."""
    page.goto("/admin/content/image/add/")
    page.get_by_label("Title").fill("Market hall")
    page.get_by_label("Image:").set_input_files(a_picture())
    page.get_by_role("button", name="Save", exact=True).click()
    alternative = page.get_by_label("Alternative text")
    expect(alternative).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("link", name="Say what the image shows")).to_be_visible()
    alternative.fill("People in a market hall")
    page.get_by_label("Image:").set_input_files(a_picture())
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    page.goto("/admin/content/file/add/")
    page.get_by_label("Title").fill("Memorandum of Understanding")
    page.get_by_label("File:").set_input_files(
        {"name": "mou_final2.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()


def write_text(page):
    """Write a heading, a table with headings, an image with a caption and a link to the PDF."""
    words = page.get_by_role("textbox", name="Text").first
    toolbar = page.get_by_role("toolbar", name="Format the text").filter(visible=True).first

    def press(name):
        toolbar.get_by_role("button", name=name, exact=True).click()

    words.click()
    press("Heading")
    page.keyboard.type("Who takes part")
    page.keyboard.press("Enter")
    press("Table")
    table = page.get_by_role("dialog", name="Table")
    table.get_by_label("Caption").fill("Cities by year")
    table.get_by_label("Rows, with the headings").fill("2")
    page.keyboard.press("Enter")
    expect(toolbar.get_by_role("button", name="First row has headings")).to_have_attribute(
        "aria-pressed", "true"
    )
    for cell in ("Year", "Cities", "1995"):
        page.keyboard.type(cell)
        page.keyboard.press("Tab")
    page.keyboard.type("12")
    words.locator("> p").last.click()
    press("Image")
    image = page.get_by_role("dialog", name="Choose an image")
    expect(image.get_by_role("link", name="Upload a new one")).to_have_attribute("target", "_blank")
    image.get_by_label("Caption, if it needs one").fill("On a Saturday")
    image.get_by_role("button", name="Market hall").click()
    expect(words.get_by_role("img", name="People in a market hall")).to_be_visible()
    expect(words).to_be_focused()
    page.keyboard.type("All is in the ")
    press("File")
    page.get_by_role("dialog", name="Choose a file").get_by_role(
        "button", name="Memorandum of Understanding"
    ).click()
    page.keyboard.type("of 1990.")


def test_a_page_is_written_appears_at_its_minute_moves_and_its_old_link_leads_to_it(browser_page, reader):
    page = browser_page
    sign_in(page, "secretariat")
    fill_library(page)
    moment = (timezone.now() + timedelta(minutes=10)).replace(second=0, microsecond=0)
    page.goto("/admin/content/page/add/")
    page.get_by_label("Name").first.press_sequentially("Taking part")
    expect(page.get_by_label("Address")).to_have_value("taking-part")
    page.get_by_label("In the menu").check()
    write_text(page)
    page.get_by_label("State").select_option("published")
    expect(page.get_by_text("Once published, hidden until then. Time zone: UTC.")).to_be_visible()
    page.locator("#id_publish_at_0").fill(f"{moment:%Y-%m-%d}")
    page.locator("#id_publish_at_1").fill(f"{moment:%H:%M}")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_role("status").filter(has_text="Preview")).to_contain_text(f"at {moment:%H:%M} UTC.")
    expect(page.get_by_role("columnheader", name="Year")).to_be_visible()

    with time_machine.travel(moment - timedelta(seconds=30)):
        assert reader.goto("/taking-part/").status == 404
    with time_machine.travel(moment):
        assert reader.goto("/taking-part/").status == 200
        table = reader.get_by_role("table", name="Cities by year")
        expect(table.get_by_role("columnheader")).to_have_text(["Year", "Cities"])
        expect(table.get_by_role("cell")).to_have_text(["1995", "12"])
        expect(reader.get_by_role("heading", level=2, name="Who takes part")).to_be_visible()
        picture = reader.locator("picture", has=reader.get_by_alt_text("People in a market hall"))
        widths = [size.width for size in Image.objects.get().stored_sizes]
        assert widths == [320, 640, 960, 1000]
        source = picture.locator("source[type='image/webp']").get_attribute("srcset")
        assert re.findall(r"\.webp (\d+)w", source) == [str(width) for width in widths]
        expect(reader.get_by_text("On a Saturday")).to_be_visible()
        with reader.expect_download() as download:
            reader.get_by_role("link", name="Memorandum of Understanding (PDF, 1 kB)").click()
        assert download.value.suggested_filename == "memorandum-of-understanding.pdf"
        assert download.value.path().read_bytes() == PDF
        menu = reader.get_by_role("contentinfo").get_by_role("link", name="Taking part")
        expect(menu).to_have_attribute("href", "/taking-part/")

        page.get_by_role("link", name="Back to editing").click()
        page.get_by_label("Address").fill("join-us")
        page.get_by_role("button", name="Save", exact=True).first.click()
        page.get_by_text("“/taking-part/” leads to “/join-us/” from now on.").wait_for()
        answer = reader.request.get("/taking-part/", max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (301, "/join-us/")
        reader.goto("/taking-part/")
        expect(reader).to_have_url(re.compile("/join-us/$"))
        expect(reader.get_by_role("table", name="Cities by year")).to_be_visible()
        expect(menu).to_have_attribute("href", "/join-us/")
    assert Page.objects.get().former_paths.get().path == "taking-part"
