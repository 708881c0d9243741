"""Permanent identifiers, and the way from addresses that records had once."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.identity import models_with_pages
from citynet.core.models import State
from citynet.core.operations import RandomUUID
from networks.models import City, Organisation
from tests.content.make import make_news, make_page
from tests.events.make import make_event
from tests.networks import make

pytestmark = pytest.mark.django_db

MAKERS = [
    make.make_network,
    make.make_city,
    make.make_body,
    make.make_project,
    make.make_practice,
    make.make_document,
    make.make_person,
    make.make_source,
    make_event,
    make_news,
    make_page,
]


def rename(record, slug):
    record.slug = slug
    record.save()


def ways(client, *addresses):
    """Give the status of each address and where it leads."""
    responses = [client.get(address) for address in addresses]
    return [(response.status_code, response.get("Location")) for response in responses]


def test_the_identifier_of_every_kind_of_record_leads_to_its_page_on_the_asked_day_in_one_statement(client):
    records = [maker() for maker in MAKERS]
    assert {type(record) for record in records} == set(models_with_pages())
    for record in records:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/id/{record.uid}/?on=june+1995&next=//evil.example&on=1996-x")
        assert (response.status_code, response["Location"]) == (303, record.get_absolute_url())
        assert len(queries) == 1
        response = client.get(f"/id/{record.uid}/?next=//evil.example&on=june+1995")
        assert response["Location"] == f"{record.get_absolute_url()}?on=1995-06"


def test_an_identifier_of_nobody_of_a_draft_or_of_what_has_no_page_leads_nowhere(client):
    draft, pageless = make.make_city(state=State.DRAFT), make.make_organisation()
    assert isinstance(pageless, Organisation)
    assert (
        ways(client, *(f"/id/{uid}/" for uid in (uuid.uuid4(), draft.uid, pageless.uid))) == [(404, None)] * 3
    )


def test_a_renamed_record_of_every_kind_is_found_under_its_old_addresses(client):
    for maker in MAKERS:
        record = maker(slug="first")
        old = record.get_absolute_url()
        rename(record, "second")
        rename(record, "third")
        new = record.get_absolute_url()
        assert new == old.replace("first", "third")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{old}?on=1995&x=%22")
        assert (response.status_code, response["Location"]) == (301, f"{new}?on=1995&x=%22")
        assert response["Cache-Control"] == "no-cache"
        assert len(queries) == 3  # the data's version, the miss, the history
        assert ways(client, old.replace("first", "second"), f"{old.rstrip('/')}.bib?on=1995") == [
            (301, new),
            (301, f"{new.rstrip('/')}.bib?on=1995"),
        ]


def test_the_calendar_file_of_a_renamed_event_moves_along(client):
    event = make_event(slug="forum", start="2026-03-01", end="2026-03-02")
    rename(event, "forum-2026")
    assert ways(client, "/events/forum.ics") == [(301, "/events/forum-2026.ics")]


def test_the_files_and_further_pages_of_a_renamed_record_move_along(client):
    source, network = make.make_source(slug="page"), make.make_network(slug="pact")
    rename(source, "report")
    rename(network, "union")
    ends = ("/numbers/", "/numbers.csv", "/timeline/?on=1995", "/timeline.csv", "/embed/")
    assert ways(client, "/sources/page.csv", *(f"/networks/pact{end}" for end in ends)) == [
        (301, "/sources/report.csv"),
        *((301, f"/networks/union{end}") for end in ends),
    ]


def test_who_had_an_address_last_has_it_unless_it_is_somebodys_own(client):
    older, newer = make.make_city(slug="springfield"), make.make_city(slug="shelbyville")
    rename(older, "springfield-1")
    rename(newer, "springfield")
    assert client.get("/cities/springfield/").context["object"] == newer
    rename(newer, "springfield-2")
    assert client.get("/cities/springfield/", follow=True).context["object"] == newer
    third = make.make_city(slug="springfield", state=State.DRAFT)
    assert ways(client, "/cities/springfield/") == [(404, None)]
    third.delete()
    assert ways(client, "/cities/springfield/") == [(404, None)]  # gone, not moved


def test_an_old_address_never_tells_of_an_unpublished_record_nor_of_one_of_another_kind(client):
    hidden, network = make.make_city(slug="hidden"), make.make_network(slug="network")
    rename(hidden, "still-hidden")
    rename(network, "other")
    hidden.state = State.DRAFT
    hidden.save()
    assert ways(client, "/cities/hidden/", "/cities/network/") == [(404, None)] * 2


def test_old_addresses_are_found_by_an_index():
    fields = [
        model.history.model._meta.get_field(name) for model in models_with_pages() for name in ("slug", "uid")
    ]
    assert all(field.db_index for field in fields)


def test_identifiers_made_by_the_database_are_random_uuids():
    for _number in range(3):
        make.make_city()
    City.objects.update(uid=RandomUUID())
    uids = list(City.objects.values_list("uid", flat=True))
    assert len(set(uids)) == 3
    assert {(uid.version, uid.variant) for uid in uids} == {(4, uuid.RFC_4122)}


def test_an_identifier_survives_every_save_and_is_the_same_in_the_history():
    city = make.make_city()
    uid = city.uid
    rename(city, "elsewhere")
    city.refresh_from_db()
    assert city.uid == uid
    assert set(City.history.filter(id=city.pk).values_list("uid", flat=True)) == {uid}
