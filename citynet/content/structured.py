"""Pages and news in the words of schema.org."""

from citynet.core.structured import link, site, thing
from citynet.core.translated import get_language, language_shown


def described(kind, record, origin, **properties):
    return thing(
        kind,
        name=record.name,
        description=record.summary,
        url=f"{origin}{record.get_absolute_url()}",
        inLanguage=language_shown(record, "text") or get_language(),
        dateModified=record.updated_at.isoformat(),
        isPartOf=site(origin),
        **properties,
    )


def describe_page(page, origin):
    """Give a page as a WebPage."""
    return described("WebPage", page, origin)


def describe_news(context, origin):
    """Give an item of news as a NewsArticle, with what it is about."""
    news = context["object"]
    image = news.image if news.image and news.image.is_published else None
    return described(
        "NewsArticle",
        news,
        origin,
        headline=news.name[:110],
        datePublished=news.date.isoformat(),
        image=f"{origin}{image.file.url}" if image else "",
        about=[
            *(link("Organization", record, origin) for record in (*context["networks"], *context["bodies"])),
            *(link("City", city, origin) for city in context["cities"]),
            *(link("Event", event, origin) for event in context["events"]),
        ],
        keywords=", ".join(topic.name for topic in context["topics"]),
        isBasedOn=news.website,
        publisher=thing("Organization", name="citynet", url=origin),
    )
