"""citynet.core.uploads: what is let in, under which name, and how it goes out."""

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import models
from django.test.utils import isolate_apps
from PIL import Image

from citynet.core import uploads
from citynet.core.models import State
from citynet.core.uploads import (
    checksum,
    describe,
    detect_type,
    document_path,
    image_path,
    validate_document,
    validate_image,
)
from tests.networks.make import make_document, make_network
from tests.portal.make import make_client

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n"
OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
OPENDOCUMENT_PARTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def make_image(image_format="PNG", size=(2, 2), **kwargs):
    content = io.BytesIO()
    Image.new("RGB", size).save(content, image_format, **kwargs)
    return content.getvalue()


def make_zip(entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return content.getvalue()


def make_office(extension="docx", **entries):
    return make_zip({"[Content_Types].xml": "<Types/>", OFFICE_PARTS[extension]: "<a/>", **entries})


def make_opendocument(extension="odt", **entries):
    mime = f"application/vnd.oasis.opendocument.{OPENDOCUMENT_PARTS[extension]}"
    return make_zip({"mimetype": mime, "content.xml": "<a/>", **entries})


def make_file(content, name="file.bin"):
    return SimpleUploadedFile(name, content)


def refusal(validate, content, name="file.bin"):
    """Give the code of the error that `validate` raises."""
    with pytest.raises(ValidationError) as caught:
        validate(make_file(content, name))
    return caught.value.code


KNOWN = {
    "image/png": make_image("PNG"),
    "image/jpeg": make_image("JPEG"),
    "image/webp": make_image("WEBP"),
    "image/gif": make_image("GIF"),
    "application/pdf": PDF,
    "text/plain": "Città, Zürich, Αθήνα\n".encode(),
    **{uploads.OFFICE[part.partition("/")[0]].mime: make_office(e) for e, part in OFFICE_PARTS.items()},
    **{
        f"application/vnd.oasis.opendocument.{kind}": make_opendocument(extension)
        for extension, kind in OPENDOCUMENT_PARTS.items()
    },
}


@pytest.mark.parametrize(("mime", "content"), KNOWN.items(), ids=KNOWN)
@pytest.mark.parametrize("name", ["right", "page.html", "logo.svg", "", "report.pdf.exe"])
def test_the_type_is_what_the_bytes_say_whatever_the_name(mime, content, name):
    file = make_file(content, name or "x")
    file.name = name or None
    assert detect_type(file).mime == mime
    assert file.tell() == 0
    validate_document(file)


def test_only_the_name_tells_csv_from_text():
    content = "città;paese\nBologna;IT\n".encode()
    assert detect_type(make_file(content, "cities.CSV")) == ("text/csv", ".csv", "CSV")
    assert detect_type(make_file(content, "cities.txt")) == ("text/plain", ".txt", "Text")
    assert detect_type(make_file(b"\xef\xbb\xbf" + content, "cities.csv")).mime == "text/csv"


def test_every_kind_of_image_is_a_logo_and_no_document_is():
    images = {mime for mime in KNOWN if mime.startswith("image/")}
    assert len(images) == 4
    for mime in images:
        validate_image(make_file(KNOWN[mime]))
    for mime in KNOWN.keys() - images:
        assert refusal(validate_image, KNOWN[mime]) == "not_an_image"


@pytest.mark.parametrize("validate", [validate_image, validate_document])
@pytest.mark.parametrize(
    "content",
    [SVG, b"\xef\xbb\xbf \n" + SVG, b'<?xml version="1.0"?>\n<!-- -->\n' + SVG, b"a <svg onload=alert(1)>"],
)
def test_svg_is_refused_with_a_sentence_that_says_what_to_do(validate, content):
    with pytest.raises(ValidationError, match="Export the image as PNG") as caught:
        validate(make_file(content, "logo.png"))
    assert caught.value.code == "svg"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><title>a</title>",
        b"<html></html>",
        b"\n\t <a>",
        b"<?xml version='1.0'?><a/>",
        b"hello <script>alert(1)</script>",
        b"hello <IFRAME src=//evil.example>",
    ],
)
def test_markup_is_refused(content):
    assert refusal(validate_document, content, "notes.txt") == "markup"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "unknown_type"),
        (b"\x7fELF\x02\x01\x01\x00", "unknown_type"),
        (b"\x1f\x8b\x08\x00", "unknown_type"),
        (b"text and then\x00a NUL byte", "unknown_type"),
        (b"a" * 100_000 + b"\x00", "unknown_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
        ("Città".encode("latin-1"), "not_utf8"),
        ("Città".encode("utf-16"), "unknown_type"),
        (b"a" * 100_000 + b"\xe0", "not_utf8"),
        (b"BM" + b"\x00" * 60, "unknown_type"),
        (b"GIF89a", "broken"),
        (b"%PDF-1.7 and nothing else", "broken"),
        (b"PK\x03\x04 and nothing else", "broken"),
        (b"\x89PNG\r\n\x1a\n and nothing else", "broken"),
        (make_image("PNG")[:-20], "broken"),
        (b" " + PDF, "markup"),
    ],
)
def test_what_is_unknown_or_broken_is_refused(content, code):
    assert refusal(validate_document, content) == code


def test_utf8_is_understood_across_the_border_of_two_chunks():
    chunk = SimpleUploadedFile.DEFAULT_CHUNK_SIZE
    content = b"a" * (chunk - 1) + "ü".encode() + b"a"
    file = TemporaryUploadedFile("notes.txt", "text/plain", len(content), None)
    file.write(content)
    assert detect_type(file).mime == "text/plain"


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/gif", "application/pdf"])
def test_a_file_that_is_also_an_archive_is_refused(mime):
    assert refusal(validate_document, KNOWN[mime] + make_zip({"a.class": "x"}) + b"") in {
        "polyglot",
        "broken",
    }
    padded = KNOWN[mime] + make_zip({"a.class": "x"})[:-22] + PDF[-7:] + make_zip({"a.class": "x"})
    assert refusal(validate_document, padded) == "polyglot"


@pytest.mark.parametrize("inside", [b"<script>alert(1)</script>", b"<HTML>", SVG, PDF])
@pytest.mark.parametrize("image_format", ["JPEG", "GIF"])
def test_an_image_with_a_page_inside_is_refused(image_format, inside):
    content = make_image(image_format, comment=inside)
    assert inside in content
    assert refusal(validate_image, content) == "polyglot"


def test_an_archive_behind_something_else_is_refused():
    assert refusal(validate_document, b"PK\x03\x04" + make_office()) == "polyglot"


def test_a_logo_of_more_than_two_megabytes_is_refused_and_a_document_is_not():
    content = make_image() + b"\x01" * (2 * 1024 * 1024)
    assert refusal(validate_image, content) == "too_large"
    validate_document(make_file(b"a" * (2 * 1024 * 1024 + 1)))


def test_a_document_of_more_than_25_megabytes_is_refused_without_being_read():
    file = make_file(b"a")
    file.size = 25 * 1024 * 1024 + 1
    file.close()
    with pytest.raises(ValidationError, match=r"The file has 25\.0 MB; at most 25 MB are possible"):
        validate_document(file)


def test_a_decompression_bomb_of_an_image_is_refused():
    content = make_image("PNG", size=(4_000, 3_001))
    assert len(content) < 50_000
    with pytest.raises(
        ValidationError, match=r"The image has 4000 × 3001 pixels. Scale it down to 12 million"
    ):
        validate_image(make_file(content))
    validate_document(make_file(content))
    assert refusal(validate_document, make_image("GIF", size=(10_000, 5_001))) == "too_many_pixels"


def test_a_decompression_bomb_of_an_archive_is_refused_without_unpacking():
    content = make_office("xlsx", **{"xl/sheet1.xml": "0" * 20_000_000})
    assert len(content) < 100_000
    assert refusal(validate_document, content) == "zip_bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_zip({"a.txt": "a"}), "unknown_type"),
        (make_zip({"META-INF/MANIFEST.MF": "a", "A.class": "a"}), "unknown_type"),
        (make_zip({"mimetype": "application/epub+zip", "content.xml": "a"}), "unknown_type"),
        (make_zip({"[Content_Types].xml": "a", "word/a.xml": "a", "xl/a.xml": "a"}), "unknown_type"),
        (make_office("docx", **{"word/vbaProject.bin": "a"}), "macros"),
        (make_opendocument("ods", **{"Basic/Standard/Module1.xml": "a"}), "macros"),
        (make_office("docx", **{"../../etc/passwd": "a"}), "broken"),
        (make_office("docx", **{"/etc/passwd": "a"}), "broken"),
    ],
)
def test_an_archive_that_is_no_plain_document_is_refused(content, code):
    assert refusal(validate_document, content) == code


def test_a_document_with_a_password_is_refused():
    content = bytearray(make_office())
    for position in [match.start() for match in re.finditer(b"PK\x01\x02", bytes(content))]:
        content[position + 8] |= 1
    assert refusal(validate_document, bytes(content)) == "encrypted"


def test_a_description_gives_the_real_type_size_and_checksum():
    file = make_file(PDF, "minutes.docx")
    assert describe(file) == ("application/pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert checksum(file) == hashlib.sha256(PDF).hexdigest()
    assert file.read() == PDF


@isolate_apps("citynet.core")
def test_the_stored_name_is_random_and_has_the_extension_of_the_real_type():
    class Leaflet(models.Model):
        logo = models.FileField(upload_to=image_path, validators=[validate_image], blank=True)
        file = models.FileField(upload_to=document_path, validators=[validate_document])

        class Meta:
            app_label = "core"

        def __str__(self):
            return self.file.name

    names = set()
    for _ in range(3):
        leaflet = Leaflet(file=make_file(PDF, "Secret plan.html"), logo=make_file(make_image(), "logo.svg"))
        leaflet.clean_fields()
        for field in Leaflet._meta.fields[1:]:
            field.pre_save(leaflet, add=True)
        assert re.fullmatch(r"documents/([0-9a-f]{2})/\1[0-9a-f]{30}\.pdf", leaflet.file.name)
        assert re.fullmatch(r"images/([0-9a-f]{2})/\1[0-9a-f]{30}\.png", leaflet.logo.name)
        names |= {leaflet.file.name, leaflet.logo.name}
    assert len(names) == 6

    # Stored and left alone: not opened again, though it is gone.
    default_storage.delete(leaflet.file.name)
    Leaflet(file=leaflet.file.name).clean_fields()

    leaflet.file.save("plan.PDF", ContentFile(PDF), save=False)
    assert leaflet.file.name.endswith(".pdf")
    with pytest.raises(ValidationError):
        leaflet.file.save("plan.html", ContentFile(PDF), save=False)


def store(content, extension, folder="documents"):
    return default_storage.save(f"{folder}/ab/ab{'0' * 30}{extension}", ContentFile(content))


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.mark.parametrize(
    ("extension", "content_type", "disposition"),
    [
        (".png", "image/png", "inline"),
        (".jpg", "image/jpeg", "inline"),
        (".pdf", "application/pdf", "attachment"),
        (".csv", "text/csv; charset=utf-8", "attachment"),
        (".txt", "text/plain; charset=utf-8", "attachment"),
        (".docx", uploads.OFFICE["word"].mime, "attachment"),
    ],
)
def test_an_upload_is_served_so_that_no_browser_runs_it(client, media, extension, content_type, disposition):
    name = store(SVG, extension, folder="images")
    response = client.get(f"/files/{name}")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == SVG
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'{disposition}; filename="{name.rpartition("/")[2]}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Length"] == str(len(SVG))
    assert client.post(f"/files/{name}").status_code == 405


def make_document_file(**kwargs):
    name = store(PDF, ".pdf")
    return make_document(file=name, **kwargs), f"/files/{name}"


@pytest.mark.django_db
def test_the_file_of_a_published_document_is_served_and_not_kept_long(client, media):
    _document, address = make_document_file()
    response = client.get(address)
    assert (response.status_code, b"".join(response.streaming_content)) == (200, PDF)
    assert response["Cache-Control"] == "private, max-age=300"
    assert client.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hidden",
    [
        {"state": State.DRAFT},
        {"state": State.ARCHIVED},
        {"publish_at": datetime(2999, 1, 1, tzinfo=UTC)},
        {"unpublish_at": datetime(2000, 1, 1, tzinfo=UTC)},
    ],
)
def test_the_file_of_a_hidden_document_is_for_staff_who_may_see_it(client, media, hidden):
    network = make_network()
    document, address = make_document_file(network=network, **hidden)
    assert client.get(address).status_code == 404
    assert make_client("editor", make_network()).get(address).status_code == 404
    assert make_client(None).get(address).status_code == 404
    assert make_client("editor", network).get(address).status_code == 200
    assert make_client("viewer").get(address).status_code == 200
    document.delete()
    assert make_client("viewer").get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "documents/../../secret.txt",
        "documents/ab/../../../secret.txt",
        "/etc/passwd",
        "secret.txt",
        "documents/ab/",
        "documents",
        "",
        f"documents/ab/ab{'1' * 30}.pdf",
        f"documents/cd/ab{'0' * 30}.pdf",
        f"documents/ab/ab{'0' * 30}.html",
        f"documents/ab/AB{'0' * 30}.pdf",
        f"documents/ab/ab{'0' * 30}.pdf%0a",
        f"documents/ab/ab{'٠' * 30}.pdf",
    ],
)
def test_nothing_else_is_served(client, media, path):
    store(PDF, ".pdf")
    store(PDF, ".html")
    (media / "secret.txt").write_text("secret")
    (media.parent / "secret.txt").write_text("secret")
    assert client.get(f"/files/{path}").status_code == 404
    assert client.get("/files/" + path.replace("..", "%2e%2e").replace("/", "%2f")).status_code == 404
