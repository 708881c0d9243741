"""The site's own words: pages, news, their images and files, and what visitors think of them."""

from .media import File, Image, MediaUse
from .news import News
from .pages import FormerPath, Page
from .ratings import Rating, RatingLimit, VisitorKey

__all__ = ["File", "FormerPath", "Image", "MediaUse", "News", "Page", "Rating", "RatingLimit", "VisitorKey"]
