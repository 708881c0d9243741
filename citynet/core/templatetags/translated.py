"""Texts that staff write, in templates: marked with their language where it is not the page's (WCAG 3.1.2)."""

from babel import Locale
from django import template
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html
from django.utils.translation import ngettext

from ..translated import SOURCE, get_language, is_translated, language_shown

register = template.Library()


@register.simple_tag
def in_language(row, name):
    """Write a text of a row in the language of the page, else in one that it has, in a span with its `lang`."""
    text = getattr(row, name)
    language = foreign_language(row, name)
    return format_html('<span lang="{}">{}</span>', language, text) if language else text


def language_as_written():
    """Give the code of the language of texts that have no translations, empty on pages in that very one."""
    return "" if get_language() == SOURCE else SOURCE


@register.simple_tag
def as_written(text):
    """Write a text that has no translations, a remark: in a span with the site's own language elsewhere."""
    language = language_as_written()
    return format_html('<span lang="{}">{}</span>', language, text) if text and language else text


@register.simple_tag
def paragraphs_in_language(row, name):
    """Write a plain text of a row in paragraphs, in the language of the page or in a div with its `lang`."""
    text, language = linebreaks_filter(getattr(row, name)), foreign_language(row, name)
    return format_html('<div lang="{}">{}</div>', language, text) if language else text


@register.simple_tag
def foreign_language(row, name):
    """Give the code of the language that a text is shown in, empty if that is the page's: for a `lang`.

    A proper name has none (WCAG 3.1.2): `proper_names` of the model.
    """
    if not is_translated(type(row), name) or name in row.proper_names:
        return ""
    language = language_shown(row, name)
    return language if language and language != get_language() else ""


@register.simple_tag
def language_note(row, *names):
    """Write the sentence that texts of a row are not in the language of the page; nothing if all are."""
    found = [language for language in (foreign_language(row, name) for name in names) if language]
    if not found:
        return ""
    # As within a sentence, where Romance languages write no capital letter: Django's names have one.
    words = Locale.parse(get_language(), sep="-").languages.get(found[0], found[0])
    sentence = ngettext(
        "This text is available in %(language)s only.",
        "These texts are available in %(language)s only.",
        len(found),
    )
    return format_html('<p class="remark language-note">{}</p>', sentence % {"language": words})
