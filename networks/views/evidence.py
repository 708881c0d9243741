"""Who says so: sources with all that rests on them, what was stated beside what is counted, contradictions."""

import re
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from django.db.models import Case, F, When
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citynet.core.caching import public_page
from citynet.core.collation import CodePoints
from citynet.core.columns import public_columns
from citynet.core.details import PublicDetailView
from citynet.core.export import Column, export_response
from citynet.core.identity import following
from citynet.core.lists import MAX_SKIPPED, FilteredListView
from citynet.core.mixed import Mixed, keys_by_model
from citynet.core.rows import rows_response
from citynet.core.structured import breadcrumbs, dataset, iso_date, origin_of, thing

from ..contradictions import KINDS, found, read
from ..counting import between, difference, explanation, with_counts
from ..exports import COLUMNS
from ..models import Figure, Metric, Network, Source
from ..sources import (
    SourceFilter,
    citing_models,
    count_of_facts,
    place_of,
    related_of,
    resting_on,
)
from ..years import years_chart

FACTS_SHOWN = 50


def page_number(request, size=FACTS_SHOWN):
    """Give the number of the page that is asked for, as far as rows can be skipped; 1 for what is no number."""
    number = request.GET.get("page", "")
    number = int(number) if re.fullmatch(r"[1-9][0-9]{0,4}", number) else 1
    return number if number * size <= MAX_SKIPPED else 1


def asked_kind(request, name, known):
    """Give what `?kind=` or `?metric=` chooses, or "" and a sentence for a person where it is not known."""
    text = request.GET.get(name, "")
    if not text or text in known:
        return text, ""
    return "", _("There is no kind “%(kind)s” here, so all are shown.") % {"kind": text[:40]}


def page_links(request, number, has_next, **query):
    """Give the addresses of the pages before and after; `query` is what else the address asks."""
    given = {name: value for name, value in query.items() if value}

    def address(page):
        pairs = {**given, **({"page": page} if page > 1 else {})}
        return f"{request.path}?{urlencode(pairs)}" if pairs else request.path

    return {
        "number": number,
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if has_next else "",
    }


# Sources ---------------------------------------------------------------------------------------------------


class SourceList(FilteredListView):
    model = Source
    filterset_class = SourceFilter

    @property
    def columns(self):
        return (*COLUMNS[Source], Column("facts", count_of_facts(exact=True)))

    def complete(self, rows, filters):
        return rows.annotate(fact_count=count_of_facts())


class SourceDetail(PublicDetailView):
    """A source, and all that rests on it, of all kinds or of `?kind=`, a page at a time."""

    model = Source
    list_title = gettext_lazy("Sources")
    depends_on_day = False

    def facts_on(self, asked):
        parts = resting_on(self.object)
        counts = Mixed(parts).counts()
        kind, problem = asked_kind(self.request, "kind", counts)
        mixed = Mixed({kind: parts[kind]} if kind else {name: parts[name] for name in counts} or parts)
        number = page_number(self.request)
        rows, has_next = mixed.page(number, FACTS_SHOWN)
        facts = read_facts(rows)
        return {
            "counts": [(name, noun(name, number), number, name == kind) for name, number in counts.items()],
            "total": sum(counts.values()),
            "kind": kind,
            "problem": problem,
            "groups": [(noun(name, 2), list(same)) for name, same in groupby(facts, key=kind_of)],
            "page": page_links(self.request, number, has_next, kind=kind, on=asked.day),
            "download": reverse("networks:source_facts", args=[self.object.slug]),
        }

    def describe(self, context, origin):
        source = self.object
        return thing(
            "CreativeWork",
            name=source.title or source.publisher,
            publisher=thing("Organization", name=source.publisher),
            datePublished=iso_date(source.published_on),
            license=source.licence,
            url=f"{origin}{source.get_absolute_url()}",
            sameAs=[source.url] if source.url else [],
        )


def noun(name, number):
    meta = citing_models()[name]._meta
    return meta.verbose_name if number == 1 else meta.verbose_name_plural


def kind_of(fact):
    return fact._meta.model_name


def read_facts(rows):
    """Give the facts of (kind, key, 0), each with its `place`; one SQL statement for each kind among them."""
    models = citing_models()
    found = {
        model: model.objects.select_related(*related_of(model)).in_bulk(keys)
        for model, keys in keys_by_model((models[kind], key) for kind, key, _second in rows).items()
    }
    facts = [found[models[kind]][key] for kind, key, _second in rows if key in found[models[kind]]]
    for fact in facts:
        fact.place = place_of(fact)
    return facts


FACT_COLUMNS = (
    "kind",
    "fact",
    "page",
    "start",
    "end",
    "as_of",
    "confirmed_on",
    "quote",
    "note",
    "last_updated",
)


@require_safe
@public_page
@following(Source)
def source_facts(request, slug):
    """Give all that rests on a source as CSV, each with the address of the page where it stands."""
    source = get_object_or_404(Source.objects.published(), slug=slug)
    origin = origin_of(request)

    def rows():
        for batch in Mixed(resting_on(source)).batches():
            for fact in read_facts(batch):
                yield (
                    kind_of(fact),
                    str(fact),
                    f"{origin}{fact.place.get_absolute_url()}" if fact.place else "",
                    *(getattr(fact, name, None) for name in FACT_COLUMNS[3:-1]),
                    fact.updated_at.date(),
                )

    return rows_response(request, FACT_COLUMNS, rows(), slug)


# Stated and counted ----------------------------------------------------------------------------------------

COUNTED_COLUMNS = (
    *COLUMNS[Figure],
    *public_columns(Figure, [Column("source_date", "source__published_on")]),
    Column("counted_from", "day_earliest"),
    Column("counted_to", "day_latest"),
    Column("counted"),
    Column("counted_for_certain", "sure"),
    Column("difference", F("counted") - F("value")),
    Column("counted_by_category", "kinds"),
)
IN_ORDER = (
    CodePoints("network__search_text"),
    "network",
    F("body").asc(nulls_first=True),
    F("programme").asc(nulls_first=True),
    Case(*(When(metric=metric, then=number) for number, metric in enumerate(Metric))),
    "as_of_earliest",
    "id",
)


def figures_of(network=None):
    """Give the public figures of a network, or all, each with what is counted on its own day."""
    rows = Figure.objects.published()
    return with_counts(rows.filter(network=network) if network else rows).order_by(*IN_ORDER)


def compared(figures):
    """Give [(first figure, figures)] of those about the same thing, each with its difference in words."""
    figures = list(figures)
    for figure in figures:
        figure.difference = "" if figure.counted is None else difference(figure, figure.counted)
        figure.explanation, figure.between = explanation(figure), between(figure)
        figure.is_of_today = not figure.as_of
    same = ("network_id", "body_id", "programme_id", "metric")
    groups = groupby(figures, key=lambda figure: [getattr(figure, name) for name in same])
    return [(rows[0], rows) for rows in (list(rows) for _same, rows in groups)]


def numbers_page(request, rows, address, **context):
    """Answer with a page of figures beside the counts."""
    metric, problem = asked_kind(request, "metric", Metric.values)
    rows = rows.filter(metric=metric) if metric else rows
    number = page_number(request)
    first = (number - 1) * FACTS_SHOWN
    related = ("network", "body", "programme", "source")
    figures = list(rows.select_related(*related)[first : first + FACTS_SHOWN + 1])
    query = f"?{urlencode({'metric': metric})}" if metric else ""
    return render(
        request,
        "networks/numbers.html",
        {
            "groups": compared(figures[:FACTS_SHOWN]),
            "metric": metric,
            "problem": problem,
            "metrics": Metric.choices,
            "page": page_links(request, number, len(figures) > FACTS_SHOWN, metric=metric),
            "canonical": f"{request.path}{query}",
            "download": f"{address}{query}",
            "path": request.path,
            "asked": None,
            **context,
        },
    )


def numbers_file(request, rows, name):
    metric = request.GET.get("metric", "")
    return export_response(
        request, rows.filter(metric=metric) if metric in Metric else rows, COUNTED_COLUMNS, name
    )


@require_safe
@public_page
def numbers(request):
    """Set every stated number beside what is counted on its own day."""
    address, title = reverse("networks:numbers_csv"), _("Stated and counted")
    origin = origin_of(request)
    files = [{"label": "CSV", "media_type": "text/csv", "address": address}]
    structured = [
        dataset(origin, title, request.path, files),
        breadcrumbs(origin, (title, request.path)),
    ]
    return numbers_page(request, figures_of(), address, title=title, structured=structured)


@require_safe
@public_page
def numbers_csv(request):
    return numbers_file(request, figures_of(), "numbers")


@require_safe
@public_page
@following(Network)
def network_numbers(request, slug):
    """Set the stated numbers of one network beside what is counted on the day of each."""
    network = get_object_or_404(Network.objects.published(), slug=slug)
    address = reverse("networks:network_numbers_csv", args=[slug])
    origin = origin_of(request)
    title = _("%(network)s: stated and counted") % {"network": network.short_name}
    steps = (
        (_("Networks"), reverse("networks:network_list")),
        (network.name, network.get_absolute_url()),
        (_("Stated and counted"), request.path),
    )
    return numbers_page(
        request,
        figures_of(network),
        address,
        title=title,
        network=network,
        chart=years_chart(network),
        structured=[breadcrumbs(origin, *steps)],
    )


@require_safe
@public_page
@following(Network)
def network_numbers_csv(request, slug):
    network = get_object_or_404(Network.objects.published(), slug=slug)
    return numbers_file(request, figures_of(network), f"{slug}-numbers")


# Contradictions --------------------------------------------------------------------------------------------

SIDE_COLUMNS = ("says", "when", "doubt", "publisher", "title", "url", "date", "confirmed_on", "page")
CONTRADICTION_COLUMNS = (
    "kind",
    "network",
    "network_slug",
    *(f"{number}_{name}" for number in ("first", "second") for name in SIDE_COLUMNS),
)


def asked_network(request):
    """Give the network that `?network=` names by its slug, None without one; 404 for one that there is not."""
    slug = request.GET.get("network", "")
    return get_object_or_404(Network.objects.published(), slug=slug) if slug else None


def by_kind(rows):
    """Give [(kind, [(network, rows)])] of contradictions that come one kind after the other."""
    groups = []
    for name, same in groupby(rows, key=attrgetter("kind")):
        by_network = {}
        for row in same:
            by_network.setdefault(row.network, []).append(row)
        groups.append((KINDS[name], list(by_network.items())))
    return groups


@require_safe
@public_page
def contradictions(request):
    """List what contradicts each other, of all networks or of `?network=`, of all kinds or of `?kind=`."""
    network = asked_network(request)
    parts = found(network and [network.pk])
    counts = Mixed(parts).counts()
    kind, problem = asked_kind(request, "kind", parts)
    number = page_number(request)
    rows, has_next = [], False
    if shown := [name for name in ([kind] if kind else counts) if name in counts]:
        rows, has_next = Mixed({name: parts[name] for name in shown}).page(number, FACTS_SHOWN)
    query = {"network": network.slug} if network else {}
    title, origin = _("Contradictions"), origin_of(request)
    kinds = [
        {
            "label": KINDS[name].label,
            "meaning": KINDS[name].meaning,
            "number": counts.get(name, 0),
            "address": f"?{urlencode({**query, 'kind': name})}",
            "is_current": name == kind,
        }
        for name in KINDS
    ]
    address = f"{reverse('networks:contradictions_csv')}{f'?{urlencode(query)}' if query else ''}"
    files = [{"label": "CSV", "media_type": "text/csv", "address": address}]
    return render(
        request,
        "networks/contradictions.html",
        {
            "title": title,
            "network": network,
            "kinds": kinds,
            "kind": kind,
            "problem": problem,
            "total": sum(counts.values()),
            "groups": by_kind(read(rows)),
            "page": page_links(request, number, has_next, kind=kind, **query),
            "all": f"?{urlencode(query)}" if query else request.path,
            "path": request.path,
            "canonical": request.path,
            "download": address,
            "asked": None,
            "structured": [
                dataset(origin, title, request.path, files),
                breadcrumbs(origin, (title, request.path)),
            ],
        },
    )


@require_safe
@public_page
def contradictions_csv(request):
    """Give all contradictions, or those of `?network=`, both sides with their sources."""
    network, origin = asked_network(request), origin_of(request)

    def side_cells(side):
        row = side.row
        source = row and row.source if row and row.source and row.source.is_published else None
        said = (source.publisher, source.title, source.url, source.published_on) if source else ("",) * 4
        page = f"{origin}{side.place.get_absolute_url()}" if side.place else ""
        return side.words, side.when, side.doubt, *said, row and row.confirmed_on, page

    def rows():
        for batch in Mixed(found(network and [network.pk])).batches():
            for row in read(batch):
                first, second = row.sides
                about = row.network
                yield row.kind, about.name, about.slug, *side_cells(first), *side_cells(second)

    return rows_response(request, CONTRADICTION_COLUMNS, rows(), "contradictions")
