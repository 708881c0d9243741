"""The foot of a page that says how it is cited."""

from django import template

from ..citing import cite
from ..days import AskedDay

register = template.Library()


@register.inclusion_tag("includes/_cite.html", takes_context=True)
def cite_page(context, title, depends_on_day=False):
    """Say how a page that is neither a record's nor a list's is cited: with its query, on its day."""
    request = context["request"]
    asked, query = AskedDay.of(request), request.GET.copy()
    query.pop("on", None)
    address = f"{request.path}?{query.urlencode()}" if query else request.path
    day = asked.for_query if depends_on_day else None
    return {"citation": cite(request, title, address, asked if depends_on_day else None, day)}
