"""Networks and who belongs to them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citynet.core.collation import BY_NAME, indexes_by_name
from citynet.core.models import DATES_IN_ORDER, Dated, DatedQuerySet, Entity, EntityQuerySet, published_q
from citynet.core.uploads import image_path, validate_image

from .evidence import Cited, Fact, FactQuerySet
from .places import City, Organisation, Topic


class NetworkQuerySet(DatedQuerySet, EntityQuerySet):
    pass


class Network(Cited, Entity, Dated):
    """An association, pact, forum or mission that cities belong to; its start is its founding."""

    translated = ("name", "summary", "text")

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("association")
        PACT = "pact", _("pact")
        FORUM = "forum", _("forum")
        COALITION = "coalition", _("coalition")
        MISSION = "mission", _("mission or programme")
        COORDINATION = "coordination", _("coordination")

    search_sources = ("name", "acronym")
    search_related = ("seat", "host_organisation", "topics")
    search_prominence = 90

    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    seat = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="seat_of", verbose_name=_("seat")
    )
    host_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_networks",
        verbose_name=_("host organisation"),
    )
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("predecessor"),
    )
    logo = models.FileField(
        _("logo"),
        upload_to=image_path,
        validators=[validate_image],
        blank=True,
        help_text=_("PNG, JPEG or WebP."),
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    topics = models.ManyToManyField(Topic, blank=True, related_name="networks", verbose_name=_("topics"))

    objects = NetworkQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["name", "id"]
        permissions = [("edit_every_network", "Can work on every network's records, not only on those given")]
        constraints = [DATES_IN_ORDER]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["kind", "name", "id"]),
            models.Index(*BY_NAME, name="network_by_name"),
            *indexes_by_name("network_by_name"),
        ]

    def get_absolute_url(self):
        return reverse("networks:network_detail", args=[self.slug])

    @property
    def short_name(self):
        """The acronym where there is one."""
        return self.acronym or self.name


class NetworkEditor(models.Model):
    """Leave for a member of staff to edit one network's records."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="edited_networks",
        verbose_name=_("user"),
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="editors", verbose_name=_("network")
    )

    class Meta:
        verbose_name = _("editor of a network")
        verbose_name_plural = _("editors of networks")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "network"],
                name="networkeditor_once",
                violation_error_message=_("This person edits this network already."),
            )
        ]

    def __str__(self):
        return f"{self.user} – {self.network}"


class MembershipQuerySet(FactQuerySet):
    def published(self, at=None):
        """Memberships whose network and member are public too; costs three joins."""
        return self.filter(
            published_q(at=at),
            published_q("network__", at),
            Q(city=None) | published_q("city__", at),
            Q(organisation=None) | published_q("organisation__", at),
        )

    def participations(self):
        """One row for members that take part jointly, as the network itself counts them."""
        return self.filter(joint_with=None)


class Membership(Fact):
    """A city or an organisation in a network, for a time. Re-joining is a new row."""

    within = ("network",)

    class Category(models.TextChoices):
        FOUNDER = "founder", _("founder")
        FULL = "full", _("full member")
        ASSOCIATE = "associate", _("associate member")
        PARTNER = "partner", _("partner")
        SIGNATORY = "signatory", _("signatory")
        SELECTED = "selected", _("selected city")
        AFFILIATED = "affiliated", _("affiliated, category not known")

    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("network")
    )
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("city"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.FULL)
    listed_as = models.CharField(
        _("listed as"),
        max_length=200,
        blank=True,
        help_text=_("The name in the source's list, where it differs."),
    )
    joint_with = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="joined_by",
        verbose_name=_("jointly with"),
        help_text=_("When two members take part as one: the other's membership. The two count once."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["network__name", "city__name", "organisation__name", "start_earliest", "id"]
        constraints = [
            DATES_IN_ORDER,
            models.CheckConstraint(
                condition=Q(city=None, organisation__isnull=False) | Q(city__isnull=False, organisation=None),
                name="membership_one_member",
                violation_error_message=_("Choose a city or an organisation as the member: exactly one."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["network", member, "category", "start", "end"],
                    name=f"membership_{member}_once",
                    violation_error_message=_("This membership is recorded already, with the same dates."),
                )
                for member in ("city", "organisation")
            ),
        ]
        indexes = [
            models.Index(fields=["network", "start_earliest", "end_latest", "city"]),
            models.Index(fields=["-start_earliest", "id"]),
            models.Index(fields=["-end_latest", "id"]),
            models.Index(fields=["city", "network", "category"]),
            models.Index(fields=["organisation", "network", "category"]),
            models.Index(fields=["network", "category", "city"]),
            models.Index(fields=["start_earliest", "id"]),
            models.Index(fields=["updated_at", "id"]),
        ]

    def __str__(self):
        return f"{self.member} – {self.network}"

    @property
    def member(self):
        """The city or organisation."""
        return self.city or self.organisation

    def clean(self):
        super().clean()
        if bool(self.city) == bool(self.organisation):
            raise ValidationError(_("Choose a city or an organisation as the member: exactly one."))
        if self.network_id and self.overlapping().exists():
            raise ValidationError(
                _(
                    "%(member)s is already a member of %(network)s in this category at that time. "
                    "Edit that membership, or give one of the two an end or a later start."
                )
                % {"member": self.member, "network": self.network}
            )

    def overlapping(self):
        """Rows for the same member, network and category that cannot lie wholly before or after this one.

        Inside a transaction it locks the network first, so that two editors cannot both find none.
        """
        if connection.in_atomic_block:
            Network.objects.select_for_update().filter(pk=self.network_id).values_list("pk").first()
        return Membership.objects.filter(
            network=self.network_id,
            city=self.city_id,
            organisation=self.organisation_id,
            category=self.category,
        ).overlapping(self)

    def clashes_with(self, fact):
        same = ("network_id", "city_id", "organisation_id", "category")
        return all(getattr(self, name) == getattr(fact, name) for name in same) and self.overlaps(fact)
