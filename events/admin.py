from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citynet.core.admin import (
    TEXTS,
    DecadeFilter,
    LockedForm,
    RecordAdmin,
    RecordInline,
    ScopedInline,
)
from citynet.core.models import State
from citynet.core.templatetags.citynet import event_dates
from networks.admin.filters import NetworkFilter

from .exports import STAFF_COLUMNS
from .models import Event, EventHost, EventLanguage, Series, Session, Speaker, Track

SOURCE = (_("Who says so"), {"fields": ["source", "note"]})


@admin.register(Series)
class SeriesAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Series]
    list_display = ["name", "kind", "network", "body", "state"]
    list_filter = ["state", "kind", NetworkFilter]
    list_select_related = ["network", "body__network"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "body", "source"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "network", "body"]}),
        TEXTS,
        SOURCE,
    ]


class TimeFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("upcoming", _("on or to come")), ("past", _("over")), ("undated", _("date not known"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "upcoming":
            return queryset.upcoming(today)
        if self.value() == "past":
            return queryset.past(today).exclude(start="")
        if self.value() == "undated":
            return queryset.filter(start="")


class HostInline(ScopedInline):
    model = EventHost
    fields = ["city", "position"]
    autocomplete_fields = ["city"]


class LanguageInline(ScopedInline):
    model = EventLanguage
    verbose_name = _("language")
    verbose_name_plural = _("Languages")
    fields = ["language", "use"]


class TrackInline(ScopedInline):
    model = Track
    fields = ["name", "position"]
    show_change_link = False


class SessionForm(LockedForm):
    """A session that is added on its event's page is as public as the event, unless the editor says no."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["state"] = State.PUBLISHED


class SessionInline(RecordInline):
    model = Session
    form = SessionForm
    network_path = "event__networks"
    fields = ["title", "kind", "track", "starts_at", "ends_at", "room", "state"]
    list_select_related = ["event", "track"]

    def get_formset(self, request, obj=None, **kwargs):
        """Offer the tracks of this event, read once for all sessions."""
        formset = super().get_formset(request, obj, **kwargs)
        if "track" in formset.form.base_fields:
            offer_tracks(formset.form.base_fields["track"], obj)
        return formset


def offer_tracks(field, event):
    """Let a session's form offer the tracks of its own event only, and not another link to them."""
    tracks = Track.objects.filter(event=event) if event else Track.objects.none()
    field.queryset = tracks
    field.widget.can_add_related = field.widget.can_change_related = False
    field.widget.can_delete_related = field.widget.can_view_related = False
    field.choices = [("", "---------"), *((track.pk, track.name) for track in tracks)]


@admin.register(Event)
class EventAdmin(RecordAdmin):
    network_path = "networks"
    export_columns = STAFF_COLUMNS[Event]
    list_display = ["name", "kind", "dates", "series", "mode", "status", "state"]
    list_filter = ["state", TimeFilter, "kind", NetworkFilter, "mode", "status", DecadeFilter]
    list_select_related = ["series"]
    search_fields = ["search_text", "series__search_text"]
    autocomplete_fields = ["series", "networks", "body", "super_event", "documents", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [HostInline, LanguageInline, TrackInline, SessionInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "networks", "series", "body", "super_event", "topics"]}),
        (
            _("When"),
            {
                "fields": [
                    ("start", "end"),
                    ("start_time", "end_time", "timezone"),
                    "status",
                    "confirmed_on",
                ],
                "description": _("Without an end, the event ends when its start does."),
            },
        ),
        (
            _("Where"),
            {
                "fields": ["mode", "venue", "online_link"],
                "description": _("Host cities, languages and sessions are at the end of this page."),
            },
        ),
        (
            _("What and how much"),
            {"fields": ["themes", "is_free", ("fee", "currency"), "attendance", "documents"]},
        ),
        TEXTS,
        SOURCE,
    ]

    @admin.display(description=_("dates"), ordering="start_earliest")
    def dates(self, event):
        return event_dates(event)

    def label(self, row):
        return f"{row.name} ({event_dates(row)})"


class SpeakerInline(ScopedInline):
    model = Speaker
    fields = ["name", "person", "city", "organisation", "part", "position"]
    autocomplete_fields = ["person", "city", "organisation"]


@admin.register(Session)
class SessionAdmin(RecordAdmin):
    network_path = "event__networks"
    export_columns = STAFF_COLUMNS[Session]
    list_display = ["title", "kind", "event", "track", "starts_at", "state"]
    list_filter = ["state", "kind", NetworkFilter]
    date_hierarchy = "starts_at"
    list_select_related = ["event", "track"]
    search_fields = ["title", "event__search_text"]
    search_help_text = _("Parts of the session's title, or of the event's name.")
    ordering = ["-starts_at", "-pk"]
    autocomplete_fields = ["event"]
    inlines = [SpeakerInline]
    fieldsets = [
        (None, {"fields": ["event", "title", "kind", "track", "summary"]}),
        (_("When and where"), {"fields": [("starts_at", "ends_at"), "room", "position"]}),
    ]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "track" in form.base_fields:
            offer_tracks(form.base_fields["track"], obj and obj.event)
            form.base_fields["track"].help_text = _("One of the event's tracks, once the session is saved.")
        return form
