"""The feeds of news."""

from citynet.core.citing import one_line
from citynet.core.feed import ListFeed
from citynet.core.rich_text import render_rich_text


class NewsFeed(ListFeed):
    """News, the latest first, each with its whole text."""

    newest = ("-date", "-id")

    def content(self, news):
        return render_rich_text(news.text)

    def labelled(self, news):
        about = (*news.public_networks, *news.public_topics)
        return [(record.slug, one_line(record.name)) for record in about]
