"""Sources with all that rests on them, and confirming facts again in the admin."""

import csv
import datetime
import io
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.events.make import make_event
from tests.networks.make import (
    make_award,
    make_city,
    make_edition,
    make_figure,
    make_grant,
    make_membership,
    make_network,
    make_participation,
    make_programme,
    make_role,
    make_source,
    make_twinning,
    make_winner,
)
from tests.page import words
from tests.portal.make import make_client

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


# Sources -------------------------------------------------------------------------


def cite(source):
    """Let a fact of each of nine kinds rest on a source; give the network of the membership."""
    membership = make_membership(source=source, start="1991", quote="a member since 1991")
    make_role(source=source)
    make_figure(source=source)
    make_twinning(source=source)
    make_participation(source=source)
    make_grant(source=source)
    make_winner(source=source)
    make_event(source=source)
    make_network(source=source)
    return membership.network


def test_a_source_shows_all_that_rests_on_it_and_where_it_stands(client):
    source = make_source(publisher="Milan", title="Networks", slug="milan", url="https://example.org/milan")
    network = cite(source)
    make_membership(source=source, state="draft", quote="secret")
    make_membership(source=make_source(), quote="of another")

    def visit(query=""):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/sources/milan/{query}")
        assert response.status_code == 200
        return response, len(queries)

    response, few = visit()
    html = response.content.decode()
    assert response.context["total"] == 9
    assert [row[0] for row in response.context["counts"]] == [
        *("membership", "role", "figure", "twinning", "participation", "network", "event"),
        *("awardwinner", "grant"),
    ]
    for expected in ("https://example.org/milan", "a member since 1991", "since 1991", "on the page of"):
        assert expected in html
    assert "secret" not in html and "of another" not in html
    cite(source)
    assert visit()[1] == few <= 18
    response, _number = visit("?kind=role")
    assert [(label, len(rows)) for label, rows in response.context["groups"]] == [("roles", 2)]
    file = b"".join(client.get("/sources/milan.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    assert len(rows) == 18
    assert [rows[0][name] for name in ("kind", "start", "quote")] == [
        *("membership", "1991", "a member since 1991")
    ]
    assert {client.get(row["page"].removeprefix("http://testserver")).status_code for row in rows} == {200}
    listed = client.get("/sources/", {"network": network.slug})
    assert [(row.slug, row.fact_count) for row in listed.context["page"].rows] == [("milan", 18)]
    for query, found in (
        ({"link": "without"}, []),
        ({"link": "with"}, ["milan"]),
        ({"q": "networks"}, ["milan"]),
        ({"year": "1999"}, []),
    ):
        listed = client.get("/sources/", {"network": network.slug, **query})
        assert [row.slug for row in listed.context["page"].rows] == found


@pytest.mark.parametrize("hidden", ["award", "edition", "city"])
def test_a_source_says_nothing_of_a_prize_that_is_not_public(client, hidden):
    source, states = make_source(slug="milan"), {hidden: "draft"}
    award = make_award(state=states.get("award", "published"))
    edition = make_edition(award=award, state=states.get("edition", "published"))
    city = make_city(name="Secret", state=states.get("city", "published"))
    make_winner(source=source, edition=edition, city=city)
    make_programme(source=source, network=make_network(state="draft"))
    assert client.get("/sources/milan/").context["total"] == 0


def test_a_source_that_is_not_public_has_no_page(client):
    make_source(slug="draft", state="draft")
    assert client.get("/sources/draft/").status_code == 404
    assert client.get("/sources/draft.csv").status_code == 404


def test_a_fact_leads_to_its_source_at_the_foot_and_one_without_says_so(client):
    source = make_source(publisher="Milan", title="Networks", slug="milan", published_on="2022-09-01")
    city = make_city(slug="bologna")
    make_membership(city=city, source=source, quote="since 1991", confirmed_on=datetime.date(2022, 9, 1))
    make_membership(city=city)
    html = client.get("/cities/bologna/").content.decode()
    assert html.count('href="#source-1"') == 1
    assert "no source given" in html
    foot = words(html[html.index('id="source-1"') :].partition("</li>")[0].partition(">")[2])
    assert foot == "Milan Networks page of 1 September 2022 all that rests on it : Milan: Networks"
    assert "last confirmed on 1 September 2022" in words(html)
    assert '<q class="quote">since 1991</q>' in html


def test_the_ways_to_a_source_and_on_from_it_keep_the_day(client):
    source = make_source(publisher="Milan", slug="milan")
    make_membership(city=make_city(slug="bologna"), source=source)
    make_figure(source=source, network=make_network(slug="pact"))
    html = client.get("/cities/bologna/?on=1995").content.decode()
    assert '<a href="/sources/milan/?on=1995">' in html
    html = client.get("/sources/milan/?on=1995").content.decode().partition('id="facts"')[2]
    assert re.findall(r'href="([^"]+)"', html.partition("</section>")[0]) == [
        "/sources/milan/?on=1995#facts",
        "?kind=membership&amp;on=1995#facts",
        "?kind=figure&amp;on=1995#facts",
        "/cities/bologna/?on=1995",
        "/networks/pact/?on=1995",
        "/sources/milan.csv",
    ]


@pytest.mark.parametrize("page", ["/sources/milan/?kind=", "/numbers/?metric=", "/contradictions/?kind="])
def test_a_kind_that_there_is_not_gets_a_sentence(client, page):
    cite(make_source(slug="milan"))
    sentence = "There is no kind “moon” here, so all are shown."
    assert sentence in client.get(f"{page}moon").content.decode()
    assert "so all are shown" not in client.get(page).content.decode()


# Confirming again ----------------------------------------------------------------


def list_of(row):
    return reverse(f"admin:networks_{row._meta.model_name}_changelist")


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_one_click_confirms_a_fact_as_of_today_with_its_history_and_days():
    role = make_role(start="")
    assert not role.surely_held_in(TODAY)
    client = make_client("editor", role.network)
    response = client.post(list_of(role), {"_confirm": role.pk})
    assert response.status_code == 302
    assert said(response) == ["1 record is now confirmed as of 22 November 2026."]
    role.refresh_from_db()
    assert (role.confirmed_on, role.start_latest) == (TODAY, TODAY)
    assert role.surely_held_in(TODAY)
    version = role.history.first()
    assert (version.history_change_reason, version.history_user.groups.get().name) == (
        *("Confirmed again", "editor"),
    )


def test_nobody_confirms_what_they_may_not_change():
    foreign, twinning = make_membership(), make_twinning()
    editor = make_client("editor", make_network())
    for row in (foreign, twinning):
        assert editor.post(list_of(row), {"_confirm": row.pk}).status_code == 403
        editor.post(list_of(row), {"action": "confirm_today", "_selected_action": row.pk})
        row.refresh_from_db()
        assert row.confirmed_on is None
    viewer = make_client("viewer")
    assert viewer.post(list_of(foreign), {"_confirm": foreign.pk}).status_code == 403
    assert "confirm-button" not in viewer.get(list_of(foreign)).content.decode()
    assert "confirm-button" in make_client("secretariat").get(list_of(foreign)).content.decode()


def test_many_are_confirmed_by_a_date_and_a_source_but_none_backwards():
    network, source = make_network(), make_source()
    rows = [make_figure(network=network, value=number) for number in range(3)]
    later = datetime.date(2026, 11, 21)
    rows[2].confirmed_on = later
    rows[2].save()
    client = make_client("secretariat")
    chosen = {"action": "confirm_as", "_selected_action": [row.pk for row in rows]}
    response = client.post(list_of(rows[0]), chosen)
    assert response.context["form"].initial == {"confirmed_on": TODAY}
    response = client.post(list_of(rows[0]), {**chosen, "confirmed_on": "2026-11-23"})
    assert response.context["form"].errors == {"confirmed_on": ["That day is still to come."]}
    response = client.post(list_of(rows[0]), {**chosen, "confirmed_on": "2026-11-20", "source": source.pk})
    assert said(response) == [
        "2 records are now confirmed as of 20 November 2026.",
        "“2 countries” was confirmed later than that.",
    ]
    for row in rows:
        row.refresh_from_db()
    day = datetime.date(2026, 11, 20)
    assert [(row.confirmed_on, row.source) for row in rows] == [(day, source), (day, source), (later, None)]


def test_no_form_takes_a_confirmation_that_is_still_to_come():
    figure = make_figure()
    address = reverse("admin:networks_figure_change", args=[figure.pk])
    client = make_client("secretariat")
    fields = client.get(address).context["adminform"].form.initial
    given = {name: value for name, value in fields.items() if value is not None}
    response = client.post(address, {**given, "confirmed_on": "2026-11-23"})
    assert response.context["adminform"].form.errors["confirmed_on"] == ["That day is still to come."]


def test_the_lists_of_what_to_do_are_of_the_editors_networks_and_say_how_many():
    network = make_network(name="Mine")
    old, new = datetime.date(2025, 11, 21), datetime.date(2025, 11, 22)
    make_membership(network=network, confirmed_on=old, source=make_source())
    make_membership(network=network, confirmed_on=new)
    make_membership(network=network)
    make_membership()
    make_figure(network=network, value=39)
    make_figure(network=network, value=35)
    make_figure(value=1)
    make_figure(value=2)
    client = make_client("editor", network)

    def visit():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("admin:networks_evidence"))
        return response, len(queries)

    response, few = visit()
    memberships = {str(opts.verbose_name): rows for opts, rows in response.context["kinds"]}["membership"]
    assert [(number, str(label)) for number, label, _address in memberships] == [
        (2, "no source"),
        (1, "never confirmed"),
        (1, "not confirmed for a year"),
    ]
    for number, _label, address in memberships:
        assert client.get(address).context["cl"].result_count == number
    assert [row.kind for row, _sides in response.context["contradictions"]] == ["stated", "fewer", "fewer"]
    make_figure(network=network, value=36)
    response, many = visit()
    assert len(response.context["contradictions"]) == 6
    assert many == few
    index = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:networks_evidence") in index
