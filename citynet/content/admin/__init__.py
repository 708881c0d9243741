"""The admin of pages, news, the media library and ratings, arranged as the models are."""

from . import media, news, pages, ratings

__all__ = ["media", "news", "pages", "ratings"]
