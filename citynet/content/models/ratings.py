"""What visitors think of a page: one to five stars, a reason, a few words; and who may say how often."""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["LIKED_FROM", "TEXT_LENGTH", "Rating", "RatingLimit", "VisitorKey"]

LIKED_FROM = 3  # stars, from which on visitors are asked what they liked, not what was hard
TEXT_LENGTH = 200  # characters
KEPT_FOR = timedelta(days=365)  # the words of a visitor, which may say more than they should
AN_HOUR_EACH = 30  # answers an hour from one address
AN_HOUR_ALL = 1_500  # … and from all of them together


class RatingQuerySet(models.QuerySet):
    def forget_words(self, before):
        """Empty what visitors wrote before the day; stars and reasons stay. Gives the number of rows."""
        return self.filter(day__lt=before).exclude(text="").update(text="")

    forget_words.alters_data = True


class Rating(models.Model):
    """What one visitor thought of one page on one day; a second answer on the day takes its place.

    `visitor` is a keyed hash that nobody can lead back to an address, and that is another one on each page
    and on each day: see `VisitorKey`. The page is named by its path without its language and its query.
    """

    class Liked(models.TextChoices):
        CLEAR = "clear", _("The information was clear")
        COMPLETE = "complete", _("The information was complete")
        ON_TRACK = "on-track", _("I could always tell that I was on the right track")
        NO_PROBLEM = "no-problem", _("I had no technical problems")
        OTHER = "liked-other", _("Something else")

    class Hard(models.TextChoices):
        UNCLEAR = "unclear", _("The information was not always clear")
        INCOMPLETE = "incomplete", _("The information was not always complete")
        LOST = "lost", _("I could not always tell whether I was on the right track")
        PROBLEM = "problem", _("I had technical problems")
        OTHER = "hard-other", _("Something else")

    REASONS = [(_("What was liked"), Liked.choices), (_("What was hard"), Hard.choices)]

    day = models.DateField(_("day"))
    path = models.CharField(_("page"), max_length=300)
    language = models.CharField(_("language"), max_length=10)
    stars = models.PositiveSmallIntegerField(_("stars"))
    reason = models.CharField(_("reason"), max_length=12, blank=True, choices=REASONS)
    text = models.CharField(_("comment"), max_length=TEXT_LENGTH, blank=True)
    visitor = models.CharField(max_length=64, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        default_permissions = ("delete", "view", "export")
        constraints = [
            CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_one_to_five_stars"),
            UniqueConstraint(fields=["path", "day", "visitor"], name="rating_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["-day", "-id"], name="rating_by_day"),
            models.Index(fields=["path", "stars"], name="rating_by_page"),
            models.Index(fields=["day", "stars"], name="rating_trend"),
            models.Index(fields=["stars", "-day", "-id"], name="rating_by_stars"),
            models.Index(fields=["language", "-day", "-id"], name="rating_by_language"),
            models.Index(fields=["-day", "-id"], name="rating_with_comment", condition=~Q(text="")),
        ]

    def __str__(self):
        return _("%(page)s on %(day)s: %(stars)d out of 5") % {
            "page": self.path,
            "day": self.day,
            "stars": self.stars,
        }


class VisitorKey(models.Model):
    """The secret of one day, with which visitors are told apart, and which is then forgotten.

    A rating keeps the hash of the page, the visitor's address and browser under this key (HMAC, RFC 2104).
    On the same day it tells that the same visitor rates the same page again. On the next day the key is
    gone from here: from then on nobody can find an address by trying out all there are, nor tell whether
    two ratings come from the same visitor. The address itself is never stored.
    """

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.day)

    @classmethod
    def of_today(cls):
        """Give today's key as bytes; make it, and forget the others, if it is not there.

        One statement; four for the first visitor of a day.
        """
        today = timezone.localdate()
        rows = cls.objects.filter(day=today).values_list("key", flat=True)
        key = rows.first()
        if key is None:
            cls.forget(today)
            cls.objects.bulk_create([cls(day=today, key=secrets.token_hex(32))], ignore_conflicts=True)
            key = rows.get()  # that of whoever was first
        return bytes.fromhex(key)

    @classmethod
    def forget(cls, day):
        """Forget the keys of the days before; gives their number."""
        return cls.objects.filter(day__lt=day).delete()[0]

    @staticmethod
    def hash(key, *parts):
        """Give the hash of texts, each with its length before it, so that no two lists of texts run together."""
        message = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class RatingLimit(models.Model):
    """How many answers came in an hour, from one address (hashed as in a rating) or, without one, from all."""

    hour = models.DateTimeField()
    visitor = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [UniqueConstraint(fields=["hour", "visitor"], name="ratinglimit_once_an_hour")]

    def __str__(self):
        return f"{self.hour}: {self.number}"

    @classmethod
    def take(cls, key, address):
        """Count an answer from the address; False if there were too many in this hour. Whichever process asks.

        All addresses of an IPv6 network (/64), which are one household's or one machine's, count as one.
        """
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        visitor = VisitorKey.hash(key, "limit", network_of(address))
        for who, most in ((visitor, AN_HOUR_EACH), ("", AN_HOUR_ALL)):
            rows = cls.objects.filter(hour=hour, visitor=who)
            counted = rows.filter(number__lt=most)
            if counted.update(number=F("number") + 1):
                continue
            cls.objects.filter(hour__lt=hour).delete()
            cls.objects.bulk_create([cls(hour=hour, visitor=who)], ignore_conflicts=True)
            if not counted.update(number=F("number") + 1):
                return False
        return True


def network_of(address):
    """Give an IPv4 address as it is and the /64 network of an IPv6 address; anything else as it came."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
