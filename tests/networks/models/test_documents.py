"""The rules of documents, as editors are told of them and as the database holds them."""

import datetime
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from networks.models import (
    Document,
    DocumentParty,
)
from tests.networks.make import (
    make_city,
    make_document,
    make_organisation,
)
from tests.rules import names, refusals, refused_by_database

pytestmark = pytest.mark.django_db

ONE_PARTY = "Choose a city or an organisation: exactly one."
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n"


def make_upload(content=PDF, name="minutes.pdf"):
    return SimpleUploadedFile(name, content)


def test_a_document_is_a_file_or_a_link():
    message = "Give the file or the link, not both: they could come to differ."
    document = Document(name="Pact", slug="pact", kind="pact", url="https://example.org/pact.pdf")
    assert refusals(document) == {}
    document.file = make_upload()
    assert refusals(document) == {"url": [message]}
    document.url = ""
    assert refusals(document) == {}


def test_size_type_and_checksum_are_those_of_the_file_whatever_its_name():
    document = make_document(file=make_upload(name="minutes.docx"))
    document.refresh_from_db()
    assert (document.media_type, document.size) == ("application/pdf", len(PDF))
    assert document.checksum == hashlib.sha256(PDF).hexdigest()
    assert document.file.name.endswith(".pdf")


def test_another_file_is_described_anew_and_another_name_is_not():
    document = make_document(file=make_upload())
    document.name = "Renamed"
    document.save()
    document.refresh_from_db()
    assert document.checksum == hashlib.sha256(PDF).hexdigest()
    document.file = make_upload(b"a,b\n1,2\n", "table.csv")
    document.save()
    document.refresh_from_db()
    assert (document.media_type, document.size) == ("text/csv", 8)
    assert document.checksum == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_a_document_without_its_file_says_nothing_of_it():
    document = make_document(file=make_upload())
    document.file = ""
    document.save()
    document.refresh_from_db()
    assert (document.media_type, document.size, document.checksum) == ("", None, "")
    assert document.format_label == ""


def test_a_file_that_a_browser_could_run_is_refused():
    document = Document(name="X", slug="x", kind="other", file=make_upload(b"<html>", "minutes.pdf"))
    assert refusals(document) == {
        "file": ["Web pages and XML can carry programs and are not accepted. Save the page as PDF."]
    }


def test_the_download_label_says_format_and_size():
    document = make_document(file=make_upload(PDF[:9] + b" " * 3000 + PDF[9:]), stated_format="DOCX, 1 MB")
    assert document.format_label == "PDF, 3\xa0kB"


def test_the_download_label_of_a_link_is_as_stated():
    document = make_document(url="https://example.org/memorandum.pdf", stated_format="PDF, 630.35 kB")
    assert document.format_label == "PDF, 630\N{NO-BREAK SPACE}kB"
    document.stated_format = "a page of 12 kB, perhaps"
    assert document.format_label == "a page of 12 kB, perhaps"


def test_documents_are_there_from_their_date_on():
    make_document(name="Exact", date="2015-10-15")
    make_document(name="Year", date="2015")
    make_document(name="Undated")
    assert names(Document.objects.on("2014-12-31")) == ["Undated"]
    assert names(Document.objects.on("2015-10-14")) == ["Undated", "Year"]
    assert names(Document.objects.on(datetime.date(2015, 10, 15))) == ["Exact", "Undated", "Year"]
    assert names(Document.objects.on("2015")) == ["Exact", "Undated", "Year"]


@pytest.mark.parametrize("parties", [(), ("city", "organisation")])
def test_a_party_to_a_document_is_exactly_one(parties):
    makers = {"city": make_city, "organisation": make_organisation}
    row = DocumentParty(document=make_document(), **{party: makers[party]() for party in parties})
    assert refusals(row) == {"__all__": [ONE_PARTY]}
    assert refused_by_database(row)


@pytest.mark.parametrize("party", ["city", "organisation"])
def test_a_party_signs_a_document_once(party):
    signer = {party: make_city() if party == "city" else make_organisation()}
    document = make_document()
    DocumentParty.objects.create(document=document, **signer)
    again = DocumentParty(document=document, **signer)
    assert refusals(again) == {"__all__": [f"This {party} is listed already."]}
    assert refused_by_database(again)
    other = DocumentParty(document=document, city=make_city())
    assert refusals(other) == {}
