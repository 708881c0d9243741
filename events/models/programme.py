"""The programme of an event: tracks, sessions and speakers."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from citynet.core.models import Record, RecordQuerySet, SearchPart
from networks.models import City, Organisation, Person

from .events import Event


class Track(models.Model):
    """One of several strands that run side by side."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tracks", verbose_name=_("event"))
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["position", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "name"],
                name="track_once",
                violation_error_message=_("This track exists already."),
            )
        ]

    def __str__(self):
        return self.name


class Session(Record):
    """A part of an event's programme. Without times it is known only to have been held."""

    search_part_of = ("event",)
    search_text_name = "title"

    class Kind(models.TextChoices):
        PLENARY = "plenary", _("plenary")
        DEEP_DIVE = "deep_dive", _("deep dive")
        WORKSHOP = "workshop", _("workshop")
        SITE_VISIT = "site_visit", _("site visit")
        ASSEMBLY = "assembly", _("assembly")
        OTHER = "other", _("session")

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("event")
    )
    track = models.ForeignKey(
        Track,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("track"),
    )
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    summary = models.TextField(_("summary"), blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "position", "id"]
        indexes = [models.Index(fields=["event", "starts_at", "position"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at__isnull=False, ends_at__gte=F("starts_at")),
                name="session_times_in_order",
                violation_error_message=_("The session ends before it starts. Correct one of the two times."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.track_id and self.track.event_id != self.event_id:
            raise ValidationError({"track": _("This track belongs to another event.")})
        # An event that is added along with its sessions, on one page, has no key yet.
        event = self.event if self.event_id or Session.event.is_cached(self) else None
        if not event or not event.start:
            return
        event.set_bounds()
        # A session may run past midnight of the last day.
        for name, days_after in (("starts_at", 0), ("ends_at", 1)):
            moment = getattr(self, name)
            if moment and not self.lies_within(event, moment, days_after):
                raise ValidationError({name: _("That lies outside the event: %s.") % event.period_words()})

    @staticmethod
    def lies_within(event, moment, days_after):
        """Whether the moment's day, where the event is, is one of the event's or so many days after."""
        try:
            day = moment.astimezone(event.timezone or zoneinfo.ZoneInfo("UTC")).date()
        except OverflowError:  # in the first or last hours of the calendar
            return False
        return event.start_earliest <= day and (day - event.end_latest).days <= days_after


class Speaker(SearchPart):
    """Somebody who speaks, moderates or reports in a session."""

    search_part_of = ("session",)
    search_text_name = "name"

    class Part(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        RAPPORTEUR = "rapporteur", _("rapporteur")

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("session")
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("Public. May stay empty when you choose a person in office."),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="talks",
        verbose_name=_("person in office"),
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="speakers", verbose_name=_("city")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speakers",
        verbose_name=_("organisation"),
    )
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.SPEAKER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | Q(person__isnull=False),
                name="speaker_named",
                violation_error_message=_("Write the speaker's name, or choose a person in office."),
            )
        ]

    def __str__(self):
        return self.name or str(self.person)
