"""Bodies of a network, and who holds which post in them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from citynet.core.collation import BY_NAME, indexes_by_name
from citynet.core.models import DATES_IN_ORDER, Dated, DatedQuerySet, Entity, EntityQuerySet, published_q

from .evidence import Cited, Fact, FactQuerySet
from .networks import Membership, Network
from .places import City, Organisation, Person, Topic


class BodyQuerySet(DatedQuerySet, EntityQuerySet):
    def published(self, at=None):
        """Bodies whose network is public too; costs a join."""
        return self.filter(published_q(at=at), published_q("network__", at))


class Body(Cited, Entity, Dated):
    """A forum, working group, committee or other part of a network: a "group" in public."""

    translated = ("name", "summary", "text")

    within = ("network",)

    class Kind(models.TextChoices):
        FORUM = "forum", _("forum")
        WORKING_GROUP = "working_group", _("working group")
        COMMITTEE = "committee", _("committee")
        BOARD = "board", _("board")
        ASSEMBLY = "assembly", _("assembly")
        SECRETARIAT = "secretariat", _("secretariat")
        TASK_FORCE = "task_force", _("task force")

    search_sources = ("name", "acronym")
    search_related = ("network", "topics")
    search_parents = ("network",)
    search_prominence = 60

    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("network")
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, help_text=_("How many members it says it has.")
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    parents = models.ManyToManyField(
        "self", through="BodyParent", symmetrical=False, related_name="children", verbose_name=_("sits under")
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="bodies", verbose_name=_("topics"))

    objects = BodyQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = pgettext_lazy("of a network", "group")
        verbose_name_plural = pgettext_lazy("of a network", "groups")
        ordering = ["name", "id"]
        constraints = [DATES_IN_ORDER]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["network", "kind", "name", "id"]),
            models.Index(fields=["kind", "name", "id"]),
            models.Index(*BY_NAME, name="body_by_name"),
            *indexes_by_name("body_by_name"),
        ]

    def get_absolute_url(self):
        return reverse("networks:body_detail", args=[self.slug])

    @property
    def is_published(self):
        return super().is_published and self.network.is_published


class BodyParent(Dated):
    """That a working group sits under a forum, for a time."""

    body = models.ForeignKey(
        Body,
        on_delete=models.CASCADE,
        related_name="parent_links",
        verbose_name=pgettext_lazy("of a network", "group"),
    )
    parent = models.ForeignKey(
        Body, on_delete=models.CASCADE, related_name="child_links", verbose_name=_("sits under")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parent group")
        verbose_name_plural = _("parent groups")
        constraints = [
            DATES_IN_ORDER,
            models.UniqueConstraint(
                fields=["body", "parent", "start"],
                name="bodyparent_once",
                violation_error_message=_("This group sits under that one already."),
            ),
            models.CheckConstraint(
                condition=~Q(body=models.F("parent")),
                name="bodyparent_not_itself",
                violation_error_message=_("A group cannot sit under itself."),
            ),
        ]

    def __str__(self):
        return f"{self.body} – {self.parent}"

    def clean(self):
        super().clean()
        seen, above = set(), {self.parent_id}
        while above:
            if self.body_id and self.body_id in above:
                raise ValidationError(
                    {
                        "parent": _(
                            "That would be a circle: the parent sits, directly or not, under this group."
                        )
                    }
                )
            seen |= above
            links = BodyParent.objects.filter(body__in=above).exclude(pk=self.pk)
            above = set(links.values_list("parent", flat=True)) - seen


class RoleQuerySet(FactQuerySet):
    def published(self, at=None):
        """Roles whose network, group, city and person are all public; costs four joins."""
        parties = (
            Q(**{party: None}) | published_q(f"{party}__", at)
            for party in ("body", "city", "person", "organisation")
        )
        return self.filter(published_q(at=at), published_q("network__", at), *parties)

    def chairs(self):
        """Roles that lead: president, chair, co-chair, lead."""
        return self.filter(post__in=Role.LEADING)


class Role(Fact):
    """A post that a city or a person holds in a network or in one of its bodies, for a term."""

    within = ("network",)

    search_part_of = ("person",)

    class Post(models.TextChoices):
        PRESIDENT = "president", _("president")
        VICE_PRESIDENT = "vice_president", _("vice-president")
        CHAIR = "chair", _("chair")
        CO_CHAIR = "co_chair", _("co-chair")
        VICE_CHAIR = "vice_chair", _("vice-chair")
        LEAD = "lead", _("lead")
        SECRETARY_GENERAL = "secretary_general", _("secretary general")
        SECRETARY = "secretary", _("secretary")
        TREASURER = "treasurer", _("treasurer")
        STEERING = "steering", _("steering committee member")
        MEMBER = "member", _("member")
        PARTICIPANT = "participant", _("participant")
        INITIATOR = "initiator", _("initiator")
        HOST = "host", _("hosts staff of")

    LEADING = [Post.PRESIDENT, Post.CHAIR, Post.CO_CHAIR, Post.LEAD]

    network = models.ForeignKey(
        Network,
        on_delete=models.PROTECT,
        blank=True,
        related_name="roles",
        verbose_name=_("network"),
        help_text=_("May stay empty when you choose a group: it is the group's network."),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=pgettext_lazy("of a network", "group"),
    )
    post = models.CharField(_("post"), max_length=17, choices=Post)
    label = models.CharField(
        _("called"),
        max_length=200,
        blank=True,
        help_text=_("The post as the network calls it, where that differs."),
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("city")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("person"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("on behalf of"),
    )
    is_acting = models.BooleanField(_("acting"), default=False)

    objects = RoleQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["network__name", "-start_earliest", "id"]
        constraints = [
            DATES_IN_ORDER,
            models.CheckConstraint(
                condition=Q(city__isnull=False) | Q(person__isnull=False),
                name="role_holder",
                violation_error_message=_("Choose the city or the person who holds the post, or both."),
            ),
        ]
        indexes = [
            models.Index(fields=["network", "start_earliest", "end_latest"]),
            models.Index(fields=["body", "start_earliest", "end_latest"]),
            models.Index(fields=["-start_earliest", "id"]),
            models.Index(fields=["-end_latest", "id"]),
            models.Index(fields=["city", "post"]),
            models.Index(fields=["person", "start_earliest"]),
            models.Index(fields=["start_earliest", "id"]),
        ]

    def __str__(self):
        return f"{self.holder}: {self.post_label}, {self.body or self.network}"

    @property
    def holder(self):
        """The person with the city, or whichever of the two is known."""
        return f"{self.person} ({self.city})" if self.person and self.city else str(self.person or self.city)

    @property
    def post_label(self):
        """The post in words, as the network calls it."""
        return self.label or self.get_post_display()

    def clean(self):
        super().clean()
        if self.body and self.body.network_id and not self.network_id:
            self.network = self.body.network
        if not self.network_id:
            raise ValidationError(_("Choose the network, or the group, in which the post is held."))
        if self.body and self.body.network_id != self.network_id:
            raise ValidationError({"body": _("This group belongs to another network.")})
        if not self.city and not self.person:
            raise ValidationError(_("Choose the city or the person who holds the post, or both."))

    def warnings(self):
        """Give sentences on what is odd but allowed: a post outside the city's membership."""
        if not self.city_id:
            return []
        memberships = Membership.objects.filter(network=self.network_id, city=self.city_id)
        if not memberships.exists():
            return [
                _("%(city)s is not recorded as a member of %(network)s.")
                % {"city": self.city, "network": self.network}
            ]
        if not memberships.filter(
            start_earliest__lte=self.end_latest, end_latest__gte=self.start_earliest
        ).exists():
            return [
                _("%(city)s was not a member of %(network)s at that time, by its recorded memberships.")
                % {"city": self.city, "network": self.network}
            ]
        return []
