"""The media library in a browser: several images at once, and one of them on a page, in the size that fits."""

import pytest
from playwright.sync_api import expect

from citynet.content.models import Image
from tests.content.make import draw, make_news, make_page
from tests.content.test_media import shown
from tests.networks.make import make_network

from .test_admin import sign_in


@pytest.mark.parametrize("viewport", ["360x800"])
def test_an_editor_uploads_two_images_and_a_phone_loads_small_ones_that_fit(browser_page):
    page = browser_page
    sign_in(page, "editor", [make_network()])
    page.goto("/admin/content/image/")
    page.get_by_role("link", name="Upload several").click()
    page.locator("input[name=images]").set_input_files(
        [
            {"name": name, "mimeType": "image/png", "buffer": draw((1400, 700))}
            for name in ("square.png", "table.png")
        ]
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("heading", name="What the images show").wait_for()
    page.get_by_label("Alternative text").first.fill("A city square")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Nothing was published.").wait_for()
    page.get_by_label("Decorative").nth(1).check()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("2 images are published.").wait_for()

    square = Image.objects.get(title="square")
    about = make_page(name="About", text=shown(square.uid))
    page.goto(about.get_absolute_url())
    picture = page.get_by_role("img", name="A city square")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('picture img').currentSrc.endsWith('.webp')")
    loaded = picture.evaluate("image => new URL(image.currentSrc).pathname")
    small = [f"/files/{size.name}" for size in square.stored_sizes if size.width <= 640]
    assert loaded in small

    news = make_news(image=square)
    for address in (news.get_absolute_url(), "/news/?view=cards"):
        page.goto(address)
        expect(page.get_by_role("img", name="A city square")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") == 360
