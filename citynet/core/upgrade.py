"""What an upgrade does with records that are older than the tables that this package keeps of them."""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from .models import SCHEDULE, Record, ScheduledChange, SearchEntry
from .search_index import rebuild


def take_in_records(using=DEFAULT_DB_ALIAS, plan=(), **kwargs):
    """Index the records for search, and note when they come and go, once the tables for it are made.

    Hears `post_migrate`: a migration itself has no models that say what they are found by.
    """
    is_new = any(migration.app_label == "core" and not is_backwards for migration, is_backwards in plan)
    if using != DEFAULT_DB_ALIAS or not is_new or waits_for_more():
        return
    note_schedules()
    if not SearchEntry.objects.exists():
        rebuild()


def waits_for_more():
    """Whether tables are still to be made or changed, so that models may ask for what is not there."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def note_schedules():
    """Keep the moments to come of all records, as every save does of its own."""
    for model in apps.get_models():
        if issubclass(model, Record):
            for name in SCHEDULE:
                later = model._base_manager.filter(**{f"{name}__gt": timezone.now()}).order_by()
                ScheduledChange.note(*later.values_list(name, flat=True).distinct())
