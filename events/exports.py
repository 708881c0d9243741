"""The columns in which events leave; see networks/exports.py. The online link never leaves in public."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from citynet.core.columns import LAST_UPDATED, PERIOD_COLUMNS, SOURCE_COLUMNS, public_columns, staff_columns
from citynet.core.export import Column, joined

from .models import Event, EventLanguage, Series, Session

_KEPT = {
    Series: (
        Column("name"),
        Column("slug"),
        Column("kind"),
        Column("network", "network__name"),
        Column("network_slug", "network__slug"),
        Column("group", "body__name"),
        Column("group_slug", "body__slug"),
        Column("website"),
        Column("summary"),
        Column("text"),
        *SOURCE_COLUMNS,
        Column("note"),
        Column("uid"),
        LAST_UPDATED,
    ),
    Event: (
        Column("name"),
        Column("slug"),
        Column("kind"),
        *PERIOD_COLUMNS,
        Column("start_time"),
        Column("end_time"),
        Column("timezone", Cast("timezone", TextField())),
        Column("mode"),
        Column("status"),
        Column("networks", joined("networks__slug")),
        Column("series", "series__name"),
        Column("series_slug", "series__slug"),
        Column("group", "body__name"),
        Column("group_slug", "body__slug"),
        Column("part_of", "super_event__name"),
        Column("part_of_slug", "super_event__slug"),
        Column("host_cities", joined("hosts__city__slug")),
        Column("host_countries", joined("hosts__city__country")),
        Column("venue"),
        Column(
            "working_languages",
            joined("languages__language", Q(languages__use=EventLanguage.Use.WORKING)),
        ),
        Column(
            "interpretation_languages",
            joined("languages__language", Q(languages__use=EventLanguage.Use.INTERPRETATION)),
        ),
        Column("themes"),
        Column("free", "is_free"),
        Column("fee"),
        Column("currency"),
        Column("attendance"),
        Column("documents", joined("documents__slug")),
        Column("topics", joined("topics__slug")),
        Column("website"),
        Column("summary"),
        Column("text"),
        *SOURCE_COLUMNS,
        Column("note"),
        Column("uid"),
        LAST_UPDATED,
    ),
    Session: (
        Column("event", "event__name"),
        Column("event_slug", "event__slug"),
        Column("title"),
        Column("kind"),
        Column("track", "track__name"),
        Column("starts_at"),
        Column("ends_at"),
        Column("room"),
        Column("speakers", joined("speakers__name", ~Q(speakers__name=""))),
        Column("people", joined("speakers__person__name")),
        Column("summary"),
        LAST_UPDATED,
    ),
}
_PRIVATE = {Event: (Column("online_link"),)}

COLUMNS = {model: public_columns(model, kept) for model, kept in _KEPT.items()}
STAFF_COLUMNS = {
    model: staff_columns(model, (*kept, *_PRIVATE.get(model, ()))) for model, kept in _KEPT.items()
}
