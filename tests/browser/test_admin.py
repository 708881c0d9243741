"""The admin in a browser: what staff do every week, and what citizens then see."""

import csv
import io
import re

from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from networks.models import Document, NetworkEditor, Role
from tests.networks.make import make_body, make_city, make_membership, make_network, make_role

PASSWORD = "a-long-password-for-tests"


def sign_in(page, group, networks=()):
    """Sign a new member of a staff group in, who looks after the given networks."""
    user = User.objects.create_user("desk", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for network in networks:
        NetworkEditor.objects.create(user=user, network=network)
    page.goto("/admin/")
    page.get_by_label("Username").fill("desk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="What would you like to work on?").wait_for()


def test_an_editor_ends_a_term_and_the_public_page_follows(browser_page):
    page = browser_page
    network = make_network(name="Harbour Cities", slug="harbour-cities", start="1990")
    forum = make_body(name="Tides Forum", slug="tides-forum", network=network)
    genoa = make_city(name="Genoa", slug="genoa")
    make_membership(network=network, city=genoa, start="1995")
    role = make_role(body=forum, city=genoa, post=Role.Post.CHAIR, start="2019")
    chairs = page.get_by_role("region", name="Who chairs it")
    page.goto("/groups/tides-forum/")
    assert "Genoa" in chairs.inner_text()

    sign_in(page, "editor", [network])
    page.get_by_role("link", name="Roles", exact=True).click()
    page.locator("#result_list tbody th a").click()
    page.get_by_label("End:", exact=True).fill("June 2021")
    page.get_by_label("Reason for the change").fill("Term over")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.locator(".messagelist .success").wait_for()

    role.refresh_from_db()
    assert role.end == "2021-06"
    assert role.history.first().history_change_reason == "Term over"
    page.goto("/groups/tides-forum/")
    assert "Nobody is recorded for this day." in chairs.inner_text()
    history = page.get_by_role("region", name="Roles through time").inner_text()
    assert "Genoa" in history
    assert "June 2021" in history


def test_an_svg_upload_is_refused_and_what_was_typed_stays(browser_page):
    page = browser_page
    network = make_network(name="Harbour Cities", slug="harbour-cities")
    sign_in(page, "editor", [network])
    page.goto("/admin/networks/document/add/")
    page.keyboard.type("Harbour charter")  # The first field has the focus.
    page.get_by_label("Kind").select_option(Document.Kind.REPORT)
    page.get_by_label("Date signed or published").fill("Sept 2021")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    upload = {"name": "charter.pdf", "mimeType": "application/pdf", "buffer": svg}
    page.get_by_label("File").set_input_files(upload)
    page.get_by_role("button", name="Save", exact=True).click()

    page.locator(".errornote").wait_for()
    assert page.locator(".field-file .errorlist").inner_text() == (
        "SVG images can carry programs and are not accepted. Export the image as PNG."
    )
    assert page.locator(".errorlist").count() == 1
    assert page.get_by_label("Name").input_value() == "Harbour charter"
    assert page.get_by_label("Address").input_value() == "harbour-charter"
    assert page.get_by_label("Kind").input_value() == Document.Kind.REPORT
    assert page.get_by_label("Date signed or published").input_value() == "Sept 2021"
    assert page.get_by_label("Network").input_value() == str(network.pk)
    assert not Document.objects.exists()


def test_export_all_that_match_holds_exactly_the_rows_on_screen(browser_page):
    page = browser_page
    network = make_network(name="Harbour Cities", slug="harbour-cities")
    for name, start, end in (
        ("Genoa", "1990", "2001"),
        ("Gdańsk", "1991", ""),
        ("Bari", "1992", "2000"),
        ("Turku", "1993", "1999"),
    ):
        make_membership(network=network, city=make_city(name=name), start=start, end=end)
    other = make_network(name="Hill Towns", slug="hill-towns")
    make_membership(network=other, city=make_city(name="Assisi"), start="1990", end="2001")

    sign_in(page, "secretariat")
    page.get_by_role("link", name="Memberships", exact=True).click()
    page.locator("#searchbar").fill("harbour")
    page.locator("#searchbar").press("Enter")
    page.wait_for_url(re.compile("q=harbour"))
    page.get_by_role("link", name="ended", exact=True).click()
    page.wait_for_url(re.compile("today=ended"))
    page.get_by_role("link", name="Member", exact=True).click()
    page.wait_for_url(re.compile("o=1"))
    on_screen = page.locator("#result_list tbody th").all_inner_texts()
    assert on_screen == ["Bari", "Genoa", "Turku"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all that match").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert [row["city"] for row in csv.DictReader(io.StringIO(text))] == on_screen


def test_the_languages_of_a_record_are_tabs_for_the_keyboard_and_open_where_an_error_is(browser_page):
    page = browser_page
    munich = make_city(name="Munich", name_it="Monaco di Baviera")
    sign_in(page, "secretariat")
    page.goto(f"/admin/networks/city/{munich.pk}/change/")
    tabs = page.get_by_role("tablist").get_by_role("tab")
    expect(tabs).to_have_text(["italiano", "français", "Deutsch", "español"])
    tabs.first.focus()
    for key, shown in (("ArrowLeft", "es"), ("ArrowRight", "it"), ("End", "es"), ("Home", "it")):
        page.keyboard.press(key)
        expect(page.locator(f"[role=tab][lang={shown}]")).to_be_focused()
        for language in ("it", "fr", "de", "es"):
            expect(page.locator(f"#id_name_{language}")).to_be_visible(visible=language == shown)
    page.keyboard.press("Tab")
    expect(page.locator("#id_name_it")).to_be_focused()

    page.locator("#id_name_de").evaluate("field => { field.value = 'M'.repeat(201); }")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("tab", name="Deutsch")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".field-name_de .errorlist")).to_be_visible()
    page.locator("#id_name_de").fill("München")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url(re.compile("/admin/networks/city/$"))
    munich.refresh_from_db()
    assert (munich.name_en, munich.name_it, munich.name_de) == ("Munich", "Monaco di Baviera", "München")
