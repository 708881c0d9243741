"""What networks and cities put on paper: memoranda, frameworks, pacts, reports, minutes."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from citynet.core.collation import BY_NAME
from citynet.core.dates import period_of
from citynet.core.fields import BoundField, PartialDateField, validate_language
from citynet.core.models import (
    Entity,
    EntityQuerySet,
    SearchPart,
)
from citynet.core.uploads import describe, document_path, restated_label, validate_document
from citynet.core.uploads import format_label as label_of

from .evidence import Cited
from .governance import Body
from .networks import Network
from .places import City, Organisation, Topic
from .work import Project


class DocumentQuerySet(EntityQuerySet):
    def on(self, day):
        """Documents that may have been there on the day: signed or published by then, or undated."""
        return self.filter(date_earliest__lte=period_of(day)[1])


class Document(Cited, Entity):
    """A memorandum, framework, pact, report or minutes: a file here or a link elsewhere."""

    search_related = ("network", "body", "project", "topics", "parties__city", "parties__organisation")
    search_prominence = 45

    class Kind(models.TextChoices):
        MEMORANDUM = "memorandum", _("memorandum")
        FRAMEWORK = "framework", _("framework")
        PACT = "pact", _("pact")
        REPORT = "report", _("report")
        MINUTES = "minutes", _("minutes")
        OTHER = "other", _("other")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file = models.FileField(
        _("file"),
        upload_to=document_path,
        validators=[validate_document],
        blank=True,
        help_text=_(
            "PDF, office document, CSV, text or image, at most 25 MB. Its size and type are read from it."
        ),
    )
    url = models.URLField(
        _("link"), blank=True, max_length=500, help_text=_("Where it is, when it is not kept here.")
    )
    media_type = models.CharField(_("type"), max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True, editable=False)
    checksum = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    stated_format = models.CharField(
        _("format as stated"),
        max_length=60,
        blank=True,
        help_text=_("“PDF, 630.35 kB”, when the file is not here."),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        validators=[validate_language],
        help_text=_("ISO 639: en, it…"),
    )
    date = PartialDateField(_("date signed or published"))
    date_earliest = BoundField("date", "earliest")
    date_latest = BoundField("date", "latest")
    place = models.CharField(_("place"), max_length=200, blank=True)
    network = models.ForeignKey(
        Network,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("network"),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=pgettext_lazy("of a network", "group"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("project"),
    )
    note = models.TextField(_("remark"), blank=True, help_text=_("Public."))
    topics = models.ManyToManyField(Topic, blank=True, related_name="documents", verbose_name=_("topics"))

    objects = DocumentQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-date_earliest", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="") | Q(url=""),
                name="document_file_or_link",
                violation_error_message=_("Give the file or the link, not both: they could come to differ."),
            )
        ]
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["-date_earliest", "name", "id"]),
            models.Index(fields=["network", "-date_earliest", "id"]),
            models.Index(*BY_NAME, name="document_by_name"),
            models.Index(F("date_earliest").desc(), *BY_NAME, name="document_by_date"),
        ]

    def save(self, *args, **kwargs):
        if self.file and not self.file._committed:
            self.media_type, self.size, self.checksum = describe(self.file)
        elif not self.file:
            self.media_type, self.size, self.checksum = "", None, ""
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("networks:document_detail", args=[self.slug])

    def search_words(self):
        return [*super().search_words(), self.place, self.date.words()]

    def date_bounds(self, name):
        return self.date.earliest, self.date.latest

    def clean(self):
        super().clean()
        if self.file and self.url:
            raise ValidationError(
                {"url": _("Give the file or the link, not both: they could come to differ.")}
            )

    @property
    def format_label(self):
        """Format and size for the download link: `PDF, 630 kB`."""
        if self.file and self.size is not None:
            return label_of(self.media_type, self.size)
        return restated_label(self.stated_format)


class DocumentParty(SearchPart):
    """Who signed a document: a city or an organisation."""

    search_part_of = ("document",)

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="parties", verbose_name=_("document")
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="signed", verbose_name=_("city")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signed",
        verbose_name=_("organisation"),
    )

    class Meta:
        verbose_name = _("party to a document")
        verbose_name_plural = _("parties to documents")
        ordering = ["organisation__name", "city__name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(city=None, organisation__isnull=False) | Q(city__isnull=False, organisation=None),
                name="documentparty_one_party",
                violation_error_message=_("Choose a city or an organisation: exactly one."),
            ),
            models.UniqueConstraint(
                fields=["document", "city"],
                name="documentparty_city_once",
                violation_error_message=_("This city is listed already."),
            ),
            models.UniqueConstraint(
                fields=["document", "organisation"],
                name="documentparty_organisation_once",
                violation_error_message=_("This organisation is listed already."),
            ),
        ]

    def __str__(self):
        return str(self.city or self.organisation)
