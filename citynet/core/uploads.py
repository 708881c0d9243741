"""Files that editors upload: what is let in, what it is called, and how it goes out again.

The type is what the bytes say, never the name or what a browser claims. Let in are raster images, PDF,
Office and OpenDocument files without macros, and UTF-8 text; refused is what a browser could run (SVG, HTML),
what is two things at once, and what unpacks to far more than it weighs (TRAPS 15).

A model uses plain fields::

    logo = models.ImageField(upload_to=image_path, validators=[validate_image])
    file = models.FileField(upload_to=document_path, validators=[validate_document])

and `describe(self.file)` for the real size, type and checksum.
"""

import codecs
import hashlib
import re
import secrets
import zipfile
from pathlib import PurePosixPath
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.formats import number_format
from django.utils.html import avoid_wrapping
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from PIL import Image

MB = 1024 * 1024
IMAGE_MAX_BYTES = 2 * MB
DOCUMENT_MAX_BYTES = 25 * MB
# An image of this many pixels takes 4 bytes for each in memory once it is decoded.
IMAGE_MAX_PIXELS = 12_000_000
DOCUMENT_MAX_PIXELS = 50_000_000
# Office files hold XML, which packs to a tenth or twentieth; a bomb packs to a thousandth.
ZIP_MAX_BYTES = 250 * MB
ZIP_MAX_RATIO = 100
ZIP_MAX_ENTRIES = 10_000
# A format and a size as their publisher words them.
STATED = re.compile(r"(.+), (\d+(?:\.\d+)?) ([kM]B)")
UNITS = {"kB": 1000, "MB": 1_000_000}


class UploadType(NamedTuple):
    """A kind of file: its media type (RFC 6838), the extension it is stored under, a name for people."""

    mime: str
    extension: str
    label: str


class Description(NamedTuple):
    """What a file really is: media type, bytes, SHA-256 in hexadecimal."""

    mime: str
    size: int
    sha256: str


IMAGES = {  # by Pillow's name of the format
    "PNG": UploadType("image/png", ".png", "PNG"),
    "JPEG": UploadType("image/jpeg", ".jpg", "JPEG"),
    "WEBP": UploadType("image/webp", ".webp", "WebP"),
    "GIF": UploadType("image/gif", ".gif", "GIF"),
}
PDF = UploadType("application/pdf", ".pdf", "PDF")
CSV = UploadType("text/csv", ".csv", "CSV")
TEXT = UploadType("text/plain", ".txt", gettext_noop("Text"))
OFFICE_MIME = "application/vnd.openxmlformats-officedocument."
OFFICE = {  # Office Open XML (ECMA-376), by the folder that holds the main part
    "word": UploadType(OFFICE_MIME + "wordprocessingml.document", ".docx", "DOCX"),
    "xl": UploadType(OFFICE_MIME + "spreadsheetml.sheet", ".xlsx", "XLSX"),
    "ppt": UploadType(OFFICE_MIME + "presentationml.presentation", ".pptx", "PPTX"),
}
OPENDOCUMENT = {  # ODF 1.3 part 2 §3.3, by the text of the entry `mimetype`
    upload_type.mime: upload_type
    for upload_type in (
        UploadType("application/vnd.oasis.opendocument.text", ".odt", "ODT"),
        UploadType("application/vnd.oasis.opendocument.spreadsheet", ".ods", "ODS"),
        UploadType("application/vnd.oasis.opendocument.presentation", ".odp", "ODP"),
    )
}
TYPES = (*IMAGES.values(), PDF, CSV, TEXT, *OFFICE.values(), *OPENDOCUMENT.values())
BY_EXTENSION = {upload_type.extension: upload_type for upload_type in TYPES}
BY_MIME = {upload_type.mime: upload_type for upload_type in TYPES}
STORED_NAME = re.compile(r"(images|documents)/([0-9a-f]{2})/\2[0-9a-f]{30}(\.[a-z]{3,4})", re.ASCII)
MARKUP = re.compile(rb"<(script|html|svg|iframe|!doctype)[\s>/]|%pdf-\d", re.IGNORECASE)
MACROS = re.compile(r"(^|/)(vbaProject\.bin|Basic|Scripts)(/|$)", re.IGNORECASE)
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def validate_image(file):
    """Let in a PNG, JPEG, WebP or GIF up to 2 MB and 12 million pixels. Raises ValidationError.

    A stored file that the editor did not touch was looked at when it came and is not opened again.
    """
    if getattr(file, "_committed", False):
        return
    check_size(file, IMAGE_MAX_BYTES)
    if detect_type(file, IMAGE_MAX_PIXELS) not in IMAGES.values():
        raise ValidationError(
            _("This is not an image. Choose a PNG, JPEG, WebP or GIF file."), code="not_an_image"
        )


def validate_document(file):
    """Let in a document or image of the known types up to 25 MB. Raises ValidationError."""
    if getattr(file, "_committed", False):
        return
    check_size(file, DOCUMENT_MAX_BYTES)
    detect_type(file)


def check_size(file, limit):
    if file.size == 0:
        raise ValidationError(_("The file is empty. Choose another one."), code="empty")
    if file.size > limit:
        raise ValidationError(
            _("The file has %(size)s MB; at most %(limit)d MB are possible. Make it smaller first."),
            code="too_large",
            params={"size": number_format(file.size / MB, 1), "limit": limit // MB},
        )


def image_path(instance, filename):
    """Give a random name for an image, such as `images/3f/3f….png` (an `upload_to`)."""
    return random_path("images", instance, filename)


def document_path(instance, filename):
    """Give a random name for a document, such as `documents/a0/a0….pdf` (an `upload_to`)."""
    return random_path("documents", instance, filename)


def random_path(folder, instance, filename):
    """Name a file by 128 random bits, so that nobody guesses it, and by the extension of its real type.

    Django gives an `upload_to` the name only, so the content is looked up on the instance; where it is not
    there (`instance.file.save(name, content)`), the name must have a known extension. Raises
    ValidationError if the type is none of ours.
    """
    files = (instance.__dict__.get(field.attname) for field in instance._meta.concrete_fields)
    for file in files:
        if isinstance(file, FieldFile) and file and not file._committed and file.name == filename:
            upload_type = detect_type(file)
            break
    else:
        upload_type = BY_EXTENSION.get(PurePosixPath(filename).suffix.lower())
        if upload_type is None:
            raise unknown_type()
    token = secrets.token_hex(16)
    return f"{folder}/{token[:2]}/{token}{upload_type.extension}"


def format_label(media_type, size):
    """Give format and size for a download link, in the reader's manner of writing numbers: `PDF, 630 kB`."""
    return f"{_(BY_MIME[media_type].label)}, {size_label(size)}"


def restated_label(words):
    """Give a stated format and size as ours are said: `PDF, 630.35 kB` is `PDF, 630 kB`; other words stay."""
    found = STATED.fullmatch(words)
    return f"{found[1]}, {size_label(float(found[2]) * UNITS[found[3]])}" if found else words


def size_label(size):
    """Give a number of bytes as people say it, in steps of a thousand (IEC 80000-13): `630 kB`, `2.5 MB`."""
    if size < 999_500:
        label = _("%(size)s kB") % {"size": number_format(max(1, round(size / 1000)))}
    else:
        label = _("%(size)s MB") % {"size": number_format(size / 1_000_000, 1)}
    return avoid_wrapping(label)


def describe(file):
    """Give (media type, bytes, SHA-256) of a file, read once. Raises ValidationError as `detect_type` does."""
    return Description(detect_type(file).mime, file.size, checksum(file))


def checksum(file):
    """Give the SHA-256 of a Django file in hexadecimal, in constant memory, and rewind it."""
    digest = hashlib.sha256()
    file.open()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def detect_type(file, max_pixels=DOCUMENT_MAX_PIXELS):
    """Give the UploadType that the bytes of a Django file show, and rewind it.

    The name decides only between CSV and text, which look the same. Raises ValidationError, which says
    what to do, for every type that is not known and for every file that is broken or dangerous.
    """
    file.open()
    head = file.read(4096)
    try:
        if head.startswith(b"%PDF-"):
            return detect_pdf(file)
        if head.startswith(b"PK\x03\x04"):
            return detect_zip(file)
        if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")) or head[:4] + head[8:12] == b"RIFFWEBP":
            return detect_image(file, max_pixels)
        return detect_text(file, head)
    finally:
        file.seek(0)


def unknown_type():
    return ValidationError(
        _(
            "Files of this type cannot be published here. Save it as PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, "
            "CSV or text (UTF-8), or as a PNG, JPEG, WebP or GIF image."
        ),
        code="unknown_type",
    )


def broken():
    return ValidationError(
        _("The file is damaged, or only looks like what it says. Open it, save it again and try once more."),
        code="broken",
    )


def two_things_at_once():
    return ValidationError(
        _("The file contains a second file of another type. Save it again without attachments."),
        code="polyglot",
    )


def detect_pdf(file):
    file.seek(max(0, file.size - 2048))
    if b"%%EOF" not in file.read():
        raise broken()
    refuse_hidden_zip(file)
    return PDF


def refuse_hidden_zip(file):
    """Raise if the file is also an archive: its directory is at the end, where other types do not look."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise two_things_at_once()


def detect_image(file, max_pixels):
    """Give the type of an image that Pillow can read, without decoding more than its header and checksums."""
    try:
        file.seek(0)
        with Image.open(file, formats=tuple(IMAGES)) as image:
            upload_type, (width, height) = IMAGES[image.format], image.size
            if width * height <= max_pixels:
                image.verify()
    except Image.DecompressionBombError as error:
        raise ValidationError(
            _("The image has far too many pixels. Scale it down to %(limit)d million pixels."),
            code="too_many_pixels",
            params={"limit": max_pixels // 1_000_000},
        ) from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds of exception on broken files.
        raise broken() from error
    if width * height > max_pixels:
        raise ValidationError(
            _("The image has %(width)d × %(height)d pixels. Scale it down to %(limit)d million pixels."),
            code="too_many_pixels",
            params={"width": width, "height": height, "limit": max_pixels // 1_000_000},
        )
    refuse_hidden_zip(file)
    file.seek(0)
    tail = b""
    for chunk in file.chunks():
        if MARKUP.search(tail + chunk):
            raise two_things_at_once()
        tail = chunk[-16:]
    return upload_type


def detect_zip(file):
    """Give the type of an Office or OpenDocument file by the names inside; nothing else is unpacked."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file.file) as archive:  # A Django file without a name is false.
            entries = archive.infolist()
            check_entries(entries, file.size)
            names = [entry.filename for entry in entries]
            if names[0] == "mimetype" and "content.xml" in names and entries[0].file_size < 100:
                upload_type = OPENDOCUMENT.get(archive.read("mimetype").decode("ascii"))
            elif "[Content_Types].xml" in names:
                folders = {name.partition("/")[0] for name in names} & OFFICE.keys()
                upload_type = OFFICE[folders.pop()] if len(folders) == 1 else None
            else:
                upload_type = None
    except ValidationError:
        raise
    except Exception as error:  # zipfile raises struct.error, zlib.error, KeyError … on broken archives.
        raise broken() from error
    if upload_type is None:
        raise unknown_type()
    return upload_type


def check_entries(entries, size):
    """Raise ValidationError for a bomb, a trick with names, encryption or macros.

    The sizes are what the archive declares; whoever unpacks it reads no further than that.
    """
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ZIP_MAX_ENTRIES or total > ZIP_MAX_BYTES or total > max(MB, size * ZIP_MAX_RATIO):
        raise ValidationError(
            _("The file unpacks to far more than it weighs. Remove empty rows and large pictures."),
            code="zip_bomb",
        )
    names = [entry.filename for entry in entries]
    if not names or len(set(names)) < len(names) or any(entry.header_offset > size for entry in entries):
        raise broken()
    if min(entry.header_offset for entry in entries) != 0:
        raise two_things_at_once()
    if any(name.startswith(("/", "\\")) or ".." in PurePosixPath(name).parts for name in names):
        raise broken()
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(
            _("The file is protected by a password. Save it without one."), code="encrypted"
        )
    if any(MACROS.search(name) for name in names):
        raise ValidationError(
            _("The file contains macros. Save it without them, as DOCX, XLSX, PPTX or OpenDocument."),
            code="macros",
        )


def detect_text(file, head):
    """Give CSV or text for a file that is UTF-8 through and through and does not begin as markup."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.search(rb"<svg[\s>]", head, re.IGNORECASE):
        raise ValidationError(
            _("SVG images can carry programs and are not accepted. Export the image as PNG."), code="svg"
        )
    if start.startswith(b"<") or MARKUP.search(head):
        raise ValidationError(
            _("Web pages and XML can carry programs and are not accepted. Save the page as PDF."),
            code="markup",
        )
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _(
                "This is an old Office file, or one with a password. Save it as DOCX, XLSX or PPTX, without one."
            ),
            code="old_office",
        )
    if CONTROL.search(head):
        raise unknown_type()
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        for chunk in file.chunks():
            if CONTROL.search(chunk):
                raise unknown_type()
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("The text is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”; in an editor, as UTF-8."),
            code="not_utf8",
        ) from error
    refuse_hidden_zip(file)
    return CSV if (file.name or "").lower().endswith(".csv") else TEXT


@require_safe
def serve_upload(request, path):
    """Stream an upload, given its stored name. 404 for any other name, traversal included.

    Images are shown in the page; everything else is saved rather than opened, PDF too, since browsers run
    the scripts in it. A name's content never changes, hence a year of cache for images; a document may be
    withdrawn, so caches ask for it again. Who may have a document is asked by the view before this one.
    """
    match = STORED_NAME.fullmatch(path)
    upload_type = BY_EXTENSION.get(match[3]) if match else None
    if upload_type is None:
        raise Http404(_("There is no such file."))
    try:
        file = default_storage.open(path)
    except OSError as error:
        raise Http404(_("There is no such file.")) from error
    public = match[1] == "images"
    charset = "; charset=utf-8" if upload_type in (CSV, TEXT) else ""
    return FileResponse(
        file,
        as_attachment=upload_type not in IMAGES.values(),
        filename=PurePosixPath(path).name,
        content_type=upload_type.mime + charset,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "public, max-age=31536000, immutable" if public else "private, max-age=300",
        },
    )
