"""What every record of citynet shares: publication, history, stamps, and periods with partial ends."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .caching import DataVersion, ScheduledChange, unseen
from .dates import FIRST_DAY, LAST_DAY, PartialDate, period_of
from .fields import BoundField, FoldedTextField, PartialDateField
from .publication import State, publication_words, published_q
from .search_index import SearchEntry, SearchWord, fold_names, in_step
from .text import fold
from .translated import (
    OTHERS,
    SortTextField,
    TranslatableCharField,
    TranslatableTextField,
    attribute_of,
    every_language,
    get_language,
    is_translated,
)

__all__ = [
    "DATES_IN_ORDER",
    "NOT_PART_OF_ITSELF",
    "DataVersion",
    "Dated",
    "DatedQuerySet",
    "Entity",
    "EntityQuerySet",
    "Identified",
    "Record",
    "RecordQuerySet",
    "ScheduledChange",
    "SearchEntry",
    "SearchPart",
    "SearchWord",
    "State",
    "holding_on",
    "published_q",
]


SCHEDULE = ("publish_at", "unpublish_at")


def names_written(model):
    """Give the fields whose change changes the folded text of a model's names."""
    sources = getattr(model, "search_sources", ())
    translated = [name for name in sources if is_translated(model, name)]
    return {*sources, *(attribute_of(name, language) for name in translated for language in OTHERS)}


class SearchedQuerySet(models.QuerySet):
    """Rows whose bulk changes search hears of; see `core.search_index`."""

    def bulk_create(self, objs, *args, **kwargs):
        with in_step(self.model) as pks:
            rows = super().bulk_create(objs, *args, **kwargs)
            pks.update(row.pk for row in rows if row.pk)
        return rows

    def update(self, **kwargs):
        """Change rows at once, and the folded text of their names with them."""
        with in_step(self.model, self) as pks:
            number = super().update(**kwargs)
            if kwargs.keys() & names_written(self.model):
                fold_names(self.model, pks)
        return number

    update.alters_data = True

    def delete(self):
        with in_step(self.model, self, is_deletion=True):
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class Searched(models.Model):
    """What search hears of when it is saved or deleted."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with in_step(type(self), [self.pk]) as pks:
            super().save(*args, **kwargs)
            pks.add(self.pk)

    def delete(self, *args, **kwargs):
        with in_step(type(self), [self.pk], is_deletion=True):
            return super().delete(*args, **kwargs)

    delete.alters_data = True


class SearchPart(Searched):
    """A part of a record, such as a further name, that the record is found by: `search_part_of` names it."""

    objects = SearchedQuerySet.as_manager()

    class Meta:
        abstract = True


class RecordQuerySet(SearchedQuerySet):
    """Rows with a publication state."""

    def update(self, **kwargs):
        ScheduledChange.note(*(kwargs.get(name) for name in SCHEDULE))
        return super().update(**kwargs)

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)  # an iterator has its rows once only
        ScheduledChange.note(*(getattr(row, name) for row in objs for name in SCHEDULE))
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs = list(objs)  # an iterator has its rows once only
        ScheduledChange.note(*(getattr(row, name) for row in objs for name in SCHEDULE))
        return super().bulk_update(objs, fields, *args, **kwargs)

    bulk_update.alters_data = True

    def published(self, at=None):
        """Rows that the public may see, at the moment `at` (now)."""
        return self.filter(published_q(at=at))


class History(HistoricalRecords):
    """Versions of a row, with its texts in every language (`core.translated`), without what only sorts them."""

    def fields_included(self, model):
        return [field for field in super().fields_included(model) if not isinstance(field, SortTextField)]


class Record(Searched):
    """Anything that staff keep and the public may see: with a state, stamps and a history."""

    search_part_of = ()

    state = models.CharField(
        _("state"),
        max_length=9,
        choices=State.choices,
        default=State.DRAFT,
        help_text=_("Only published records are public."),
    )
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Once published, hidden until then.")
    )
    unpublish_at = models.DateTimeField(
        _("unpublish at"), null=True, blank=True, help_text=_("Hidden again from then on.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last updated"), auto_now=True)
    history = History(inherit=True, user_model=settings.AUTH_USER_MODEL)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "export")

    def save(self, *args, **kwargs):
        ScheduledChange.note(*(getattr(self, name) for name in SCHEDULE))
        with unseen(not self.is_or_was_public()):
            super().save(*args, **kwargs)

    def is_or_was_public(self):
        """Whether a save changes what the public sees. A statement for what is not published (any longer)."""
        if self.state == State.PUBLISHED:
            return True
        return bool(self.pk) and type(self)._base_manager.filter(pk=self.pk, state=State.PUBLISHED).exists()

    @property
    def is_published(self):
        """Whether the public may see this record now; mirrors `RecordQuerySet.published`."""
        now = timezone.now()
        return (
            self.state == State.PUBLISHED
            and (self.publish_at is None or self.publish_at <= now)
            and (self.unpublish_at is None or self.unpublish_at > now)
        )

    def publication_words(self):
        """Say in words whether the public sees it, since when or from when, and until when."""
        return publication_words(self)


class Identified(models.Model):
    """What can be named for good: its identifier stays when its name and its address change.

    `/id/<uid>/` leads to its page, wherever that is by then (`citynet.core.identity`). `address_field` alone
    decides the page's address.
    """

    address_field = "slug"

    uid = models.UUIDField(_("permanent identifier"), default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class EntityQuerySet(RecordQuerySet):
    """Rows with a name and a page of their own."""

    def matching(self, words):
        """Rows whose names contain every one of the words, accents and case aside; reads each row's text."""
        rows = self
        for word in fold(words).split():
            rows = rows.filter(search_text__contains=word)
        return rows


class Entity(Identified, Record):
    """A thing with a name, a page of its own and an address that does not change."""

    # What it is found by; `core.search_index` says how.
    search_sources = ("name",)
    search_names = ()
    search_related = ()
    search_parents = ()
    search_prominence = 50  # from 0 to 100: of two that fit a search equally well, which stands first

    translated = ()  # which of its texts are kept in every language; `core.translated` says how
    proper_names = ()  # which of those are in no language where they are not translated: Ghent

    name = TranslatableCharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=100,
        unique=True,
        help_text=_("The last part of the page's address. Keep it once published: others link to it."),
        error_messages={"unique": _("Another page has this address. Add a year or a place to yours.")},
    )
    summary = TranslatableTextField(
        _("summary"), blank=True, max_length=500, help_text=_("One or two sentences.")
    )
    text = TranslatableTextField(
        _("text"), blank=True, help_text=_("Plain paragraphs; an empty line between two.")
    )
    website = models.URLField(_("website"), blank=True)
    search_text = FoldedTextField()

    objects = EntityQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    def __str__(self):
        return self.name

    def search_words(self):
        """Give texts of its own, beside its names, that it is found by: what it is, and what it says."""
        kind = self.get_kind_display() if hasattr(self, "get_kind_display") else ""
        summaries, texts = every_language(self, "summary"), every_language(self, "text")
        text_words = getattr(self._meta.get_field("text"), "words", str)  # of rich text, without its marks
        names = self._meta.verbose_name, self._meta.verbose_name_plural
        return [*names, kind, *summaries, *map(text_words, texts)]

    @property
    def sort_text(self):
        """The folded name by which rows are sorted in Python, as `BY_NAME` sorts them in the active language."""
        return getattr(self, attribute_of("sort_text", get_language()), None) or self.search_text


def holding_on(day, path="", within=()):
    """Give the condition that the dated row at the path may hold on the day; mirrors `Dated.may_hold_on`.

    `within` are the paths from there to what it cannot outlast.
    """
    earliest, latest = period_of(day)
    path = f"{path}__" if path else ""
    ways = (path, *(f"{path}{name}__" for name in within))
    return Q(**{f"{way}start_earliest__lte": latest for way in ways}) & Q(
        **{f"{way}end_latest__gte": earliest for way in ways}
    )


class DatedQuerySet(models.QuerySet):
    """Rows with a period. `day` is a date, a PartialDate, or its text such as "1995" or "1995-06-01".

    `update()` keeps no days in step: save rows that change their dates.
    """

    def on(self, day):
        """Rows that may hold on the day, or at some time in the month, year or decade.

        None outside the life of what they hold `within`, each of which costs a join.
        """
        return self.filter(holding_on(day, within=self.model.within))

    def surely_in(self, day):
        """Rows that hold on the day, or at some time in the period, whatever their dates turn out to be.

        What they hold `within` has not ended before, at a join each; that it had begun, they show themselves.
        """
        earliest, latest = period_of(day)
        rows = self.filter(start_latest__lte=latest, end_earliest__gte=earliest)
        return rows.filter(**{f"{name}__end_earliest__gte": earliest for name in self.model.within})

    def current(self, today=None):
        """Rows that may hold today."""
        return self.on(today or timezone.localdate())

    def update(self, **kwargs):
        """Refuse to change dates without their days."""
        if {"start", "end", "confirmed_on"} & kwargs.keys() and not self.query.is_sliced:
            raise TypeError("update() cannot keep the earliest and latest days in step: save() each row.")
        return super().update(**kwargs)

    update.alters_data = True


DATES_IN_ORDER = CheckConstraint(
    condition=Q(end_latest__gte=F("start_earliest")),
    name="%(app_label)s_%(class)s_dates_in_order",
    violation_error_message=_("The end lies before the start. Correct one of the two dates."),
)


NOT_PART_OF_ITSELF = CheckConstraint(
    condition=Q(parent=None) | ~Q(parent=F("id")),
    name="%(app_label)s_%(class)s_not_part_of_itself",
    violation_error_message=_("This cannot be a part of itself: choose another one."),
)


class Dated(models.Model):
    """Something that holds from a start to an end, either of which may be known only in part.

    It *may hold* on a day when start_earliest ≤ day ≤ end_latest, and *surely holds* when
    start_latest ≤ day ≤ end_earliest. Three ends differ: empty is ongoing, a date is a date, and
    "unknown" (`[..2021-09-27]`) is ended by that day, date unknown. `within` names the foreign keys to dated
    things outside whose own life it cannot hold, such as a membership's network.
    """

    within = ()

    start = PartialDateField(_("start"))
    start_earliest = BoundField("start", "earliest")
    start_latest = BoundField("start", "latest")
    end = PartialDateField(
        _("end"),
        help_text=_(
            "Empty while it lasts. “unknown” when it has ended and nobody knows when; else 2014, June 2014…"
        ),
    )
    end_earliest = BoundField("end", "earliest")
    end_latest = BoundField("end", "latest")
    confirmed_on = models.DateField(
        _("last confirmed on"), null=True, blank=True, help_text=_("The day on which a source last said so.")
    )

    class Meta:
        abstract = True

    def date_bounds(self, name):
        """Give (earliest, latest) possible day of "start" or "end".

        A fact that goes on and was confirmed on a day had started by then.
        """
        date = getattr(self, name)
        if name == "start":
            earliest, latest = date.earliest, date.latest
            if self.confirmed_on and not self.end and earliest <= self.confirmed_on:
                latest = min(latest, self.confirmed_on)
            return earliest, latest
        return (date.earliest, date.latest) if date else (LAST_DAY, LAST_DAY)

    def set_bounds(self):
        """Bring the four days in step with the two dates, as every save does."""
        self.start_earliest, self.start_latest = self.date_bounds("start")
        self.end_earliest, self.end_latest = self.date_bounds("end")

    def clean(self):
        super().clean()
        if not (isinstance(self.start, PartialDate) and isinstance(self.end, PartialDate)):
            return  # said by the field already
        self.set_bounds()
        if self.end_latest < self.start_earliest:
            raise ValidationError({"end": DATES_IN_ORDER.violation_error_message})

    def may_hold_on(self, day):
        """Whether it may hold on the day, or at some time in the period; mirrors `on`."""
        earliest, latest = period_of(day)
        return all(row.start_earliest <= latest and row.end_latest >= earliest for row in self.bounding())

    def surely_held_in(self, day):
        """Whether it holds on the day, or at some time in the period, for certain; mirrors `surely_in`.

        A fact that began on 1 June 1995 surely held at some time in 1995; one that began in the nineties may
        not have. That a network had begun is shown by its member; that it had not ended is not.
        """
        earliest, latest = period_of(day)
        return self.start_latest <= latest and all(row.end_earliest >= earliest for row in self.bounding())

    def bounding(self):
        """Give itself and all that it can only hold `within`; costs a statement each unless joined."""
        return [self, *(getattr(self, name) for name in self.within)]

    def doubts(self, day):
        """Give what leaves open whether it held on the day: [(row, "start" or "end")], empty when sure.

        That nothing is known of a network's start says nothing of its member's.
        """
        earliest, latest = period_of(day)
        doubts = []
        for row in self.bounding():
            if self.start_latest > latest and row.start_latest > latest and (row is self or row.start):
                doubts.append((row, "start"))
            if row.end_earliest < earliest:
                doubts.append((row, "end"))
        return doubts

    @property
    def is_current(self):
        """Whether it may hold today."""
        return self.may_hold_on(timezone.localdate())

    @property
    def is_undated(self):
        """Whether nothing is known of its start."""
        return self.start_earliest == FIRST_DAY
