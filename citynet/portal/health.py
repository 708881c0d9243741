"""Two addresses for machines that watch the site; a probe sends a Host that ALLOWED_HOSTS names.

Both take GET and HEAD without a login, over HTTP even where pages redirect to HTTPS (a probe inside the
network speaks no TLS), use no session, are never stored, and say nothing that a stranger could use.
"""

from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@cache_control(no_store=True)
@require_safe
def healthz(request):
    """Say that this process answers; restart it if it does not. Touches no database."""
    return JsonResponse({"status": "ok"})


@cache_control(no_store=True)
@require_safe
def readyz(request):
    """Say whether pages can be served: 200, or 503 with a reason. Send visitors elsewhere meanwhile.

    Ready means that the database answers and has every migration of this code; one with newer
    migrations too is ready, as it is while a new version is rolled out.
    """
    try:
        missing = count_unapplied_migrations()
    except Error:
        return not_ready("The database does not answer.")
    if missing:
        return not_ready(f"Migrations not applied: {missing}.")
    return JsonResponse({"status": "ready"})


def not_ready(reason):
    return JsonResponse({"status": "not ready", "reason": reason}, status=503)


@cache
def migrations_of_the_code():
    """Give the migrations on disk by (app, name): read once, since code does not change under a process."""
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations


def count_unapplied_migrations():
    """Count them in two SQL statements. Raises django.db.Error if the database does not answer."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return sum(
        key not in applied and not (migration.replaces and applied >= set(migration.replaces))
        for key, migration in migrations_of_the_code().items()
    )
