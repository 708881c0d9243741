"""Rich text in templates: `{{ page.text|rich_text }}`, and its words alone: `{{ page.text|plain_text }}`."""

from django import template

from .. import rich_text as texts

register = template.Library()


@register.filter
def rich_text(html, level=2):
    """Write a rich text; its topmost headings are of the level, one below the heading that they stand under."""
    return texts.render_rich_text(html, level=int(level))


@register.filter
def plain_text(html):
    """Write the words of a rich text, a line for each of its blocks."""
    return texts.plain_text(html)
