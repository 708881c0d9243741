"""citynet.content: images and files of the media library, how they look, and where they are used."""

import io
import re
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from PIL import Image as Drawing
from PIL import ImageChops, ImageCms

from citynet.content import images
from citynet.content.models import File, Image, MediaUse, Page
from citynet.content.rich_media import resolve_media
from citynet.content.uses import uses_of
from citynet.core.models import State
from citynet.core.rich_text import render_rich_text
from citynet.portal.management.commands.load_demo import DEMO
from tests.portal.make import make_client

from .make import draw, make_file, make_image, make_news, make_page, make_upload

pytestmark = pytest.mark.django_db


def opened(name):
    with default_storage.open(name) as file:
        image = Drawing.open(file)
        image.load()
    return image


def refusal(content, name="image.png"):
    image = Image(title="A", alt="B", file=make_upload(content, name))
    with pytest.raises(ValidationError) as caught:
        image.full_clean()
    return caught.value.message_dict


def header_of_png(width, height):
    """Give the bytes of a PNG that says it is so large, and holds no more than that."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunks + b"\0\0\0\0IEND\xaeB`\x82"


def shown(uid):
    return f'<p>Text</p><p><img alt="" data-media="{uid}"></p>'


# What is let in, and what becomes of it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "sentence"),
    [
        (10_000, 5_000, "The image has 10000 × 5000 pixels. Scale it down to 24 million pixels."),
        (60_000, 60_000, "The image has far too many pixels. Scale it down to 24 million pixels."),
    ],
)
def test_a_bomb_is_refused_before_a_pixel_is_decoded(monkeypatch, width, height, sentence):
    monkeypatch.setattr(Drawing.Image, "load", lambda image: pytest.fail("decoded"))
    assert refusal(header_of_png(width, height)) == {"file": [sentence]}


def test_a_webp_that_takes_too_much_memory_is_refused(monkeypatch):
    monkeypatch.setattr(images, "MAX_WEBP_PIXELS", 2_000_000)
    assert refusal(draw((2001, 1000), "WEBP")) == {
        "file": ["A WebP image may have 2 million pixels. Scale it down, or save it as JPEG or PNG."]
    }
    assert make_image(draw((2000, 1000), "WEBP")).width == 2000


def test_what_moves_is_refused_and_so_is_what_is_no_image():
    frames = [Drawing.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    assert refusal(moving.getvalue()) == {
        "file": ["The image moves. Save one picture of it as PNG or JPEG: what moves distracts from reading."]
    }
    assert list(refusal(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>')) == ["file"]
    assert refusal(b"Just text.") == {"file": ["This is not an image. Choose a PNG, JPEG, WebP or GIF file."]}


def test_nothing_but_pixels_is_kept_of_a_photograph_and_it_stands_upright():
    picture = Drawing.new("RGB", (60, 40), "white")
    picture.paste((200, 0, 0), (0, 0, 30, 40))
    exif = Drawing.Exif()
    exif[0x0112] = 6  # the camera was held so that the left side of what it saw is up
    exif[0x0110] = "A camera"
    exif.get_ifd(0x8825)[2] = (44.0, 29.0, 38.0)  # GPSLatitude
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = io.BytesIO()
    picture.save(
        content,
        "JPEG",
        exif=exif,
        icc_profile=profile,
        xmp=b"<x:xmpmeta>Bologna</x:xmpmeta>",
        comment=b"Hello",
    )
    assert all(part in content.getvalue() for part in (b"Exif", b"A camera", b"xmpmeta", b"ICC_PROFILE"))
    image = make_image(content.getvalue())
    assert (image.width, image.height) == (40, 60)
    for name in image.stored_names():
        kept = opened(name)
        assert dict(kept.getexif()) == {}
        assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(kept.info)
        assert kept.size == (40, 60)
        top, bottom = kept.convert("RGB").getpixel((20, 10)), kept.convert("RGB").getpixel((20, 50))
        assert (top[0] > 180 and top[1] < 30, min(bottom) > 240) == (True, True)
        with default_storage.open(name) as file:
            raw = file.read()
        assert not any(part in raw for part in (b"Exif", b"camera", b"xmpmeta", b"ICC", b"Hello"))


def test_a_large_image_with_transparency_is_scaled_in_strips_as_it_would_be_at_once():
    gradient = Drawing.linear_gradient("L")
    picture = Drawing.merge("RGB", [gradient.rotate(angle) for angle in (0, 90, 180)])
    picture.putalpha(gradient.rotate(270))
    picture, content = picture.resize((2500, 600)), io.BytesIO()
    picture.save(content, "PNG")
    kept = Drawing.open(io.BytesIO(images.clean_picture(make_upload(content.getvalue())).content))
    expected = picture.resize((2400, 576), Drawing.Resampling.LANCZOS)
    assert (kept.mode, kept.size) == ("RGBA", (2400, 576))
    assert kept.getextrema() != ((255, 255),) * 4
    assert max(high for _low, high in ImageChops.difference(kept, expected).getextrema()) <= 1


def test_sizes_are_never_larger_than_the_image_and_keep_transparency():
    image = make_image(draw((1000, 500), mode="RGBA"))
    assert [size.width for size in image.stored_sizes] == [320, 640, 960, 1000]
    assert [opened(size.name).size for size in image.stored_sizes] == [
        (320, 160),
        (640, 320),
        (960, 480),
        (1000, 500),
    ]
    assert {opened(size.name).format for size in image.stored_sizes} == {"WEBP"}
    large = make_image(draw((5000, 50), mode="P"))
    assert (large.width, large.height) == (2400, 24)
    assert [size.width for size in large.stored_sizes] == [320, 640, 960, 1600]
    clear = Drawing.new("RGBA", (30, 30), (0, 0, 0, 0))
    content = io.BytesIO()
    clear.save(content, "PNG")
    small = make_image(content.getvalue())
    assert [opened(name).convert("RGBA").getpixel((5, 5))[3] for name in small.stored_names()] == [0, 0]


def test_the_same_file_twice_is_told():
    content = draw((40, 30))
    make_image(content, title="The square")
    assert refusal(content) == {
        "file": ["This very file is in the media library already, as “The square”. Use that one."]
    }
    twice = Image(title="Again", state=State.PUBLISHED, file=make_upload(content))
    with pytest.raises(ValidationError) as caught:
        twice.full_clean()
    assert set(caught.value.message_dict) == {"alt", "file"}  # both at once, each at its field
    with pytest.raises(IntegrityError), transaction.atomic():
        make_image(content)


@pytest.mark.parametrize(
    ("alt", "is_decorative", "state", "is_right"),
    [
        ("A square", False, State.PUBLISHED, True),
        ("", True, State.PUBLISHED, True),
        ("", False, State.DRAFT, True),
        ("", False, State.PUBLISHED, False),
        ("A square", True, State.PUBLISHED, False),
        ("A square", True, State.DRAFT, False),
    ],
)
def test_a_public_image_has_an_alternative_text_or_is_decorative(alt, is_decorative, state, is_right):
    content = draw((40, 30))
    image = Image(title="A", alt=alt, is_decorative=is_decorative, state=state, file=make_upload(content))
    if is_right:
        image.full_clean()
        image.save()
        return
    with pytest.raises(ValidationError) as caught:
        image.full_clean()
    assert caught.value.message_dict["alt"] == [
        "Say what the image shows for those who do not see it, or tick that it is only decorative: one of the two."
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        image.save()


# How it looks --------------------------------------------------------------------------------------------


def test_a_picture_says_its_sizes_and_keeps_its_place():
    image = make_image(draw((700, 350)), alt="A square & a tower", credit="Drawn by us, CC BY 4.0")
    small, middle, whole = (f"/files/{size.name}" for size in image.stored_sizes)
    template = Template('{% load media %}{% figure image "(min-width: 60rem) 40rem, 100vw" caption="Here" %}')
    assert template.render(Context({"image": image})) == (
        '<figure class="figure-media"><picture><source type="image/webp" '
        f'srcset="{small} 320w, {middle} 640w, {whole} 700w" sizes="(min-width: 60rem) 40rem, 100vw">'
        f'<img src="{image.file.url}" alt="A square &amp; a tower" width="700" height="350" loading="lazy" '
        'decoding="async"></picture><figcaption><span class="figure-caption">Here</span> '
        '<span class="figure-credit">Drawn by us, CC BY 4.0</span></figcaption></figure>'
    )
    first = Template("{% load media %}{% picture image is_first=True %}").render(Context({"image": image}))
    assert ('fetchpriority="high"' in first, "lazy" in first) == (True, False)
    with override("it"):
        abroad = template.render(Context({"image": image}))
    assert 'alt="A square &amp; a tower" lang="en" width' in abroad
    assert '<span class="figure-credit"><span lang="en">Drawn by us, CC BY 4.0</span></span>' in abroad
    draft = make_image(state=State.DRAFT)
    assert template.render(Context({"image": draft})) == ""


def test_sizes_are_kept_by_browsers_for_good(client):
    image = make_image()
    response = client.get(f"/files/{image.stored_sizes[0].name}")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "image/webp"
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"


def test_a_text_shows_its_images_and_files_with_two_statements():
    images = [make_image(alt=f"Image {number}") for number in range(3)]
    decorative = make_image(is_decorative=True)
    draft = make_image(state=State.DRAFT)
    memorandum = make_file(b"%PDF-1.7\n" + b" " * 629_900 + b"%%EOF\n", title="Memorandum of Understanding")
    italian = make_file(title="Statuto", language="it")
    every = [*images, decorative, draft, memorandum, italian]
    text = "".join(
        shown(media.uid) if isinstance(media, Image) else f'<p><a data-media="{media.uid}">x</a></p>'
        for media in every
    )
    with CaptureQueriesContext(
        connection,
    ) as statements:
        html = render_rich_text(text)
    assert len(statements) == 2
    assert re.findall(r'<img[^>]* alt="([^"]*)"', html) == ["Image 0", "Image 1", "Image 2", ""]
    assert str(draft.file.url) not in html
    links = re.findall(r'<a class="file-link".*?</a>', html)
    assert links == [
        f'<a class="file-link" href="/files/library/{memorandum.uid}/memorandum-of-understanding.pdf">'
        'Memorandum of Understanding <span class="file-format">(PDF, 630\xa0kB)</span></a>',
        f'<a class="file-link" href="/files/library/{italian.uid}/statuto.pdf" hreflang="it">Statuto '
        '<span class="file-format">(PDF, 1\xa0kB, in Italian)</span></a>',
    ]
    with override("it"):
        assert ' hreflang="it"' not in resolve_media([italian.uid])[str(italian.uid)]


def test_a_file_is_served_under_its_title_while_it_is_published(client):
    file = make_file(title="Minutes of June", content=b"%PDF-1.7\nJune\n%%EOF\n")
    response = client.get(file.address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7\nJune\n%%EOF\n"
    assert response.headers["Content-Disposition"] == 'attachment; filename="minutes-of-june.pdf"'
    file.state = State.DRAFT
    file.save()
    assert client.get(file.address).status_code == 404
    assert client.get(f"/files/{file.file.name}").status_code == 404
    assert make_client("viewer").get(file.address).status_code == 200


# Where it is used ----------------------------------------------------------------------------------------


def names(media):
    return [str(record) for record in uses_of(media).records]


def test_every_change_of_a_text_is_followed():
    image, file = make_image(), make_file()
    both = f'{shown(image.uid)}<p><a data-media="{file.uid}">The minutes</a></p>'
    saved = make_page(name="Saved", text=both)
    other = make_page(name="Updated")
    make_news(name="Lead", image=image)
    assert names(image) == ["Lead", "Saved"]
    assert names(file) == ["Saved"]
    Page.objects.filter(pk=other.pk).update(text=both)
    assert names(file) == ["Saved", "Updated"]
    other.text = "<p>Nothing</p>"
    Page.objects.bulk_update([other], ["text"])
    assert names(file) == ["Saved"]
    saved.text = f'<p>&lt;img data-media="{file.uid}"&gt; {file.uid}</p>'
    saved.save()
    assert names(file) == []
    saved.text = both
    saved.save()
    Page.objects.filter(pk=saved.pk).delete()
    assert names(file) == []
    assert names(image) == ["Lead"]


def test_what_is_gone_without_a_word_uses_nothing():
    image = make_image()
    page = make_page(text=shown(image.uid))
    MediaUse.objects.update(object_id=page.pk + 1000)
    assert names(image) == []
    assert not MediaUse.objects.exists()


def test_what_is_used_cannot_be_deleted_and_a_new_file_keeps_its_uses(
    django_capture_on_commit_callbacks,
):
    image = make_image(draw((400, 300)))
    page = make_page(name="About", text=shown(image.uid))
    with pytest.raises(ProtectedError):
        image.delete()
    with pytest.raises(ProtectedError):
        Image.objects.all().delete()
    before = image.stored_names()
    assert all(map(default_storage.exists, before))
    with django_capture_on_commit_callbacks(execute=True):
        image.file = make_upload(draw((200, 100)))
        image.full_clean()
        image.save()
    image.refresh_from_db()
    after = image.stored_names()
    assert (image.width, [size.width for size in image.stored_sizes]) == (200, [200])
    assert [default_storage.exists(name) for name in before] == [False, False, False]
    assert f'src="{image.file.url}"' in render_rich_text(page.text)
    assert names(image) == ["About"]
    page.delete()
    with django_capture_on_commit_callbacks(execute=True):
        Image.objects.all().delete()
    assert [default_storage.exists(name) for name in after] == [False, False]


def test_missing_sizes_are_made_again(capsys):
    image, whole = make_image(draw((700, 350))), make_image()
    lost = image.stored_sizes[1].name
    default_storage.delete(lost)
    call_command("make_image_sizes")
    assert capsys.readouterr().out == "Sizes made of 1 images.\n"
    assert default_storage.exists(lost)
    sizes = image.sizes
    image.refresh_from_db()
    assert [tuple(size) for size in image.sizes] == [tuple(size) for size in sizes]
    call_command("make_image_sizes")
    assert capsys.readouterr().out == "Sizes made of 0 images.\n"
    assert default_storage.exists(whole.stored_sizes[0].name)


def test_the_demo_brings_its_own_images_and_a_file_and_leads_its_news_with_them():
    led, own = make_news(slug="food-policy-forum-in-milan"), make_image()
    other = make_news(slug="mayors-meet-in-rio-de-janeiro", image=own)
    call_command("load_media", DEMO / "media", stdout=io.StringIO())
    again = io.StringIO()
    call_command("load_media", DEMO / "media", stdout=again)
    assert again.getvalue() == "Loaded 0 images and files.\n"
    images = Image.objects.published().exclude(pk=own.pk).order_by("title")
    titles = ["Cities and networks", "City square", "Market stalls", "Round table"]
    assert [image.title for image in images] == titles
    led.refresh_from_db()
    other.refresh_from_db()
    assert (led.image.title, other.image) == ("Market stalls", own)  # what has one keeps it
    assert led.history.first().history_change_reason == "load_media"
    assert all(image.alt and (image.width, image.height) == (1600, 900) for image in images)
    file = File.objects.published().get()
    assert (file.title, file.language, file.format_label) == ("citynet in one page", "en", "PDF, 36\xa0kB")
