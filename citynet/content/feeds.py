"""The feeds of news."""

from django.db.models import Prefetch, prefetch_related_objects

from citynet.core.citing import one_line
from citynet.core.collation import BY_NAME
from citynet.core.feed import ListFeed
from citynet.core.rich_text import render_rich_text
from networks.models import Topic


class NewsFeed(ListFeed):
    """News, the latest first, each with its whole text."""

    newest = ("-date", "-id")

    def items(self, filters):
        rows = super().items(filters)
        topics = Topic.objects.published().order_by(*BY_NAME)
        prefetch_related_objects(rows, Prefetch("topics", queryset=topics, to_attr="public_topics"))
        return rows

    def content(self, news):
        return render_rich_text(news.text)

    def labelled(self, news):
        about = (*news.public_networks, *news.public_topics)
        return [(record.slug, one_line(record.name)) for record in about]
