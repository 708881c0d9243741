"""The public pages of pages and news."""

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from citynet.core.details import PublicDetailView
from citynet.core.structured import breadcrumbs, origin_of, site, thing

from .models import FormerPath, News, Page
from .models.pages import ABOVE


def steps_to(page):
    """Give (name, address) of the pages above one, from the top, and of itself."""
    return [(row.name, row.get_absolute_url()) for row in (*page.above, page)]


class PageDetail(PublicDetailView):
    """A page at its path in the tree, with what stands below and beside it."""

    model = Page
    slug_field = slug_url_kwarg = "path"
    related = ABOVE
    depends_on_day = False

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


class NewsDetail(PublicDetailView):
    """An item of news, with what it is about."""

    model = News
    list_title = gettext_lazy("News")
    depends_on_day = False

    def structured(self, context):
        return []


def redirect_to(request, path):
    """Give the redirect to the same address of a page that is at another path now, with its query."""
    match, query = request.resolver_match, request.META.get("QUERY_STRING", "")
    address = reverse(match.view_name, kwargs={**match.kwargs, "path": path})
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    response.headers["Cache-Control"] = "no-cache"
    return response


def describe_page(page, origin):
    """Give a page as a schema.org WebPage."""
    return thing(
        "WebPage",
        name=page.name,
        description=page.summary,
        url=f"{origin}{page.get_absolute_url()}",
        dateModified=page.updated_at.isoformat(),
        isPartOf=site(origin),
    )
