"""The first whole path: an editor changes a fact, a citizen sees it, finds it and takes it away."""

import csv
import io

from django.contrib.auth.models import Group, User

from networks.models import Membership
from tests.networks.make import make_city, make_membership, make_network

PASSWORD = "a-long-password-for-tests"


def test_an_edited_membership_is_seen_filtered_and_downloaded(browser_page):
    page = browser_page
    network = make_network(name="Harbour Cities", slug="harbour-cities", start="1990")
    genoa = make_city(name="Genoa", slug="genoa", country="IT")
    gdansk = make_city(name="Gdańsk", slug="gdansk", country="PL")
    make_membership(network=network, city=genoa, start="1995", category="full")
    make_membership(network=network, city=gdansk, start="2001", category="full")
    user = User.objects.create_user("desk", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="secretariat"))

    # The editor signs in, finds the membership by searching, and corrects category and start.
    page.goto("/admin/")
    page.get_by_label("Username").fill("desk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Memberships", exact=True).click()
    page.locator("#searchbar").fill("gdansk")
    page.locator("#searchbar").press("Enter")
    page.locator("#result_list tbody th a").click()
    page.get_by_label("Category").select_option("associate")
    page.get_by_label("Start").fill("Sept 2003")
    page.get_by_label("Start").press("Tab")
    page.get_by_text("September 2003").wait_for()
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.locator(".messagelist .success").wait_for()
    assert Membership.objects.get(city=gdansk).start == "2003-09"

    # A citizen reads it on the city's page.
    page.context.clear_cookies()
    page.goto("/cities/gdansk/")
    belongs = page.get_by_role("region", name="What it belongs to")
    assert "Harbour Cities" in belongs.inner_text()
    assert "associate member" in belongs.inner_text()
    assert "since September 2003" in belongs.inner_text()

    # … filters the cities to the associate members of that network …
    page.goto("/cities/")
    page.locator("summary", has_text="Network").click()
    page.get_by_label("Harbour Cities").check()
    page.locator("summary", has_text="Member as").click()
    page.get_by_label("associate member").check()
    page.get_by_role("button", name="Show results").click()
    page.locator("#list-total", has_text="1 city").wait_for()
    assert page.locator("main tbody th").all_inner_texts() == ["Gdańsk"]

    # … and takes away the list that they see.
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["Gdańsk"]
