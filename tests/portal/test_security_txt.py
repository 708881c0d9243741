"""security.txt as RFC 9116 has it, read back field by field."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import override_settings

from citynet.portal.security_txt import check_contact
from tests.content.make import make_page

CONTACTS = ["mailto:security@networks.example.org", "https://networks.example.org/report"]
ADDRESS = "/.well-known/security.txt"


def fields_of(text):
    """Give {name: [values]} of the lines `Name: value`, each ended as §2.2 has it."""
    assert text.endswith("\n")
    fields = {}
    for line in text.splitlines():
        name, colon, value = line.partition(": ")
        assert colon and value
        fields.setdefault(name, []).append(value)
    return fields


@pytest.mark.django_db
@override_settings(SECURITY_CONTACT=CONTACTS)
def test_the_file_names_contacts_in_order_and_expires_within_a_year(client):
    about = make_page(slug="about", name="About")
    make_page(slug="security", name="Reporting a weakness", parent=about)
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        answer = client.get(ADDRESS, secure=True)
    with time_machine.travel(moment + timedelta(hours=14), tick=False):
        assert client.get(ADDRESS, secure=True).content == answer.content
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert fields_of(answer.content.decode()) == {
        "Contact": CONTACTS,
        "Expires": ["2027-05-21T00:00:00Z"],
        "Preferred-Languages": ["en, it, fr, de, es"],
        "Canonical": [f"https://testserver{ADDRESS}"],
        "Policy": ["https://testserver/about/security/"],
    }
    moved = client.get("/security.txt", secure=True)
    assert (moved.status_code, moved["Location"]) == (301, ADDRESS)
    assert "Canonical" not in fields_of(client.get(ADDRESS).content.decode())
    assert check_contact(None) == []


@pytest.mark.django_db
@override_settings(SECURITY_CONTACT=[])
def test_without_a_contact_there_is_no_file_and_the_deployment_check_says_so(client):
    assert client.get(ADDRESS).status_code == 404
    assert [message.id for message in check_contact(None)] == ["citynet.I001"]
