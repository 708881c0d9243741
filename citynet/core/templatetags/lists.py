"""What the templates of lists need beside `citynet`: capped numbers, countries by code, heads of columns."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from ..countries import country_name
from ..lists import capped_words
from ..text import fold

register = template.Library()


@register.filter
def capped(number):
    """Write a number that was counted up to a cap: `23`, `1,000+`."""
    return capped_words(number)


@register.filter
def country(code):
    """Name a country by its ISO code, or give the code itself."""
    return country_name(code) or code


@register.filter
def typed(field):
    """Give what was typed into a bound field as [(value, words)]; what was not understood as it was typed."""
    picks = (field.form.cleaned_data.get(field.name) or []) if field.value() else []
    if field.value() and not field.field.refused:
        return [(pick.value, pick.words) for pick in picks]
    words = {fold(text): pick.words for pick in picks for text in (pick.value, pick.words)}
    return [(value, words.get(fold(value), value)) for value in field.value() or ()]


@register.simple_tag(takes_context=True)
def column(context, label, *sorts, kind=""):
    """Give the head of a column of a list.

    `sorts` are the keys of the orders that it stands for. It links to the first, or to the one after the
    present one, and says how the rows are sorted now (WAI-ARIA 1.2 `aria-sort`).
    """
    attributes = format_html(' class="{}"', kind) if kind else ""
    if sorts:
        filters, view = context["filters"], context["view"]
        current = filters.given.get("sort") or filters.usual_sort(filters.given)
        key = sorts[0]
        if current in sorts:
            key = sorts[(sorts.index(current) + 1) % len(sorts)]
            direction = "descending" if current.startswith("-") else "ascending"
            attributes += format_html(' aria-sort="{}"', direction)
        if key != current:
            order = _("sort: %(order)s") % {"order": filters.sorts[key][0]}
            label = format_html(
                '<a href="{}" id="column-{}">{} <span class="visually-hidden">({})</span></a>',
                view.sort_address(filters, key),
                sorts[0].strip("-"),
                label,
                order,
            )
    return format_html('<th scope="col"{}>{}</th>', mark_safe(attributes), label)
