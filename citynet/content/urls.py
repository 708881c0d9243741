"""The addresses of pages and news. A page stands at its path in the tree, so these come last."""

from django.urls import path, register_converter

from . import ratings, views
from .models.pages import LEVELS


class PathInTree:
    """The path of a page: slugs, with slashes between them. Nothing else is looked for in the database."""

    regex = f"[-a-zA-Z0-9_]+(?:/[-a-zA-Z0-9_]+){{0,{LEVELS - 1}}}"

    def to_python(self, value):
        return value

    to_url = to_python


class FourDigits:
    """A year, as the archive of news writes it. No item of news has such a slug."""

    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


register_converter(PathInTree, "page_path")
register_converter(FourDigits, "year")

app_name = "content"
urlpatterns = [
    path("rate/", ratings.rate, name="rate"),
    path("rate/thanks/", ratings.rated, name="rated"),
    path("news/", views.NewsList.as_view(), name="news_list"),
    path("news.<str:format>", views.NewsList.as_view(), name="news_download"),
    path("news/<year:year>/", views.news_of_year, name="news_year"),
    path("news/<slug:slug>.<str:format>", views.NewsDetail.as_view(), name="news_cite"),
    path("news/<slug:slug>/", views.NewsDetail.as_view(), name="news_detail"),
    path("<page_path:path>.<str:format>", views.PageDetail.as_view(), name="page_cite"),
    path("<page_path:path>/", views.PageDetail.as_view(), name="page"),
]
