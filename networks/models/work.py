"""What cities do together: programmes and projects, practices and awards."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citynet.core.collation import BY_NAME
from citynet.core.models import (
    DATES_IN_ORDER,
    NOT_PART_OF_ITSELF,
    Dated,
    DatedQuerySet,
    Entity,
    EntityQuerySet,
    RecordQuerySet,
    holding_on,
    published_q,
)

from .evidence import Cited, Fact, FactQuerySet, Sourced
from .networks import Network
from .places import City, Organisation, Topic


class Currency(models.TextChoices):
    EUR = "EUR", _("euro")
    GBP = "GBP", _("pound sterling")
    USD = "USD", _("US dollar")
    CHF = "CHF", _("Swiss franc")
    SEK = "SEK", _("Swedish krona")
    DKK = "DKK", _("Danish krone")
    NOK = "NOK", _("Norwegian krone")
    PLN = "PLN", _("złoty")
    CZK = "CZK", _("Czech koruna")


class WorkQuerySet(DatedQuerySet, EntityQuerySet):
    pass


class Funded(Cited, Entity, Dated):
    """What programmes and projects share. Money is in grants: each belongs to exactly one level."""

    search_sources = ("name", "acronym")

    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    call = models.CharField(_("call"), max_length=200, blank=True, help_text=_("The call for proposals."))
    duration = models.CharField(
        _("duration as stated"),
        max_length=50,
        blank=True,
        help_text=_("“two years”, where the dates are not known."),
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))

    class Meta(Entity.Meta):
        abstract = True


class Programme(Funded):
    """A funding programme, or a part of one."""

    network = models.ForeignKey(
        Network,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("network"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("follows"),
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="programmes", verbose_name=_("topics"))

    objects = WorkQuerySet.as_manager()

    class Meta(Funded.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "id"]
        constraints = [DATES_IN_ORDER, NOT_PART_OF_ITSELF]


class Project(Funded):
    """Work that cities and organisations do together, for a time."""

    search_related = (
        "network",
        "programme",
        "topics",
        "participations__city",
        "participations__organisation",
    )

    network = models.ForeignKey(
        Network,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("network"),
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("programme"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="projects", verbose_name=_("topics"))

    objects = WorkQuerySet.as_manager()

    class Meta(Funded.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["name", "id"]
        constraints = [DATES_IN_ORDER, NOT_PART_OF_ITSELF]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["-start_earliest", "id"]),
            models.Index(fields=["network", "name", "id"]),
            models.Index(*BY_NAME, name="project_by_name"),
        ]

    def get_absolute_url(self):
        return reverse("networks:project_detail", args=[self.slug])


class GrantQuerySet(RecordQuerySet):
    def published(self, at=None):
        """Grants whose programme or project is public too; costs two joins."""
        return self.filter(
            published_q(at=at),
            Q(programme=None) | published_q("programme__", at),
            Q(project=None) | published_q("project__", at),
        )


class Grant(Sourced):
    """Money given to one programme or to one project."""

    programme = models.ForeignKey(
        Programme,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("programme"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("project"),
    )
    funder = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("funder"),
    )
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.EUR)

    objects = FactQuerySet.as_manager()

    objects = GrantQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["-amount", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, project__isnull=False) | Q(programme__isnull=False, project=None),
                name="grant_one_level",
                violation_error_message=_(
                    "A grant belongs to one programme or to one project: choose exactly one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="grant_amount",
                violation_error_message=_("An amount is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.currency} {self.amount:,.0f}"


class ParticipationQuerySet(FactQuerySet):
    def published(self, at=None):
        """Participations whose project and partner are public too; costs three joins."""
        return self.filter(
            published_q(at=at),
            published_q("project__", at),
            Q(city=None) | published_q("city__", at),
            Q(organisation=None) | published_q("organisation__", at),
        )

    def running_on(self, day):
        """Leave out what lies outside the life of the project or its network on the day; costs two joins.

        Many participations, and some projects, have no dates of their own.
        """
        of_network = holding_on(day, "project__network")
        return self.on(day).filter(Q(project__network=None) | of_network, holding_on(day, "project"))


class Participation(Fact):
    """A city or an organisation in a project, as lead or as partner."""

    search_part_of = ("project",)

    class Part(models.TextChoices):
        LEAD = "lead", _("lead partner")
        PARTNER = "partner", _("partner")
        ASSOCIATED = "associated", _("associated partner")
        FUNDER = "funder", _("funder")

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="participations", verbose_name=_("project")
    )
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("city"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("organisation"),
    )
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.PARTNER)

    objects = ParticipationQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["part", "city__name", "organisation__name", "id"]
        constraints = [
            DATES_IN_ORDER,
            models.CheckConstraint(
                condition=Q(city=None, organisation__isnull=False) | Q(city__isnull=False, organisation=None),
                name="participation_one_partner",
                violation_error_message=_("Choose a city or an organisation as the partner: exactly one."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(part="lead", end=""),
                name="participation_one_lead",
                violation_error_message=_("This project has a lead partner already: end that one first."),
            ),
        ]
        indexes = [models.Index(fields=["city", "project"]), models.Index(fields=["project", "part"])]

    def __str__(self):
        return f"{self.partner} – {self.project}"

    @property
    def partner(self):
        """The city or organisation."""
        return self.city or self.organisation

    def clean(self):
        super().clean()
        if bool(self.city) == bool(self.organisation):
            raise ValidationError(_("Choose a city or an organisation as the partner: exactly one."))
        if self.part == self.Part.LEAD and self.project_id and self.other_leads().exists():
            raise ValidationError(
                _("This project has another lead partner at that time. Correct the dates of one of the two.")
            )

    def other_leads(self):
        """Leads of the project at the same time; two that both go on are refused by the database."""
        leads = Participation.objects.filter(project=self.project_id, part=self.Part.LEAD).overlapping(self)
        return leads if self.end else leads.exclude(end="")

    def clashes_with(self, fact):
        same = self.project_id == fact.project_id and self.part == fact.part == self.Part.LEAD
        return same and self.overlaps(fact)


class Practice(Cited, Entity):
    """A good practice of a city that others can take up."""

    search_related = ("city", "networks", "topics")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="practices", verbose_name=_("city"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    results = models.TextField(_("results"), blank=True)
    networks = models.ManyToManyField(
        Network, blank=True, related_name="practices", verbose_name=_("shared through")
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="practices", verbose_name=_("topics"))

    class Meta(Entity.Meta):
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["-year", "id"]),
            models.Index(fields=["city", "name", "id"]),
            models.Index(*BY_NAME, name="practice_by_name"),
            models.Index(Coalesce("year", 0).desc(), "id", name="practice_by_year"),
        ]

    def get_absolute_url(self):
        return reverse("networks:practice_detail", args=[self.slug])


class UptakeQuerySet(RecordQuerySet):
    def published(self, at=None):
        """Uptakes whose practice and city are public too; costs two joins."""
        return self.filter(published_q(at=at), published_q("practice__", at), published_q("city__", at))


class Uptake(Sourced):
    """That another city took a practice up."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="uptakes", verbose_name=_("practice")
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="uptakes", verbose_name=_("city"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    objects = UptakeQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("uptake")
        verbose_name_plural = _("uptakes")
        ordering = ["year", "city__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "city"],
                name="uptake_once",
                violation_error_message=_("This city is listed already."),
            )
        ]

    def __str__(self):
        return f"{self.city} – {self.practice}"


class Award(Cited, Entity):
    """A prize that a network gives, such as the Milan Pact Awards."""

    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="awards", verbose_name=_("network")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name=_("organised with"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["name", "id"]


class AwardEditionQuerySet(RecordQuerySet):
    def published(self, at=None):
        """Editions whose award is public too; costs a join."""
        return self.filter(published_q(at=at), published_q("award__", at))


class AwardEdition(Sourced):
    """One year's round of an award."""

    award = models.ForeignKey(
        Award, on_delete=models.CASCADE, related_name="editions", verbose_name=_("award")
    )
    year = models.PositiveSmallIntegerField(_("year"))

    objects = AwardEditionQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("edition of an award")
        verbose_name_plural = _("editions of awards")
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "year"],
                name="awardedition_once",
                violation_error_message=_("This award has an edition of that year already."),
            )
        ]

    def __str__(self):
        return f"{self.award} {self.year}"


class AwardWinnerQuerySet(RecordQuerySet):
    def published(self, at=None):
        """Winners whose city, edition and award are public too; costs three joins."""
        parties = (published_q(f"{party}__", at) for party in ("city", "edition", "edition__award"))
        return self.filter(published_q(at=at), *parties)


class AwardWinner(Sourced):
    """A city that won, or was mentioned, in a category of an edition."""

    edition = models.ForeignKey(
        AwardEdition, on_delete=models.CASCADE, related_name="winners", verbose_name=_("edition")
    )
    category = models.CharField(_("category"), max_length=100, blank=True)
    prize = models.CharField(
        _("prize"), max_length=100, blank=True, help_text=_("First prize, special mention…")
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="awards_won", verbose_name=_("city")
    )
    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name=_("practice"),
    )

    objects = AwardWinnerQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("winner of an award")
        verbose_name_plural = _("winners of awards")
        ordering = ["category", "prize", "city__name", "id"]

    def __str__(self):
        return f"{self.city} – {self.edition}"
