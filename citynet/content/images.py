"""Pictures as they are shown: upright, in sRGB, without anything that says where and by whom they were taken.

What comes in is looked at before a pixel is decoded, scaled down, and written anew: Exif, XMP, GPS and comments
do not come along, since nothing but pixels does. Decoded, the largest takes some 150 MB of memory for a second,
transparent or not; a photograph takes a third, as it is scaled down while it is decoded.
"""

import hashlib
import io
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from citynet.core.uploads import IMAGES, MB, check_size, detect_type

MAX_BYTES = 15 * MB
MAX_PIXELS = 24_000_000  # what cameras take, and half of what fills a small server's memory
MAX_WEBP_PIXELS = 8_000_000  # its decoder keeps the whole picture four times over
LONGEST_SIDE = 2_400  # pixels of what is kept
WIDTHS = (320, 640, 960, 1_600)  # pixels; phones to full width on a sharp screen
QUALITY = 80  # of WebP; people see no difference above
KEPT_QUALITY = 90  # of the JPEG or WebP that the sizes are made from
STRIP = 256  # rows that are converted at a time
SRGB = ImageCms.createProfile("sRGB")


class Size(NamedTuple):
    """One of an image's sizes: its width in pixels and the name that it is stored under."""

    width: int
    name: str


class Picture(NamedTuple):
    """An image ready to be stored: its bytes and extension, and its width and height in pixels."""

    content: bytes
    extension: str
    width: int
    height: int


def validate_picture(file):
    """Let in a still PNG, JPEG, WebP or GIF up to 15 MB and 24 million pixels, WebP 8. Raises ValidationError.

    A stored file that the editor did not touch was looked at when it came and is not opened again.
    """
    if getattr(file, "_committed", False):
        return
    check_size(file, MAX_BYTES)
    if (upload_type := detect_type(file, MAX_PIXELS)) not in IMAGES.values():
        raise ValidationError(
            _("This is not an image. Choose a PNG, JPEG, WebP or GIF file."), code="not_an_image"
        )
    with Image.open(file.file, formats=tuple(IMAGES)) as image:
        is_animated, pixels = getattr(image, "is_animated", False), image.width * image.height
    file.seek(0)
    if upload_type is IMAGES["WEBP"] and pixels > MAX_WEBP_PIXELS:
        raise ValidationError(
            _("A WebP image may have %(limit)d million pixels. Scale it down, or save it as JPEG or PNG."),
            code="too_many_pixels",
            params={"limit": MAX_WEBP_PIXELS // 1_000_000},
        )
    if is_animated:  # WCAG 2.2, 2.2.2: what moves needs a way to stop it
        raise ValidationError(
            _("The image moves. Save one picture of it as PNG or JPEG: what moves distracts from reading."),
            code="animated",
        )


def clean_picture(file):
    """Make a Picture of a Django file that `validate_picture` let in.

    JPEG and WebP stay what they are, everything else becomes PNG; transparency is kept. Raises
    ValidationError if the pixels turn out to be damaged.
    """
    file.open()
    try:
        image_format, image = decoded(file.file)
    except Exception as error:  # Pillow's decoders raise a dozen kinds of exception on broken files.
        raise ValidationError(
            _("The image is damaged. Open it, save it again and try once more."), code="broken"
        ) from error
    finally:
        file.seek(0)
    if image_format not in ("JPEG", "WEBP"):
        image_format = "PNG"
    content = written(image, image_format, quality=KEPT_QUALITY)
    return Picture(content, IMAGES[image_format].extension, *image.size)


def decoded(file):
    """Give the format of an image and its pixels: upright, in sRGB, RGB or RGBA, at most LONGEST_SIDE long.

    Nothing else may hold the image that is opened here: its memory is free as soon as it is scaled.
    """
    image = Image.open(file, formats=tuple(IMAGES))
    image_format, profile = image.format, image.info.get("icc_profile")
    orientation = image.getexif().get(0x0112, 1)
    scale = min(1, LONGEST_SIDE / max(image.size))
    size = tuple(max(1, round(side * scale)) for side in image.size)
    image.draft(None, size)  # a JPEG is decoded at half its size
    image.load()
    if image.has_transparency_data or image.mode in ("P", "1"):
        mode = "RGBA" if image.has_transparency_data else "RGB"
        image = narrowed(image, size[0], mode) if size != image.size else image.convert(mode)
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    if image.mode == "RGBa":
        image = image.convert("RGBA")
    if image.mode.startswith("I") or image.mode == "F":
        image = eight_bits(image)
    if profile:
        image = in_srgb(image, profile)
    if image.mode not in ("RGB", "RGBA"):
        image = image.convert("RGB")
    image.info.clear()
    return image_format, turned(image, orientation)


def narrowed(image, width, mode):
    """Give an image with transparency or a palette in RGBa or RGB, scaled to this width at its full height.

    In strips: Pillow would hold a copy of the whole to weigh colours by their opacity. Scaling is done first
    in width and then in height anyway, so nothing looks different.
    """
    weighed = "RGBa" if mode == "RGBA" else "RGB"
    narrow = Image.new(weighed, (width, image.height))
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        strip = strip.convert(mode).convert(weighed)
        narrow.paste(strip.resize((width, strip.height), Image.Resampling.LANCZOS), (0, top))
    return narrow


def eight_bits(image):
    """Give an image of 16 bits in grey with 8 of them: Pillow's own conversion cuts off all that is bright."""
    return image.point(lambda level: level / 256, "L") if image.mode != "F" else image.convert("L")


def in_srgb(image, profile):
    """Give the image with the colours of its profile in sRGB; as it is if the profile cannot be read."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def turned(image, orientation):
    """Give the image as the Exif orientation (CIPA DC-008, 4.6.5, tag 0x0112) says that it is held."""
    image.getexif()[0x0112] = orientation
    image = ImageOps.exif_transpose(image)
    image.info.clear()
    image.getexif().clear()
    return image


def written(image, image_format, **options):
    content = io.BytesIO()
    image.save(content, image_format, **options)
    return content.getvalue()


def widths_for(width):
    """Give the widths that are made of an image: never more than its own, which is there if it is small."""
    smaller = [step for step in WIDTHS if step < width]
    return [*smaller, width] if width <= WIDTHS[-1] else smaller


def make_sizes(name):
    """Store an image, given its stored name, as WebP in all its widths, and give a list of Size.

    The name of each comes from its content and from the image's own name, which is random: the same content
    has the same name, two images never share one, and nobody guesses it.
    """
    sizes = []
    with default_storage.open(name) as file, Image.open(file, formats=tuple(IMAGES)) as image:
        image.load()
        for width in reversed(widths_for(image.width)):
            if width < image.width:
                height = max(1, round(image.height * width / image.width))
                image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
            content = written(image, "WEBP", quality=QUALITY, method=3)
            digest = hashlib.blake2b(content, key=name.encode()[-60:], digest_size=16).hexdigest()
            stored = f"images/{digest[:2]}/{digest}.webp"
            if not default_storage.exists(stored):
                default_storage.save(stored, ContentFile(content))
            sizes.append(Size(width, stored))
    return sizes[::-1]
