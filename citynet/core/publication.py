"""Whether the public may see a record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
