"""The site's own pages, in a tree whose order staff choose."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Concat, Substr
from django.urls import Resolver404, resolve, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from citynet.core.models import NOT_PART_OF_ITSELF, Entity, EntityQuerySet, published_q
from citynet.core.search_index import ADDRESS_LENGTH, follow, refresh

LEVELS = 5  # of the tree: each costs a join wherever it is asked what is public
ABOVE = [LOOKUP_SEP.join(["parent"] * number) for number in range(1, LEVELS)]


def is_taken(path):
    """Whether an address of the site other than a page's, or all that begin with it, stand at the path."""
    if path.partition("/")[0] in {code for code, _name in settings.LANGUAGES}:
        return True
    with override(settings.LANGUAGE_CODE):  # whose addresses have no prefix
        for address in (f"/{path}/", f"/{path}/x", f"/{path}/x/"):
            if address.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
                return True
            try:
                name = resolve(address).view_name
            except Resolver404:
                continue
            if name not in ("content:page", "content:page_cite"):
                return True
    return False


class PageQuerySet(EntityQuerySet):
    def published(self, at=None):
        """Pages that are public, and all above them too; costs a join a level."""
        above = (Q(**{path: None}) | published_q(f"{path}{LOOKUP_SEP}", at) for path in ABOVE)
        return self.filter(published_q(at=at), *above)

    def in_tree_order(self):
        """Pages as staff ordered them: each before those below it, which stand before its next sibling."""
        return self.order_by("position", "pk")


class Page(Entity):
    """A page of the site's own words. It is public only while every page above it is.

    Its `path`, such as `about/accessibility`, is made of its own slug and those above it. `position` is its
    place in the whole tree. Both are kept by `save()` and `move()`, for all pages that a change of one moves.
    """

    address_field = "path"
    search_related = ("parent",)
    search_parents = tuple(ABOVE)
    search_prominence = 45

    website = None
    slug = models.SlugField(
        _("address"),
        max_length=100,
        help_text=_(
            "The last part of the page's address. Old addresses lead to the new one when you change it."
        ),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("below"),
        help_text=_("The page above this one. Empty for a page at the top."),
    )
    in_menu = models.BooleanField(
        _("in the menu"), default=False, help_text=_("Listed at the foot of every page, once it is public.")
    )
    path = models.CharField(_("whole address"), max_length=ADDRESS_LENGTH, unique=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "id"]
        constraints = [NOT_PART_OF_ITSELF]
        indexes = [models.Index(fields=["position", "id"])]

    def save(self, *args, update_fields=None, **kwargs):
        """Save, and bring the addresses and places of all pages in step that this one moves.

        Old addresses are kept, so that they lead to the new ones. Reads the tree once and writes three
        statements, whatever the number of pages below. Raises ValidationError for a circle or an address
        that is too long, which `clean()` says in time.
        """
        if update_fields is not None and not {"slug", "parent", "parent_id"} & set(update_fields):
            return super().save(*args, update_fields=update_fields, **kwargs)
        with transaction.atomic():
            tree = Tree()
            old = tree.pages.get(self.pk)
            self.path = tree.path_of(self)
            moved = tree.moved(self)
            if update_fields is not None:
                update_fields = {*update_fields, "path"}
            if old and old.path != self.path:
                # Before the save: nothing may stand in the way of what follows the page to its new address.
                type(self).objects.former(moved)
            super().save(*args, update_fields=update_fields, **kwargs)
            FormerPath.objects.filter(path__in=[self.path, *moved.values()]).delete()
            if old and old.path != self.path:
                self.move_below(old.path, [pk for pk in moved if pk != self.pk])
            if old is None or old.parent_id != self.parent_id:
                tree.put(self)
                tree.keep_positions()

    def get_absolute_url(self):
        return reverse("content:page", args=[self.path])
