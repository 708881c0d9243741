"""Images and files of the media library, for templates."""

from django import template

from ..rich_media import IN_TEXT, figure_of, link_to, picture_of

register = template.Library()


@register.simple_tag
def picture(image, sizes=IN_TEXT, is_first=False):
    """`{% picture news.image "(min-width: 60rem) 40rem, 100vw" %}`: an image in the size that the screen needs.

    `is_first=True` for the image at the top of a page. Nothing for no image, or for one that is not public.
    """
    return picture_of(image, sizes, is_first=is_first) if image and image.is_published else ""


@register.simple_tag
def figure(image, sizes=IN_TEXT, caption="", is_first=False):
    """`{% figure news.image caption=news.caption %}`: the same, with a caption and who made it."""
    if not image or not image.is_published:
        return ""
    return figure_of(image, sizes, caption=caption, is_first=is_first)


@register.simple_tag
def file_link(file):
    """`{% file_link file %}`: a download with its format and size. Nothing for one that is not public."""
    return link_to(file) if file and file.is_published else ""


@register.simple_tag
def preview(image):
    """`{% preview image %}`: an image for staff, published or not, with what it is called as its text."""
    return picture_of(image, "20rem")
