"""What uses an image or a file: rich texts by its identifier, and records that have it as their own.

The rows of `MediaUse` follow every change that search follows (`core.search_index`): saves, bulk changes and
deletions of records with a `RichTextField`, in the same transaction. What goes round these (a cascade, raw SQL)
may leave rows of records that are gone; who asks what uses something takes them away.
"""

import re
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.db.models import Exists, OuterRef

from citynet.core.rich_text import RichTextField
from citynet.core.search_index import batches

from .models import File, Image, MediaUse

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NAMED = re.compile(rf'<(?:img|a)\b[^>]*\sdata-media="({UID})"', re.IGNORECASE)  # as `clean_rich_text` writes
SHOWN = 50  # uses that a page of the admin names


class Uses(NamedTuple):
    """The records that use something, SHOWN of them at most, and whether there are more."""

    records: list
    has_more: bool


@cache
def rich_fields(model):
    """Give the names of a model's fields with rich text, those of its translations included."""
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, RichTextField)]


def named_in(*texts):
    """Give the identifiers of the images and files that these texts name."""
    return {uid.lower() for text in texts if text for uid in NAMED.findall(text)}


def follow_texts(model, pks):
    """Bring the uses of these records' texts in step; records that are gone use nothing.

    Two statements for each BATCH of records that name nothing.
    """
    if rich_fields(model):
        for some in batches(pks):
            follow_batch(model, some)


def follow_batch(model, pks):
    kind = model._meta.label_lower
    rows = model._base_manager.filter(pk__in=pks).order_by().values_list("pk", *rich_fields(model))
    named = {pk: uids for pk, *texts in rows if (uids := named_in(*texts))}
    wanted = set()
    if every := set().union(*named.values()):
        for name, media in (("image_id", Image), ("file_id", File)):
            found = media._base_manager.filter(uid__in=every).values_list("uid", "pk")
            keys = {str(uid): key for uid, key in found}
            wanted |= {(pk, name, keys[uid]) for pk, uids in named.items() for uid in uids & keys.keys()}
    uses = MediaUse.objects.filter(kind=kind, object_id__in=pks)
    present = {
        (use.object_id, "image_id" if use.image_id else "file_id", use.image_id or use.file_id): use.pk
        for use in uses
    }
    if gone := [pk for use, pk in present.items() if use not in wanted]:
        MediaUse.objects.filter(pk__in=gone).delete()
    if new := sorted(wanted - present.keys()):
        MediaUse.objects.bulk_create(
            [MediaUse(kind=kind, object_id=pk, **{name: key}) for pk, name, key in new], ignore_conflicts=True
        )


def owning(model):
    """Give (model, field name) of all that have an image or a file as their own, such as a lead image."""
    return [
        (link.related_model, link.field.name)
        for link in model._meta.related_objects
        if link.related_model is not MediaUse and not link.related_model.__name__.startswith("Historical")
    ]


def used_q(model):
    """Give the condition that anything uses an image or a file: a subquery for each way to do so."""
    found = Exists(MediaUse.objects.filter(**{model._meta.model_name: OuterRef("pk")}))
    for owner, name in owning(model):
        found |= Exists(owner._base_manager.filter(**{name: OuterRef("pk")}))
    return found


def uses_of(media):
    """Give the Uses of an image or a file, by name. A statement for each kind of record that there is."""
    keys = {}
    for use in media.uses.order_by("kind", "object_id")[: SHOWN + 1]:
        keys.setdefault(use.kind, []).append(use.object_id)
    records = {}
    for kind, pks in keys.items():
        model = apps.get_model(kind)
        rows = model._base_manager.in_bulk(pks)
        records |= {(kind, pk): row for pk, row in rows.items()}
        if gone := set(pks) - rows.keys():
            MediaUse.objects.filter(kind=kind, object_id__in=gone).delete()
    for owner, name in owning(type(media)):
        rows = owner._base_manager.filter(**{name: media}).order_by("pk")[: SHOWN + 1]
        records |= {(owner._meta.label_lower, row.pk): row for row in rows}
    ordered = sorted(records.values(), key=lambda row: (row._meta.label_lower, str(row), row.pk))
    return Uses(ordered[:SHOWN], len(ordered) > SHOWN)
