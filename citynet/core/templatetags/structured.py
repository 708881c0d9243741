"""What the head of a page says to machines: structured data, absolute addresses, the card's locale."""

from django import template

from ..structured import origin_of, write

# The form that og:locale asks for, language_TERRITORY, of the languages that the site speaks.
LOCALES = {"en": "en_GB", "it": "it_IT", "fr": "fr_FR", "de": "de_DE", "es": "es_ES"}

register = template.Library()
register.simple_tag(write, name="json_ld")


@register.simple_tag(takes_context=True)
def absolute(context, address):
    """Give an address of the site with its scheme and host; without a request, as it is."""
    request = context.get("request")
    return f"{origin_of(request)}{address}" if request else address


@register.filter
def og_locale(language):
    """Give a language as the Open Graph protocol writes it: `en_GB`; empty for one that it has no name for."""
    return LOCALES.get(language, "")
