"""What the templates of lists need beside `citynet`: capped numbers, countries by code, addresses."""

from django import template

from ..filters import country_name
from ..lists import capped_words

register = template.Library()


@register.filter
def capped(number):
    """Write a number that was counted up to a cap: `23`, `1,000+`."""
    return capped_words(number)


@register.filter
def country(code):
    """Name a country by its ISO code, or give the code itself."""
    return country_name(code) or code


@register.simple_tag
def address(path, query):
    """Give the address of a path with a query, which may be empty."""
    return f"{path}?{query}" if query else path
