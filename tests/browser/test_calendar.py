"""The calendar in a browser: an Environment Forum meeting found, an upcoming one too, both subscribed to."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO
from events.calendar import Month
from events.models import Series
from networks.models import City
from tests.events.make import make_event

GENOA = "EUROCITIES Environment Forum meeting: Building Resilient Cities: from Challenges to Opportunities"


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_a_forum_meeting_is_found_in_the_calendar_and_subscribed_to(browser_page, scripts):
    page = browser_page
    ways = page.get_by_role("navigation", name="Show as")
    load(DEMO)
    series = Series.objects.get(slug="eurocities-environment-forum-meetings")
    soon = timezone.localdate() + timedelta(days=40)
    make_event(
        name="Environment Forum, next meeting",
        slug="environment-forum-next",
        series=series,
        start=soon.isoformat(),
        cities=[City.objects.get(slug="bologna")],
    )

    # From the list of events, narrowed to the series, to the calendar.
    page.goto("/events/")
    page.locator("summary", has_text="Series").click()
    page.get_by_role("checkbox", name=re.compile("Meetings of the Environment Forum")).check()
    if scripts == "off":
        page.get_by_role("button", name="Show results").click()
    page.wait_for_url(re.compile("series=eurocities-environment-forum-meetings"))
    ways.get_by_role("link", name="Calendar", exact=True).click()
    page.wait_for_url(re.compile("/events/calendar/.*series="))

    # Nothing is on this month; the calendar says where to look, and any month can be asked for.
    page.get_by_text("The latest before: April 2019").wait_for()
    page.get_by_label("Month", exact=True).fill("2019-04")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name="1 event in April 2019").wait_for()
    assert "series=eurocities-environment-forum-meetings" in page.url
    day = page.get_by_role("cell").filter(has=page.get_by_text("3", exact=True)).first
    bar = day.get_by_role("link")
    assert " ".join(bar.text_content().split()).startswith(f"{GENOA} , 3 – 5 April 2019")
    assert "Genoa" in bar.text_content()
    # It is drawn across its three days.
    assert bar.bounding_box()["width"] > 2.9 * day.bounding_box()["width"]

    # The one to come is in its own month, and in the agenda.
    page.get_by_label("Month", exact=True).fill(str(Month.of(soon)))
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name=f"1 event in {Month.of(soon).words}").wait_for()
    assert "Bologna" in page.get_by_role("link", name=re.compile("next meeting")).text_content()
    ways.get_by_role("link", name="Agenda", exact=True).click()
    page.get_by_role("heading", name=Month.of(soon).words).wait_for()
    assert page.get_by_role("link", name=re.compile("next meeting")).is_visible()

    # Subscribing gives exactly these two.
    subscribe = page.get_by_role("link", name="Subscribe", exact=True).get_attribute("href")
    address = page.get_by_role("textbox", name=re.compile("Or give your program")).input_value()
    assert subscribe == re.sub("^http", "webcal", address)
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    names = {str(event["summary"]) for event in Calendar.from_ical(answer.body()).events}
    assert names == {GENOA, "Environment Forum, next meeting"}

    # Its own page leads to its own file, and the meeting is a click away.
    page.get_by_role("link", name=re.compile("next meeting")).click()
    page.wait_for_url(re.compile("/events/environment-forum-next/$"))
    file = page.locator("a[href$='/events/environment-forum-next.ics']")
    assert file.is_visible()


@pytest.mark.parametrize("viewport", ["320x700"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_on_a_phone_a_month_is_a_list_of_its_days(browser_page, color_scheme):
    page = browser_page
    make_event(name="Forum of forums " * 8, start="2019-04-03", end="2019-04-04", slug="forum")
    make_event(name="Other", start="2019-04-20", slug="other")
    page.goto("/events/calendar/?month=2019-04")
    days = [" ".join(text.split()) for text in page.locator(".day:visible .day-name").all_inner_texts()]
    assert days == ["Wednesday 3 April", "Thursday 4 April", "Saturday 20 April"]
    assert page.get_by_role("link", name=re.compile("^Other")).bounding_box()["height"] >= 44
    assert "3 – 4 April 2019" in page.get_by_role("link", name=re.compile("^Forum")).inner_text()
    assert page.get_by_text("goes on:").is_visible()
    for address in ("/events/calendar/?month=2019-04", "/events/agenda/?when=past"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_going_to_the_next_month_keeps_the_place_of_the_keyboard(browser_page):
    page = browser_page
    make_event(name="Forum", start="2019-04-03", slug="forum")
    page.goto("/events/calendar/?month=2019-03")
    page.get_by_role("link", name=re.compile("April 2019")).first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 event in April 2019").wait_for()
    page.wait_for_url(re.compile("month=2019-04"))
    page.wait_for_function("document.activeElement.id === 'month-after'")
    page.go_back()
    page.get_by_role("heading", name="0 events in March 2019").wait_for()
