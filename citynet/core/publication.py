"""Whether the public may see a record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .dates import day_words


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


def published_q(prefix="", at=None):
    """Give the Q of "the public may see this at the moment `at`", for the record reached by `prefix`."""
    at = at or timezone.now()
    return (
        Q(**{f"{prefix}state": State.PUBLISHED})
        & (Q(**{f"{prefix}publish_at": None}) | Q(**{f"{prefix}publish_at__lte": at}))
        & (Q(**{f"{prefix}unpublish_at": None}) | Q(**{f"{prefix}unpublish_at__gt": at}))
    )


def moment_words(moment):
    """Give the day and the time of a moment, with its zone, as a sentence takes them: for `%(day)s at %(time)s`."""
    local = timezone.localtime(moment)
    return {"day": day_words(local), "time": date_format(local, "H:i T")}


def publication_words(record):
    """Say what a record's state and its schedule come to: “Appears on 24 November 2026 at 09:00 UTC.”"""
    now, start, end = timezone.now(), record.publish_at, record.unpublish_at
    if record.state != State.PUBLISHED:
        state = {"state": record.get_state_display()}
        if start and start > now:
            said = gettext(
                "Not public. It will not appear on %(day)s at %(time)s, as its state is “%(state)s”."
            )
            return said % {**state, **moment_words(start)}
        return gettext("Not public. Its state is “%(state)s”.") % state
    if end and end <= now:
        return gettext("No longer public since %(day)s at %(time)s.") % moment_words(end)
    if start and start > now:
        said = gettext("Appears on %(day)s at %(time)s.") % moment_words(start)
    else:
        said = gettext("Public.")
    if end:
        ends = gettext("Disappears on %(day)s at %(time)s.") % moment_words(end)
        said = f"{said} {ends}"
    return said
