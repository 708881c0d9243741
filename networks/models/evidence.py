"""Who says so: sources, and the figures that they state."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from citynet.core.fields import BoundField, FoldedTextField, PartialDateField
from citynet.core.models import (
    Dated,
    DatedQuerySet,
    EntityQuerySet,
    Identified,
    Record,
    RecordQuerySet,
    State,
    published_q,
)


class Source(Identified, Record):
    """A page, report or file that states facts."""

    search_sources = ("publisher", "title", "url")

    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=300, blank=True)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    url = models.URLField(_("link"), blank=True, max_length=500)
    published_on = PartialDateField(_("published or updated on"))
    published_on_earliest = BoundField("published_on", "earliest")
    published_on_latest = BoundField("published_on", "latest")
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    search_text = FoldedTextField()

    objects = EntityQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "title", "id"]

    def __str__(self):
        return f"{self.publisher}: {self.title}" if self.title else self.publisher

    def get_absolute_url(self):
        return reverse("networks:source_detail", args=[self.slug])

    @property
    def name(self):
        """What the page is called, as an Entity's is."""
        return str(self)

    def date_bounds(self, name):
        return self.published_on.earliest, self.published_on.latest


class FactQuerySet(DatedQuerySet, RecordQuerySet):
    """Dated facts; published ones stand between published parties too (see each model)."""

    def overlapping(self, fact):
        """Other facts that share a day with this one, whatever its and their partial dates turn out to be.

        None ends before it may have begun: "2014 until some day by 2021" covers a part of 2014 at least.
        The very same dates are the same fact twice, although 1991 might twice be another part of that year.
        """
        begun = min(fact.start_latest, fact.end_latest)
        lasting = max(fact.start_earliest, fact.end_earliest)
        overlap = (Q(start_earliest__gte=begun) | Q(end_earliest__gte=begun)) & (
            Q(start_latest__lte=lasting) | Q(end_latest__lte=lasting)
        )
        return self.filter(overlap | Q(start=fact.start, end=fact.end)).exclude(pk=fact.pk)


class Cited(models.Model):
    """What can cite a source."""

    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("source"),
        related_name="%(class)s_set",
    )

    class Meta:
        abstract = True


class Sourced(Cited, Record):
    """A statement that can cite its source. Public as soon as it is saved, unless it is set to draft."""

    state = models.CharField(
        _("state"),
        max_length=9,
        choices=State.choices,
        default=State.PUBLISHED,
        help_text=_("Only published records are public."),
    )
    quote = models.TextField(
        _("quote"), blank=True, help_text=_("The source's own words, where you may quote them.")
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public; shown beside the fact."))

    class Meta(Record.Meta):
        abstract = True

    def validate_constraints(self, exclude=None):
        """Leave out what is added along with this row, on one page: it has no key to compare yet."""
        unsaved = {
            field.name
            for field in self._meta.concrete_fields
            if field.is_relation and field.is_cached(self) and getattr(self, field.name) is not None
            if getattr(self, field.attname) is None
        }
        super().validate_constraints(exclude={*(exclude or ()), *unsaved})


class Fact(Sourced, Dated):
    """A dated statement with its source."""

    objects = FactQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    def overlaps(self, fact):
        """Whether the two share a day, whatever their partial dates turn out to be; mirrors `overlapping`."""
        if (self.start, self.end) == (fact.start, fact.end):
            return True
        begun = min(fact.start_latest, fact.end_latest)
        lasting = max(fact.start_earliest, fact.end_earliest)
        return (
            max(self.start_earliest, self.end_earliest) >= begun
            and min(self.start_latest, self.end_latest) <= lasting
        )

    def clashes_with(self, fact):
        """Whether the two, edited on one page and not yet saved, cannot both be kept."""
        return False


class Metric(models.TextChoices):
    MEMBER_CITIES = "member_cities", _("member cities")
    PARTNER_CITIES = "partner_cities", _("partner cities")
    COUNTRIES = "countries", _("countries")
    CITIZENS = "citizens", _("citizens")
    FORUMS = "forums", _("forums")
    WORKING_GROUPS = "working_groups", _("working groups")
    BODY_MEMBERS = "body_members", _("members of the body")
    MEETINGS_A_YEAR = "meetings_a_year", _("meetings a year, at least")
    MEETINGS = "meetings", _("meetings")
    MUNICIPALITIES = "municipalities", _("municipalities")
    ASSOCIATIONS = "associations", _("associations")
    DELEGATES = "delegates", _("delegates at a conference")
    APPLICATIONS = "applications", _("applications")
    APPLICANT_CITIES = "applicant_cities", _("cities in applications")
    APPLICANT_COUNTRIES = "applicant_countries", _("countries in applications")
    FOCUS_AREAS = "focus_areas", _("focus areas")
    WORLD_ECONOMY = "world_economy", _("share of the world economy, in per cent")


class Qualifier(models.TextChoices):
    EXACTLY = "exactly", _("exactly")
    OVER = "over", _("more than")
    ABOUT = "about", _("about")
    UP_TO = "up_to", _("up to")


class FigureQuerySet(RecordQuerySet):
    def published(self, at=None):
        """Figures whose network, group and programme are public too; costs three joins."""
        return self.filter(
            published_q(at=at),
            published_q("network__", at),
            Q(body=None) | published_q("body__", at),
            Q(programme=None) | published_q("programme__", at),
        )

    def as_of(self, day):
        """Figures stated on or before the day's end, or without a date."""
        return self.filter(as_of_earliest__lte=PartialDateField().to_python(str(day)).latest)


class Figure(Sourced):
    """A number that somebody stated, kept beside what others stated and what the database counts."""

    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, related_name="figures", verbose_name=_("network")
    )
    body = models.ForeignKey(
        "networks.Body",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("body"),
        help_text=_("When the number is about one forum, committee or working group."),
    )
    programme = models.ForeignKey(
        "networks.Programme",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("programme"),
        help_text=_("When the number is about a programme."),
    )
    metric = models.CharField(_("what is counted"), max_length=20, choices=Metric)
    value = models.PositiveBigIntegerField(_("value"))
    qualifier = models.CharField(_("qualifier"), max_length=7, choices=Qualifier, default=Qualifier.EXACTLY)
    as_of = PartialDateField(
        _("as of"), help_text=_("The date of the page or report: 2021, Sept 2021, 27/09/2021.")
    )
    as_of_earliest = BoundField("as_of", "earliest")
    as_of_latest = BoundField("as_of", "latest")
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["metric", "-as_of_earliest", "id"]
        indexes = [models.Index(fields=["network", "metric", "-as_of_earliest", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(body=None) | Q(programme=None),
                name="figure_one_subject",
                violation_error_message=_("A figure is about a body or a programme, not both."),
            )
        ]

    def __str__(self):
        return f"{self.value_label} {self.get_metric_display()}"

    def date_bounds(self, name):
        return self.as_of.earliest, self.as_of.latest

    @property
    def value_label(self):
        """The number as it was stated: `more than 140`."""
        value = number_format(self.value, force_grouping=True)
        if self.qualifier == Qualifier.EXACTLY:
            return value
        return f"{self.get_qualifier_display()} {value}"
