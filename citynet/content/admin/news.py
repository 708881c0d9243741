"""The admin of news: an editor's are those of her own networks."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from networks.admin.filters import NetworkFilter

from ..exports import STAFF_COLUMNS
from ..models import News
from ..views import NewsDetail
from .previews import PreviewedAdmin, ScheduleFilter


@admin.register(News)
class NewsAdmin(PreviewedAdmin):
    detail = NewsDetail
    network_path = "networks"
    export_columns = STAFF_COLUMNS[News]
    list_display = ["name", "date", "shown", "updated_at"]
    list_filter = ["state", ScheduleFilter, NetworkFilter]
    date_hierarchy = "date"
    search_fields = ["search_text"]
    autocomplete_fields = ["networks", "cities", "bodies", "events", "topics", "image"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "date"]}),
        (_("What it says"), {"fields": ["summary", "text", "image", "website"]}),
        (
            _("What it is about"),
            {
                "fields": ["networks", "cities", "bodies", "events", "topics"],
                "description": _("It is shown on the page of each of these."),
            },
        ),
    ]
