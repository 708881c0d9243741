"""What stands at the end of every public page: when it was last updated, and how clear it is."""

from django import template
from django.utils import timezone

from citynet.core.caching import changed_at

from ..ratings import choices, name_page

register = template.Library()


@register.simple_tag(takes_context=True)
def last_updated(context):
    """Give when what the page shows last changed, as `moment`, and whether that is said of the whole site.

    A record's page has gathered it from the record and its facts by the time it ends. Any other page shows
    rows of many tables, of which the last change of all that is public is known at no cost.
    """
    evidence, request = context.get("evidence"), context.get("request")
    moment = evidence.updated_at if evidence else request and changed_at(request)
    return {
        "moment": moment and timezone.localtime(moment).replace(microsecond=0),
        "is_of_site": not evidence,
    }


@register.inclusion_tag("content/_rating.html", takes_context=True)
def rating_form(context):
    """Ask how clear the page is."""
    request = context.get("request")
    return {"name": name_page(request.path if request else "/"), **choices()}
