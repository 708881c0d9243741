"""A citation is copied with one press; without a script it is there to be selected."""

import pytest

from tests.networks.make import make_city

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_citation_is_copied_and_that_is_said(browser_page):
    make_city(name="Bologna", slug="bologna")
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto("/cities/bologna/?on=1995")
    browser_page.get_by_text("Cite this page").click()
    browser_page.get_by_role("button", name="Copy the link").click()
    browser_page.get_by_role("status").get_by_text("Copied").wait_for(state="attached")
    copied = browser_page.evaluate("navigator.clipboard.readText()")
    assert copied == browser_page.url
