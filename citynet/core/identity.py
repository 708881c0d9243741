"""What stays the same when names and addresses change: permanent identifiers, and the way from old addresses.

"Cool URIs don't change" (Tim Berners-Lee, W3C, 1998).
"""

from functools import wraps

from django.apps import apps
from django.db.models import Exists, Subquery, Value
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .days import AskedDay
from .languages import language_for, path_in_language
from .models import Identified


def models_with_pages():
    """Give every model whose records have a permanent identifier and a page of their own."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Identified) and hasattr(model, "get_absolute_url")
    ]


@require_safe
def record_by_id(request, uid):
    """Lead to the page of the published record that has the identifier, on the day that is asked about.

    303 See Other, as W3C's "Cool URIs for the Semantic Web" (2008, §4.2) asks of an address that names a
    thing, not a page: what it leads to may change, so nobody is to keep it. 404 for an identifier that is
    nobody's, or whose record is not public or has no page. One SQL statement over all kinds of records.
    The identifier has no language: the page is in the one that the visitor's cookie or browser names.
    """
    models = models_with_pages()
    first, *others = (
        model.objects.published().filter(uid=uid).order_by().values_list(Value(number), model.address_field)
        for number, model in enumerate(models)
    )
    for number, value in first.union(*others, all=True):
        model = models[number]
        address = path_in_language(
            model(**{model.address_field: value}).get_absolute_url(), language_for(request)
        )
        return HttpResponse(
            status=303,
            headers={
                "Location": f"{address}{AskedDay(request).query()}",
                "Cache-Control": "private, no-cache",
                "Vary": "Accept-Language, Cookie",
            },
        )
    raise Http404(_("Nothing that is public has this identifier."))


def renamed(request, rows, slug):
    """Give the redirect from an address that a record had once to the one that it has now; None without one.

    `rows` are the records that may be shown. Who had the address last has it for good, as the history tells,
    until it is given to another: an address that is somebody's own, public or not, leads nowhere else.
    The query goes along. 301, but to be asked for again each time, for the same reason. One SQL statement.
    """
    model = rows.model
    last = model.history.filter(slug=slug).order_by("-history_date", "-history_id").values("id")[:1]
    found = rows.filter(~Exists(model.objects.filter(slug=slug)), pk=Subquery(last))
    present = found.order_by().values_list("slug", flat=True).first()
    if present is None:
        return None
    match = request.resolver_match
    address = reverse(match.view_name, args=match.args, kwargs={**match.kwargs, "slug": present})
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    response.headers["Cache-Control"] = "no-cache"
    return response


def following(model):
    """Let a view's old addresses lead to the present one of a record that was renamed."""

    def decorate(view):
        @wraps(view)
        def answer(request, slug):
            try:
                return view(request, slug)
            except Http404:
                if moved := renamed(request, model.objects.published(), slug):
                    return moved
                raise

        return answer

    return decorate
