"""A visitor rates a page with two stars and says why, by the keyboard alone; an editor reads it."""

import pytest
from playwright.sync_api import expect

from citynet.content.models import Rating
from tests.networks.make import make_city
from tests.portal.make import make_user

PASSWORD = "a-long-password-for-tests"


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_two_stars_and_why_by_the_keyboard_reach_the_editor(browser_page, scripts):
    page = browser_page
    make_city(name="Genoa", slug="genoa")
    page.goto("/cities/genoa/?on=1995")
    hard, liked = (page.get_by_role("group", name=name) for name in ("Where did you", "What did you"))
    expect(hard).to_be_hidden()
    page.locator("footer.detail-sources a").last.focus()
    while page.evaluate("document.activeElement.name") != "stars":
        page.keyboard.press("Tab")
    assert page.locator(":focus").bounding_box()["height"] >= 44
    page.keyboard.press("Space")
    for _key in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("4 stars out of 5")).to_be_checked()
    expect(liked).to_be_visible()
    for _key in range(2):
        page.keyboard.press("ArrowLeft")
    expect(hard).to_be_visible()
    expect(liked).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from none to the second
    page.keyboard.press("Tab")
    page.keyboard.type("Who chairs it?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    thanks = page.get_by_role("heading", name="Thank you for your answer")
    expect(thanks).to_be_visible()
    if scripts == "on":
        expect(thanks).to_be_focused()
        assert page.url.endswith("/cities/genoa/?on=1995")
    else:
        page.get_by_role("link", name="Back to the page").click()
        assert page.url.endswith("/cities/genoa/")
    assert list(Rating.objects.values_list("path", "stars", "reason", "text")) == [
        ("/cities/genoa/", 2, "incomplete", "Who chairs it?")
    ]
    if scripts == "on":
        user = make_user("editor", password=PASSWORD)
        page.goto("/admin/content/rating/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        row = page.locator("#result_list tbody tr")
        assert "/cities/genoa/" in row.inner_text() and "Who chairs it?" in row.inner_text()
        page.get_by_role("link", name="Page by page").click()
        expect(page.locator(".rating-pages tbody tr th")).to_have_text("/cities/genoa/")
