"""The columns in which pages and news leave; see networks/exports.py."""

from citynet.core.columns import LAST_UPDATED, public_columns, staff_columns
from citynet.core.export import Column, joined

from .models import News, Page

_KEPT = {
    Page: (
        Column("name"),
        Column("path"),
        Column("above", "parent__path"),
        Column("in_menu"),
        Column("summary"),
        Column("text"),
        Column("uid"),
        LAST_UPDATED,
    ),
    News: (
        Column("name"),
        Column("slug"),
        Column("date"),
        Column("networks", joined("networks__slug")),
        Column("cities", joined("cities__slug")),
        Column("groups", joined("bodies__slug")),
        Column("events", joined("events__slug")),
        Column("topics", joined("topics__slug")),
        Column("website"),
        Column("summary"),
        Column("text"),
        Column("uid"),
        LAST_UPDATED,
    ),
}

COLUMNS = {News: public_columns(News, _KEPT[News])}
STAFF_COLUMNS = {model: staff_columns(model, kept) for model, kept in _KEPT.items()}
