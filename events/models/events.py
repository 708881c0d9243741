"""Series such as annual conferences, and the events in them (schema.org Event)."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from timezone_field import TimeZoneField

from citynet.core.collation import BY_NAME, indexes_by_name
from citynet.core.dates import FIRST_DAY
from citynet.core.fields import validate_language
from citynet.core.models import (
    DATES_IN_ORDER,
    Dated,
    DatedQuerySet,
    Entity,
    EntityQuerySet,
    SearchPart,
    published_q,
)
from networks.models import Body, Cited, City, Currency, Document, Network, Topic


class Kind(models.TextChoices):
    ANNUAL_CONFERENCE = "annual_conference", _("annual conference")
    CONFERENCE = "conference", _("conference")
    CONGRESS = "congress", _("congress")
    SUMMIT = "summit", _("summit")
    ASSEMBLY = "assembly", _("general assembly")
    FORUM_MEETING = "forum_meeting", _("forum meeting")
    WORKING_GROUP_MEETING = "working_group_meeting", _("working group meeting")
    MEETING = "meeting", _("meeting")
    WORKSHOP = "workshop", _("workshop")
    WEBINAR = "webinar", _("webinar")
    CEREMONY = "ceremony", _("ceremony")
    SIGNING = "signing", _("signing")
    ANNOUNCEMENT = "announcement", _("announcement")
    OTHER = "other", _("other event")


class Series(Cited, Entity):
    """Events that return, such as an annual conference or the meetings of a forum."""

    translated = ("name", "summary", "text")

    kind = models.CharField(_("kind"), max_length=21, choices=Kind)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="series", verbose_name=_("network")
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=pgettext_lazy("of a network", "group"),
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))

    class Meta(Entity.Meta):
        verbose_name = pgettext_lazy("one", "series of events")
        verbose_name_plural = _("series of events")
        ordering = ["name", "id"]


# RFC 5545 §3.8.7.4: a calendar that knows an event takes a change of it only with a greater SEQUENCE. It
# grows with every save of these, and of host cities; more often than needed does no harm, too seldom would.
REVISED_BY = ("start", "end", "start_time", "end_time", "timezone", "venue", "mode", "status")

RESERVED_SLUGS = ("agenda", "calendar", "suggest")  # the pages beside those of events


class EventQuerySet(DatedQuerySet, EntityQuerySet):
    def upcoming(self, today=None):
        """Events that are on or may still come, soonest first by their own order; dateless ones are not."""
        return self.filter(end_latest__gte=today or timezone.localdate())

    def past(self, today=None):
        """Events that may be over, dateless past ones included."""
        return self.filter(end_latest__lt=today or timezone.localdate())

    def undated(self):
        """Events of which nobody knows when they began, or only by when."""
        return self.filter(start_earliest=FIRST_DAY)

    def dated(self):
        """Events that can be put in order of time; mirrors `undated`."""
        return self.filter(start_earliest__gt=FIRST_DAY)

    def with_exact_days(self):
        """Events whose first and last day are known, so that a calendar can show them."""
        return self.exclude(start="").filter(start_latest=F("start_earliest"), end_latest=F("end_earliest"))

    def without_exact_days(self):
        """The others, dateless ones included, which a calendar file cannot hold."""
        inexact = Q(start="") | Q(start_latest__gt=F("start_earliest")) | Q(end_latest__gt=F("end_earliest"))
        return self.filter(inexact)

    def with_public_hosts(self):
        """Give each event its `public_hosts`, with their cities; one statement more."""
        hosts = EventHost.objects.filter(published_q("city__")).select_related("city")
        return self.prefetch_related(Prefetch("hosts", queryset=hosts, to_attr="public_hosts"))

    def revise(self):
        """Tell calendars that something about the events changed that they show."""
        return super().update(sequence=F("sequence") + 1, updated_at=timezone.now())

    def update(self, **kwargs):
        if set(REVISED_BY) & kwargs.keys():
            kwargs.setdefault("sequence", F("sequence") + 1)
        return super().update(**kwargs)

    update.alters_data = revise.alters_data = True


class Event(Cited, Entity, Dated):
    """A conference, meeting or ceremony. Without an end it ends with its start; without a start it has no date."""

    translated = ("name", "summary", "text")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("hybrid")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        POSTPONED = "postponed", _("postponed")
        MOVED_ONLINE = "moved_online", _("moved online")
        CANCELLED = "cancelled", _("cancelled")

    search_related = (
        "series",
        "networks",
        "body",
        "cities",
        "topics",
        "sessions",
        "sessions__speakers",
        "sessions__speakers__person",
    )
    search_prominence = 40

    kind = models.CharField(_("kind"), max_length=21, choices=Kind)
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("series"),
    )
    networks = models.ManyToManyField(Network, related_name="events", verbose_name=_("networks"))
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=pgettext_lazy("of a network", "group"),
    )
    super_event = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sub_events",
        verbose_name=_("part of"),
        help_text=_("The conference in which this assembly or meeting is held."),
    )
    cities = models.ManyToManyField(
        City, through="EventHost", related_name="events", verbose_name=_("host cities")
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    start_time = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty for whole days."))
    end_time = models.TimeField(_("until"), null=True, blank=True)
    timezone = TimeZoneField(
        _("time zone"), blank=True, default="", help_text=_("The host's, such as Europe/Rome.")
    )
    mode = models.CharField(_("mode"), max_length=9, choices=Mode, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SCHEDULED)
    themes = models.TextField(_("themes"), blank=True, help_text=_("One a line."))
    is_free = models.BooleanField(
        _("free of charge"),
        null=True,
        blank=True,
        choices=[(None, _("not known")), (True, _("free")), (False, _("with a fee"))],
    )
    fee = models.DecimalField(_("fee"), max_digits=9, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, blank=True)
    online_link = models.URLField(
        _("online link"), blank=True, help_text=_("Never public: shown to registered participants only.")
    )
    attendance = models.PositiveIntegerField(_("attendance"), null=True, blank=True)
    documents = models.ManyToManyField(
        Document, blank=True, related_name="events", verbose_name=_("documents")
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="events", verbose_name=_("topics"))
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    sequence = models.PositiveIntegerField(_("revision"), default=0, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-start_earliest", "name", "id"]
        constraints = [
            DATES_IN_ORDER,
            models.CheckConstraint(
                condition=Q(start_time=None) | ~Q(timezone=""),
                name="event_time_needs_zone",
                violation_error_message=_("Choose the time zone in which the times are meant."),
            ),
            models.CheckConstraint(
                condition=Q(end="") | ~Q(start=""),
                name="event_end_needs_start",
                violation_error_message=_("Give the start too, or leave both empty."),
            ),
            models.CheckConstraint(
                condition=Q(end_time=None) | Q(start_time__isnull=False),
                name="event_end_time_needs_start_time",
                violation_error_message=_("Give the time of the start too, or leave both empty."),
            ),
            models.CheckConstraint(
                condition=Q(super_event=None) | ~Q(super_event=F("id")),
                name="event_not_part_of_itself",
                violation_error_message=_("An event is not part of itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["-start_earliest", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["end_latest", "start_earliest", "id"]),
            models.Index(fields=["kind", "-start_earliest", "id"]),
            models.Index(fields=["series", "-start_earliest", "id"]),
            models.Index(*BY_NAME, name="event_by_name"),
            *indexes_by_name("event_by_name"),
        ]

    def save(self, *args, update_fields=None, **kwargs):
        """Save, and count a revision if something changed that calendars show (REVISED_BY)."""
        saved = REVISED_BY if update_fields is None else set(REVISED_BY) & set(update_fields)
        with transaction.atomic():
            before = None
            if self.pk and saved:
                # The stored number counts: another save, or a host city, may have been faster than this copy.
                rows = type(self)._base_manager.filter(pk=self.pk).select_for_update()
                before = rows.values("sequence", *saved).first()
            if before:
                self.sequence = before.pop("sequence")
                now = {name: self._meta.get_field(name).to_python(getattr(self, name)) for name in saved}
                if before != now:
                    self.sequence += 1
                    update_fields = update_fields and {*update_fields, "sequence"}
            super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("events:event_detail", args=[self.slug])

    def search_words(self):
        return [self.period_words(), self.venue, *super().search_words(), self.themes]

    def date_bounds(self, name):
        if not self.start:
            return FIRST_DAY, FIRST_DAY
        date = self.end or self.start if name == "end" else self.start
        return date.earliest, date.latest

    def clean(self):
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError(
                {"slug": _("“%s” is the address of another page. Add a year or a place to it.") % self.slug}
            )
        if self.end and not self.start:
            raise ValidationError({"start": _("Give the start too, or leave both empty.")})
        if self.end_time and not self.start_time:
            raise ValidationError({"start_time": _("Give the time from which it lasts too.")})
        if self.start_time and not self.timezone:
            raise ValidationError({"timezone": _("Choose the time zone in which the times are meant.")})
        if self.start_time and (self.start.precision != "day" or (self.end and self.end.precision != "day")):
            raise ValidationError({"start_time": _("A time of day needs an exact day.")})
        if (
            self.start_time
            and self.end_time
            and self.end_time < self.start_time
            and self.start_earliest == self.end_latest
        ):
            raise ValidationError(
                {"end_time": _("The event ends before it starts. Correct one of the two times.")}
            )
        if self.super_event_id and self.super_event_id == self.pk:
            raise ValidationError({"super_event": _("An event is not part of itself.")})
        if self.body_id and self.series_id and self.series.body_id and self.series.body_id != self.body_id:
            raise ValidationError({"series": _("This series belongs to another group.")})

    def period_words(self):
        """The dates in words: `3 April 2019 – 5 April 2019`."""
        return " – ".join(date.words() for date in dict.fromkeys((self.start, self.end)) if date)

    def theme_list(self):
        """The themes, one a line of the field."""
        return [line.strip() for line in self.themes.splitlines() if line.strip()]

    @property
    def is_undated(self):
        """Whether its date is not known at all."""
        return not self.start

    @property
    def has_exact_days(self):
        """Whether its first and last day are known; mirrors `EventQuerySet.with_exact_days`."""
        return self.start.precision == "day" and (not self.end or self.end.precision == "day")

    @property
    def is_over(self):
        """Whether it lies wholly in the past; a dateless event counts as past."""
        return self.end_latest < timezone.localdate()


class EventHostQuerySet(models.QuerySet):
    """Host cities. Whatever changes them revises their events, `event.cities.set()` included."""

    def revise_events(self, keys):
        """Tell calendars that the place of the events changed, so many at a time as a statement may name."""
        keys = sorted(keys)
        for first in range(0, len(keys), 500):
            Event.objects.filter(pk__in=keys[first : first + 500]).revise()

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *args, **kwargs)
            self.revise_events({host.event_id for host in objs})
        return created

    def update(self, **kwargs):
        with transaction.atomic():
            before = dict(self.order_by().values_list("pk", "event"))
            number = super().update(**kwargs)
            after = self.model.objects.filter(pk__in=before).values_list("event", flat=True)
            self.revise_events({*before.values(), *after})
        return number

    def delete(self):
        with transaction.atomic():
            events = set(self.order_by().values_list("event", flat=True))
            deleted = super().delete()
            self.revise_events(events)
        return deleted

    update.alters_data = delete.alters_data = True
    delete.queryset_only = True


class EventHost(SearchPart):
    """A city that hosts an event, in the order in which the hosts are named."""

    search_part_of = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="hosts", verbose_name=_("event"))
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="hostings", verbose_name=_("city"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = EventHostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host city")
        verbose_name_plural = _("host cities")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "city"],
                name="eventhost_once",
                violation_error_message=_("This city is listed as a host already."),
            )
        ]

    def __str__(self):
        return str(self.city)

    def save(self, *args, **kwargs):
        with transaction.atomic():
            events = {self.event_id, *EventHost.objects.filter(pk=self.pk).values_list("event", flat=True)}
            super().save(*args, **kwargs)
            EventHost.objects.revise_events(events)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            EventHost.objects.revise_events([self.event_id])
        return deleted


class EventLanguage(models.Model):
    """A language of an event: spoken there, or interpreted into."""

    class Use(models.TextChoices):
        WORKING = "working", _("working language")
        INTERPRETATION = "interpretation", _("interpretation")

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="languages", verbose_name=_("event")
    )
    language = models.CharField(
        _("language"), max_length=8, validators=[validate_language], help_text=_("ISO 639: en, it, el…")
    )
    use = models.CharField(_("use"), max_length=14, choices=Use, default=Use.WORKING)

    class Meta:
        verbose_name = _("language of an event")
        verbose_name_plural = _("languages of events")
        ordering = ["-use", "language"]
        indexes = [models.Index(fields=["language", "event"])]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language", "use"],
                name="eventlanguage_once",
                violation_error_message=_("This language is listed already."),
            )
        ]

    def __str__(self):
        return f"{self.language} ({self.get_use_display()})"
