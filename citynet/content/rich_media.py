"""How images and files of the media library look: on their own, and where a rich text names them.

An image is a `<picture>` whose WebP sizes browsers choose from (HTML §4.8.3), with the image itself for those
that know no WebP. Width and height keep its place while it loads.
"""

from django.core.files.storage import default_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citynet.core.templatetags.citynet import language_name
from citynet.core.templatetags.translated import as_written, language_as_written

from .models import File, Image

IN_TEXT = "(min-width: 48rem) 44rem, 100vw"  # how wide an image stands in a column of text


def srcset(image):
    """Give the addresses of an image's sizes with their widths: `/files/images/3f/3f….webp 320w, …`."""
    return ", ".join(f"{default_storage.url(name)} {width}w" for width, name in image.stored_sizes)


def picture_of(image, sizes=IN_TEXT, *, is_first=False):
    """Give an image as `<picture>`. `sizes` says how wide it is shown (HTML §4.8.4.2.1); it is no CSS of ours.

    Its alternative text is in the site's own language, and says so on pages in another (WCAG 2.2, 3.1.2).
    `is_first` is for the image at the top of a page, which is not to wait until the reader gets there.
    """
    language, source = "" if image.is_decorative else language_as_written(), ""
    if image.sizes:
        source = format_html('<source type="image/webp" srcset="{}" sizes="{}">', srcset(image), sizes)
    return format_html(
        '<picture>{}<img src="{}" alt="{}"{} width="{}" height="{}" {} decoding="async"></picture>',
        source,
        image.file.url,
        "" if image.is_decorative else image.alt,
        format_html(' lang="{}"', language) if language else "",
        image.width,
        image.height,
        SafeString('fetchpriority="high"' if is_first else 'loading="lazy"'),
    )


def figure_of(image, sizes=IN_TEXT, *, caption="", is_first=False):
    """Give an image as `<figure>`, with the caption and who made it below, if there are any."""
    parts = [("caption", caption), ("credit", as_written(image.credit))]
    said = format_html_join(" ", '<span class="figure-{}">{}</span>', (part for part in parts if part[1]))
    return format_html(
        '<figure class="figure-media">{}{}</figure>',
        picture_of(image, sizes, is_first=is_first),
        format_html("<figcaption>{}</figcaption>", said) if said else "",
    )


def link_to(file):
    """Give a file as a link that says what comes: `Memorandum of Understanding (PDF, 630 kB)`.

    A file in another language than the page's says in which one, to people and (HTML §4.6.2) to programs.
    """
    spoken = get_language() or ""
    is_foreign = bool(file.language) and file.language.split("-")[0] != spoken.split("-")[0]
    label = file.format_label
    if is_foreign:
        label = _("%(format)s, in %(language)s") % {
            "format": label,
            "language": language_name(file.language),
        }
    return format_html(
        '<a class="file-link" href="{}"{}>{} <span class="file-format">({})</span></a>',
        file.address,
        format_html(' hreflang="{}"', file.language) if is_foreign else "",
        file.title,
        label,
    )


def resolve_media(uids):
    """Give {uid: HTML} of the published images and files that have these identifiers, both as text.

    One statement for all images and one for all files; what is not public is left out. This is the `resolve`
    of `citynet.core.rich_text.render_rich_text`.
    """
    uids = {str(uid) for uid in uids}
    if not uids:
        return {}
    found = {str(image.uid): figure_of(image) for image in Image.objects.published().filter(uid__in=uids)}
    if uids - found.keys():
        files = File.objects.published().filter(uid__in=uids - found.keys())
        found |= {str(file.uid): link_to(file) for file in files}
    return found
