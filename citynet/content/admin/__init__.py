"""The admin of pages, news, the media library and ratings, arranged as the models are."""

__all__ = []
