"""What lists find, as Atom feeds (RFC 4287) for readers of news and for programs."""

import re
from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from .citing import one_line
from .structured import origin_of

AUTHOR = "citynet"
NEWEST = 50  # entries in the feed of a list
TAGGED_SINCE = "2026"  # RFC 4151 §2.1: the year from which the site's name has been its own
MEDIA_TYPE = "application/atom+xml"
OF_THIS_SITE = re.compile(r'(?<=\s)(href|src)="(?=/[^/])')
SMALLER_SIZES = re.compile(r"<source\b[^>]*>")


class AtomWriter(Atom1Feed):
    """Entries with their content, and with categories that have a label: (term, label)."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if content := item.get("content"):
            handler.addQuickElement("content", content, {"type": "html"})
        for term, label in item.get("labelled", ()):
            handler.addQuickElement("category", "", {"term": term, "label": label})

    def latest_post_date(self):
        """Of an empty feed, the beginning that it was given: always the same until something comes."""
        return self.feed["begins"] if not self.items and "begins" in self.feed else super().latest_post_date()


def tag_of(host, name):
    """Give an identifier that stays (RFC 4151) of something on the site of the host."""
    return f"tag:{host},{TAGGED_SINCE}:{name}"


def with_origin(html, origin):
    """Give HTML that reads the same elsewhere: its addresses with the site before them, pictures in one size."""
    return OF_THIS_SITE.sub(rf'\1="{origin}', SMALLER_SIZES.sub("", html))


class ListFeed(Feed):
    """The newest records that a list finds; a list names its own as `feed`, and calls it with `filters`.

    An entry's id is the record's permanent identifier, and `updated` says when the record was last changed,
    so that a reader shows it again. A list says in `newest` what it means by that.
    """

    feed_type = AtomWriter
    author_name = AUTHOR
    newest = ("-updated_at", "-pk")
    begins = datetime(2026, 1, 1, tzinfo=UTC)  # an empty one says that it was last updated then

    def get_object(self, request, page, filters):
        self.request, self.page = request, page
        self.origin = origin_of(request)
        return filters

    def title(self, filters):
        about = one_line("; ".join(words for name, _label, words, _query in filters.chips))
        name = self.page.cited_as(filters).partition(" (")[0]
        return f"{name}: {about}" if about else name

    def link(self, filters):
        meta, query = self.page.model._meta, filters.query()
        address = reverse(f"{meta.app_label}:{meta.model_name}_list")
        return f"{address}?{query}" if query else address

    def feed_url(self, filters):
        return self.request.get_full_path()

    def feed_guid(self, filters):
        host = self.request.get_host().partition(":")[0]
        return tag_of(host, self.request.get_full_path().lstrip("/"))

    def feed_extra_kwargs(self, filters):
        return {"begins": self.begins}

    def items(self, filters):
        keys = list(filters.qs.order_by(*self.newest).values_list("pk", flat=True)[:NEWEST])
        rows = self.page.complete(self.page.model.objects.filter(pk__in=keys), filters)
        by_key = {row.pk: row for row in rows}
        return [by_key[pk] for pk in keys if pk in by_key]

    def item_title(self, record):
        return one_line(record.name)  # XML 1.0 §2.2 has no control characters

    def item_description(self, record):
        return one_line(record.summary)

    def item_guid(self, record):
        return record.uid.urn

    def item_pubdate(self, record):
        return record.publish_at or record.created_at

    def item_updateddate(self, record):
        return record.updated_at

    def item_extra_kwargs(self, record):
        return {"content": with_origin(self.content(record), self.origin), "labelled": self.labelled(record)}
