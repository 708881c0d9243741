"""Topics, cities and their twins, organisations and people."""

import math

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from citynet.core.collation import BY_NAME, indexes_by_name
from citynet.core.countries import country_names, only_language_of
from citynet.core.fields import FoldedTextField, validate_language
from citynet.core.models import (
    DATES_IN_ORDER,
    NOT_PART_OF_ITSELF,
    Entity,
    EntityQuerySet,
    SearchPart,
    published_q,
)
from citynet.core.text import fold

from .evidence import Fact, FactQuerySet


class Topic(Entity):
    """A policy theme, with at most one level of parents."""

    translated = ("name", "summary", "text")

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "id"]
        constraints = [NOT_PART_OF_ITSELF]

    def clean(self):
        super().clean()
        if self.parent and (self.parent_id == self.pk or self.parent.parent_id):
            raise ValidationError({"parent": _("Choose a topic that is not itself part of another one.")})
        if self.parent and self.pk and self.children.exists():
            raise ValidationError(
                {"parent": _("This topic has topics of its own, so it cannot be part of another.")}
            )


class CityQuerySet(EntityQuerySet):
    def matching(self, words):
        """Cities any of whose names contains every word, accents and case aside; of aliases, begins with it.

        Costs a union of three subqueries a word, whose size a planner can foresee, unlike that of an OR.
        """
        rows = self
        for word in fold(words).split():
            own = City.objects.filter(search_text__contains=word).order_by().values("pk")
            named = CityName.objects.filter(search_text__contains=word).order_by().values("city")
            also = CityAlias.objects.filter(search_text__startswith=word).order_by().values("city")
            rows = rows.filter(pk__in=own.union(named, also, all=True))
        return rows


class City(Entity):
    """A city or municipality."""

    translated = ("name", "summary", "text")

    proper_names = ("name",)
    search_sources = ("name", "local_name")
    search_names = ("names", "aliases")
    search_related = ("topics",)

    local_name = models.CharField(_("local name"), max_length=200, blank=True)
    country = CountryField(_("country"), help_text=_("ISO 3166-1 alpha-2; XK for Kosovo."))
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    population = models.PositiveBigIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("population in the year"), null=True, blank=True)
    geonames_id = models.PositiveBigIntegerField(
        _("GeoNames id"), null=True, blank=True, help_text=_("The number in geonames.org/3181928.")
    )
    wikidata_id = models.CharField(
        _("Wikidata id"), max_length=12, blank=True, validators=[RegexValidator(r"^Q\d+$", _("Like Q1891."))]
    )
    unlocode = models.CharField(
        _("UN/LOCODE"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}[A-Z2-9]{3}$", _("Like ITBLQ, without a space."))],
    )
    office = models.CharField(
        _("contact office"), max_length=200, blank=True, help_text=_("Public: an office, not a person.")
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    topics = models.ManyToManyField(Topic, blank=True, related_name="cities", verbose_name=_("topics"))

    objects = CityQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["country", "name", "id"]),
            models.Index(Coalesce("population", 0).desc(), "id", name="city_by_population"),
            models.Index(*BY_NAME, name="city_by_name"),
            *indexes_by_name("city_by_name"),
            models.Index("country", *BY_NAME, name="city_by_country_and_name"),
            *indexes_by_name("city_by_country_and_name", "country"),
            models.Index(fields=["latitude", "longitude"], name="city_by_position"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name", "geonames_id"],
                name="city_once",
                violation_error_message=_("This city is here already: same country, name and GeoNames id."),
            ),
            models.UniqueConstraint(
                fields=["country", "name"],
                condition=Q(geonames_id=None),
                name="city_once_without_geonames_id",
                violation_error_message=_(
                    "A city of this country and name, without a GeoNames id, is here already. "
                    "If yours is another one, give its GeoNames id."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__range=(-90, 90)),
                name="city_latitude",
                violation_error_message=_("A latitude lies between -90 and 90 degrees."),
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__range=(-180, 180)),
                name="city_longitude",
                violation_error_message=_("A longitude lies between -180 and 180 degrees."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("networks:city_detail", args=[self.slug])

    @property
    def search_prominence(self):
        """From 40 for a village to 75 for ten million people."""
        return 40 + min(35, int(5 * math.log10(self.population or 1)))

    @property
    def local_language(self):
        """The language of its local name, as far as the country leaves no doubt; else an empty text."""
        return only_language_of(self.country.code)

    def search_words(self):
        return [*super().search_words(), *country_names(self.country.code)]


class CityName(SearchPart):
    """A name of a city in another language, or an older or shorter one."""

    search_part_of = ("city",)

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="names", verbose_name=_("city"))
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        validators=[validate_language],
        help_text=_("ISO 639: it, de, sr-Latn. Empty when it has none."),
    )
    search_text = FoldedTextField()

    class Meta:
        verbose_name = _("name of a city")
        verbose_name_plural = _("names of cities")
        ordering = ["language", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "name", "language"],
                name="cityname_once",
                violation_error_message=_("The city has this name in this language already."),
            )
        ]

    search_sources = ("name",)

    def __str__(self):
        return self.name


class CityAlias(SearchPart):
    """A name by which GeoNames knows a city, in whatever language; it is found by it, and no editor keeps it."""

    search_part_of = ("city",)
    search_sources = ("name",)

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("city"))
    name = models.CharField(_("name"), max_length=200)
    search_text = FoldedTextField()

    class Meta:
        default_permissions = ()
        verbose_name = _("name in GeoNames")
        verbose_name_plural = _("names in GeoNames")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["city", "name"], name="cityalias_once")]

    def __str__(self):
        return self.name


class Organisation(Entity):
    """A ministry, foundation, association, university, company or EU body."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        FOUNDATION = "foundation", _("foundation")
        ASSOCIATION = "association", _("association")
        UNIVERSITY = "university", _("university")
        COMPANY = "company", _("company")
        EU_BODY = "eu_body", _("EU body")
        INTERNATIONAL = "international", _("international organisation")
        OTHER = "other", _("other")

    search_sources = ("name", "acronym")

    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    country = CountryField(_("country"), blank=True)
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("city"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]


class PersonQuerySet(EntityQuerySet):
    def in_office(self, day=None):
        """People who hold a published role on the day (today)."""
        roles = self.model._meta.get_field("roles").related_model.objects.published()
        held = roles.on(day) if day else roles.current()
        return self.filter(Exists(held.filter(person=OuterRef("pk"))))


class Person(Entity):
    """The holder of a public office. No private contact data is kept."""

    search_related = ("city", "organisation", "roles__network", "roles__body")
    search_prominence = 55

    title = models.CharField(
        _("title"), max_length=100, blank=True, help_text=_("Mayor of Bologna, Secretary General…")
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("city")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation"),
    )

    objects = PersonQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("person in office")
        verbose_name_plural = _("people in office")
        ordering = ["name", "id"]
        indexes = [models.Index(*BY_NAME, name="person_by_name")]

    def get_absolute_url(self):
        return reverse("networks:person_detail", args=[self.slug])

    def search_words(self):
        return [self.title, *super().search_words()]


class TwinningQuerySet(FactQuerySet):
    def published(self, at=None):
        """Twinnings whose two cities are public too; costs two joins."""
        return self.filter(published_q(at=at), published_q("city_a__", at), published_q("city_b__", at))

    def of(self, city):
        """Twinnings of one city, on either side."""
        return self.filter(Q(city_a=city) | Q(city_b=city))


class Twinning(Fact):
    """A partnership of two cities. The pair has no order: the one with the lower id is kept as `city_a`."""

    city_a = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city"))
    city_b = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("twin city"))

    objects = TwinningQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("twinning")
        verbose_name_plural = _("twinnings")
        ordering = ["city_a__name", "city_b__name", "id"]
        constraints = [
            DATES_IN_ORDER,
            models.CheckConstraint(
                condition=Q(city_a__lt=F("city_b")),
                name="twinning_in_order",
                violation_error_message=_("A city is not its own twin."),
            ),
            models.UniqueConstraint(
                fields=["city_a", "city_b"],
                name="twinning_once",
                violation_error_message=_("These two cities are twinned here already."),
            ),
        ]

    def __str__(self):
        return f"{self.city_a} – {self.city_b}"

    def clean(self):
        self.order_cities()
        super().clean()

    def save(self, *args, **kwargs):
        self.order_cities()
        super().save(*args, **kwargs)

    def order_cities(self):
        """Put the city with the lower id first, so that each pair is stored once."""
        if self.city_a_id and self.city_b_id and self.city_a_id > self.city_b_id:
            self.city_a, self.city_b = self.city_b, self.city_a

    def other(self, city):
        """The twin of the given one of the two."""
        return self.city_b if self.city_a_id == city.pk else self.city_a
