"""The addresses of the site; the apps hold their own."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from networks.views.files import serve_document

from .content.files import serve_file
from .core.identity import record_by_id
from .core.uploads import serve_upload
from .portal import embeds, health, preferences, search, security_txt, sitemaps, views
from .portal.changes.pages import ChangesPage
from .portal.passport import CityPassport

urlpatterns = [  # the same in every language: core.languages.NEVER_PREFIXED
    path("id/<uuid:uid>/", record_by_id, name="record_by_id"),
    path("partial-date/", views.partial_date, name="partial_date"),
    path("", include(embeds.for_others)),
    path("files/documents/<path:path>", serve_document, name="document_file"),
    path("files/library/<uuid:uid>/<str:name>", serve_file, name="library_file"),
    path("files/<path:path>", serve_upload, name="file"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemaps.sitemap_block, name="sitemap_block"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
    path("security.txt", security_txt.moved, name="security_txt_moved"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("about/data/", views.about_data, name="about_data"),
    path("display/", preferences.display, name="display"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
    path("changes/", ChangesPage.as_view(), name="changes"),
    path("changes.csv", ChangesPage.as_view(), {"format": "csv"}, name="changes_csv"),
    path("changes.atom", ChangesPage.as_view(), {"format": "atom"}, name="changes_atom"),
    path("cities/<slug:slug>/passport/", CityPassport.as_view(), name="city_passport"),
    path("", include("networks.urls")),
    path("", include("events.urls")),
    path("", include(embeds)),
    path("admin/", admin.site.urls),
    path("", include("citynet.content.urls")),
    prefix_default_language=False,
)
