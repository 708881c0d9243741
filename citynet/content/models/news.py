"""News: short texts of a day, tied to what they are about."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from citynet.core.models import Entity
from citynet.core.rich_text import RichTextField
from events.models import Event
from networks.models import Body, City, Network, Topic

from .media import Image


class News(Entity):
    """An item of news."""

    translated = ("name", "summary", "text")
    search_related = ("networks", "cities", "bodies", "events", "topics")
    search_prominence = 30

    date = models.DateField(
        _("date"), default=timezone.localdate, help_text=_("The day it is dated, as readers see it.")
    )
    text = RichTextField(_("text"), blank=True)
    website = models.URLField(_("read more at"), blank=True, help_text=_("Where the news comes from."))
    image = models.ForeignKey(
        Image,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("lead image"),
        help_text=_("From the media library; above the text, and small in lists."),
    )
    networks = models.ManyToManyField(Network, blank=True, related_name="news", verbose_name=_("networks"))
    cities = models.ManyToManyField(City, blank=True, related_name="news", verbose_name=_("cities"))
    bodies = models.ManyToManyField(
        Body, blank=True, related_name="news", verbose_name=pgettext_lazy("of a network", "groups")
    )
    events = models.ManyToManyField(Event, blank=True, related_name="news", verbose_name=_("events"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="news", verbose_name=_("topics"))

    class Meta(Entity.Meta):
        verbose_name = _("news item")
        verbose_name_plural = _("news")
        ordering = ["-date", "-id"]
        indexes = [models.Index(fields=["-date", "-id"])]

    def get_absolute_url(self):
        return reverse("content:news_detail", args=[self.slug])

    def clean(self):
        super().clean()
        if self.slug.isdigit() and len(self.slug) == 4:
            raise ValidationError(
                {"slug": _("“/news/%s/” is the archive of a year. Add a word.") % self.slug}
            )
