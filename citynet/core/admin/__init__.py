"""The one admin base: who may see which rows, no lost changes, reasons, exports, and lists that stay fast.

A row belongs to networks by the admin's `network_path`. Who has the permission
`networks.edit_every_network` reaches the rows of all of them, everybody else those of the networks in
`user.edited_networks`; what they may do there is said by the ordinary permissions of the model. The same
rule stands behind lists, forms, history, menus, autocompletion, inlines, actions and exports, because all
of them start from `get_queryset` or ask `has_*_permission` with the row (TRAPS 11).

`scope` says which rows are whose, `forms` what a save refuses, `lists` how big lists are counted and
filtered; `records` has the bases that admins extend.
"""

from .forms import LockedForm
from .lists import COUNTED, CurrentFilter, DecadeFilter
from .records import (
    EVIDENCE,
    PERIOD,
    TEXTS,
    RecordAdmin,
    RecordInline,
    ScopedInline,
    ScopedModelAdmin,
)
from .scope import EVERY_NETWORK, Autocomplete, network_ids

__all__ = [
    "COUNTED",
    "EVERY_NETWORK",
    "EVIDENCE",
    "PERIOD",
    "TEXTS",
    "Autocomplete",
    "CurrentFilter",
    "DecadeFilter",
    "LockedForm",
    "RecordAdmin",
    "RecordInline",
    "ScopedInline",
    "ScopedModelAdmin",
    "network_ids",
]
