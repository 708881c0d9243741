"""The one detail view: a published record's page, on the day that is asked about."""

from functools import partial

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from .caching import public_page
from .citing import FILES, citation_file, cite, with_day
from .days import AskedDay
from .identity import renamed
from .structured import breadcrumbs, origin_of


class Evidence:
    """What a page rests on, gathered while its facts are written: numbered sources, and the last change.

    Its `sections` are the headings written so far, as (id, words), for the list "On this page".
    """

    def __init__(self, record):
        self.sources = []
        self.sections = []
        self.updated_at = shown_since(record)

    def number(self, source):
        """Give the number under which the page lists the source; None for one that is not public."""
        if source is None or not source.is_published:
            return None
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source) + 1

    def note(self, row):
        """Take the row's last change into account."""
        self.updated_at = max(self.updated_at, shown_since(row))


def shown_since(row):
    """Give when the public first saw the row as it is: its last change, or its publication if that came later."""
    publish_at = getattr(row, "publish_at", None)
    return max(row.updated_at, publish_at) if publish_at else row.updated_at


@method_decorator(public_page, name="dispatch")
class PublicDetailView(DetailView):
    """A published record by its slug; 404 for any other. `asked` is the day of `?on=`.

    A page gives what it shows in `facts_on(asked)`; each list there is a queryset of published rows.
    One that shows the same on every day says so: `depends_on_day = False`. What it is about in the words
    of schema.org is the thing that `describe(context, origin)` gives, below the list called `list_title`.

    An address that a record had once leads to the one it has now. In one of the formats of `citing.FILES`
    the address gives how its page is cited.
    """

    related = ()
    depends_on_day = True
    list_title = ""
    describe = None

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if moved := self.moved():
                return moved
            raise

    def moved(self):
        """Give the redirect from an address that the record had once; None without one."""
        return renamed(self.request, self.model.objects.published(), self.kwargs["slug"])

    def get(self, request, *args, format=None, **kwargs):
        if format is not None and format not in FILES:
            raise Http404
        response = super().get(request, *args, **kwargs)
        if format is None:
            return response
        response.render()  # only then is known when what the page shows last changed
        return citation_file(response.context_data["citation"](), self.object.slug, format)

    def get_queryset(self):
        return self.model.objects.published().select_related(*self.related)

    def get_context_data(self, **kwargs):
        asked = AskedDay.of(self.request)
        context = super().get_context_data(
            asked=asked,
            depends_on_day=self.depends_on_day,
            evidence=Evidence(self.object),
            canonical=self.object.get_absolute_url(),
            **self.facts_on(asked),
            **kwargs,
        )
        context["structured"] = self.structured(context)
        context["citation"] = partial(self.citation, context)  # made at the foot of the page
        return context

    def citation(self, context):
        """Give how the page is cited, once the facts on it are written."""
        record, meta, asked = self.object, self.model._meta, context["asked"]
        own = getattr(record, record.address_field)
        day = asked.for_query if self.depends_on_day else None
        files = {
            format: with_day(
                reverse(f"{meta.app_label}:{meta.model_name}_cite", args=[own, format]), asked.day
            )
            for format in FILES
        }
        return cite(
            self.request,
            getattr(record, "name", record),
            context["canonical"],
            asked if day else None,
            day,
            record.uid,
            updated=timezone.localdate(context["evidence"].updated_at),
            files=files,
        )

    def structured(self, context):
        """Give the record, and the way to its page, as schema.org things (`citynet.core.structured`)."""
        origin, meta = origin_of(self.request), self.model._meta
        list_address = reverse(f"{meta.app_label}:{meta.model_name}_list")
        steps = (self.list_title, list_address), (self.object.name, self.object.get_absolute_url())
        return [self.describe(context, origin), breadcrumbs(origin, *steps)]

    def facts_on(self, asked):
        return {}
