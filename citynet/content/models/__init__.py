"""The site's own words: pages, news, their images and files, and what visitors think of them."""

from .media import File, Image, MediaUse

__all__ = ["File", "Image", "MediaUse"]
