"""The admin of pages, news, the media library and ratings, arranged as the models are."""

from . import media, ratings

__all__ = ["media", "ratings"]
