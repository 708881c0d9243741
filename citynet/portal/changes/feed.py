"""What changed, as an Atom feed (RFC 4287) for readers of news and for programs."""

import datetime

from django.contrib.syndication.views import Feed
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from citynet.core.citing import one_line
from citynet.core.feed import AUTHOR, AtomWriter, tag_of

MOST = 200  # changes in a feed, the newest


class ChangesFeed(Feed):
    """The newest changes that a page of changes finds; give it `page` and `filters`.

    An entry's id stays the same whatever is corrected in the fact, and `updated` says when that was last
    done, so that a reader shows it again. The ids are tags (RFC 4151) of the site's host.
    """

    feed_type = AtomWriter
    author_name = AUTHOR

    def get_object(self, request, page, filters):
        self.host = request.get_host().partition(":")[0]
        self.path = request.get_full_path()
        self.page, self.filters = page, filters
        return filters

    def tag(self, name):
        return tag_of(self.host, f"changes/{name}")

    def title(self, filters):
        about = one_line(", ".join(pick.words for name, pick in filters.used if name in ("network", "city")))
        return f"{_('What changed')}: {about}" if about else _("What changed in city networks")

    def subtitle(self, filters):
        return _("Members, offices, groups, events and figures, by the day on which they changed.")

    def link(self, filters):
        return self.page.canonical_page(filters)

    def feed_url(self, filters):
        return self.path

    def feed_guid(self, filters):
        return self.tag(filters.query())

    def items(self, filters):
        changes = filters.changes
        return changes.read(changes.keys(MOST))

    def item_title(self, change):
        return one_line(f"{change.sentence()}: {change.when}")  # XML 1.0 §2.2 has no control characters

    item_description = None

    def feed_extra_kwargs(self, filters):
        first = datetime.datetime.combine(filters.days[0], datetime.time())
        return {"begins": first.replace(tzinfo=datetime.UTC)}

    def content(self, change):
        source = change.source
        lines = [
            ", ".join(filter(None, (change.sentence(), change.more))),
            capfirst(change.when),
            change.cause,
            f"{_('approx.')} ({change.reason})" if change.approx else "",
            _("Source: %(source)s") % {"source": source} if source else _("no source given"),
        ]
        return format_html("<p>{}</p>", one_line(". ".join(filter(None, lines))))

    def item_link(self, change):
        return change.address or self.link(self.filters)

    def item_guid(self, change):
        fact = change.fact
        return self.tag(f"{change.kind.value}/{fact._meta.model_name}/{fact.pk}")

    def item_pubdate(self, change):
        return change.fact.created_at

    def item_updateddate(self, change):
        return change.fact.updated_at

    def item_categories(self, change):
        return [one_line(network.short_name) for network in change.networks]

    def item_extra_kwargs(self, change):
        return {"labelled": [(change.kind.value, str(change.kind.label))], "content": self.content(change)}
