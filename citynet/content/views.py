"""The public pages of pages and news."""

from itertools import groupby

from django.db.models import Prefetch
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citynet.core.caching import public_page
from citynet.core.collation import BY_NAME
from citynet.core.details import PublicDetailView
from citynet.core.lists import FilteredListView
from citynet.core.structured import breadcrumbs, origin_of
from networks.models import Network

from .exports import COLUMNS
from .feeds import NewsFeed
from .filters import NewsFilter
from .models import FormerPath, News, Page
from .models.pages import ABOVE
from .structured import describe_news, describe_page

IN_A_YEAR = 500  # items that the archive of a year shows; the list has them all


def steps_to(page):
    """Give (name, address) of the pages above one, from the top, and of itself."""
    return [(row.name, row.get_absolute_url()) for row in (*page.above, page)]


class Previewed(PublicDetailView):
    """A page of the site's own words, which staff see as it would be before the public does."""

    depends_on_day = False

    @classmethod
    def preview(cls, request, record, form):
        """Give the record's page with a banner that leads back to the `form`; never kept, never indexed.

        Whoever calls it has asked whether the visitor may see the record.
        """
        view = cls()
        view.setup(request)
        view.object = record
        preview = {"words": record.publication_words(), "form": form}
        context = view.get_context_data(object=record, preview=preview)
        context["citation"] = None
        response = view.render_to_response(context)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


class PageDetail(Previewed):
    """A page at its path in the tree, with what stands below and beside it."""

    model = Page
    slug_field = slug_url_kwarg = "path"
    related = ABOVE

    def moved(self):
        """Give the redirect from an address that a page had once; None without one. One SQL statement."""
        former = FormerPath.objects.filter(path=self.kwargs["path"])
        page = Page.objects.published().filter(former_paths__in=former).first()
        return page and redirect_to(self.request, page.path)

    def facts_on(self, asked):
        page = self.object
        parents = [page.pk, page.parent_id] if page.parent_id else [page.pk]
        near = list(Page.objects.published().filter(parent__in=parents))
        return {
            "above": page.above,
            "children": [row for row in near if row.parent_id == page.pk],
            "siblings": [row for row in near if row.parent_id == page.parent_id],
        }

    def structured(self, context):
        origin = origin_of(self.request)
        return [describe_page(self.object, origin), breadcrumbs(origin, *steps_to(self.object))]


def redirect_to(request, path):
    """Give the redirect to the same address of a page that is at another path now, with its query.

    301, but to be asked for again each time, as `core.identity.renamed` does.
    """
    match, query = request.resolver_match, request.META.get("QUERY_STRING", "")
    address = reverse(match.view_name, kwargs={**match.kwargs, "path": path})
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    response.headers["Cache-Control"] = "no-cache"
    return response


class NewsList(FilteredListView):
    model = News
    filterset_class = NewsFilter
    columns = COLUMNS[News]
    formats = ("csv", "json", "atom")
    feed = NewsFeed

    def complete(self, rows, filters):
        networks = Network.objects.published().order_by(*BY_NAME)
        return rows.select_related("image").prefetch_related(
            Prefetch("networks", queryset=networks, to_attr="public_networks")
        )

    def context(self, filters):
        return {**super().context(filters), "years": years_of_news()}


class NewsDetail(Previewed):
    """An item of news, with what it is about."""

    model = News
    list_title = gettext_lazy("News")
    describe = staticmethod(describe_news)
    related = ("image",)

    def facts_on(self, asked):
        news = self.object
        return {
            name: getattr(news, name).published().order_by(*BY_NAME)
            for name in ("networks", "cities", "bodies", "events", "topics")
        }


def years_of_news():
    """Give the years that have any public news, the latest first. One SQL statement."""
    return [day.year for day in News.objects.published().dates("date", "year", order="DESC")]


@require_safe
@public_page
def news_of_year(request, year):
    """Show the news of a year by month, the latest first; 404 for a year without any."""
    rows = News.objects.published().filter(date__year=year).order_by("-date", "-id") if year else ()
    rows = list(rows[: IN_A_YEAR + 1])
    if not rows:
        raise Http404(_("There is no news of that year."))
    shown = rows[:IN_A_YEAR]
    return render(
        request,
        "content/news_year.html",
        {
            "year": year,
            "years": years_of_news(),
            "months": [
                (month, list(items)) for month, items in groupby(shown, lambda row: row.date.replace(day=1))
            ],
            "has_more": len(rows) > IN_A_YEAR,
            "title": _("News of %(year)d") % {"year": year},
        },
    )
