"""The site's own words: pages, news, their images and files, and what visitors think of them."""

__all__ = []
