"""The site's own pages, in a tree whose order staff choose."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Concat, Substr
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from citynet.core.models import NOT_PART_OF_ITSELF, Entity, EntityQuerySet, published_q
from citynet.core.rich_text import RichTextField
from citynet.core.search_index import ADDRESS_LENGTH, refresh

LEVELS = 5  # of the tree: each costs a join wherever it is asked what is public
ABOVE = [LOOKUP_SEP.join(["parent"] * number) for number in range(1, LEVELS)]
AT_ONCE = 500  # rows that are renumbered with one statement

CIRCLE = _("That would be a circle: the page above stands, directly or not, below this one.")
TOO_DEEP = _("Pages go %(levels)d levels deep at most. Choose a page further up.")
TOO_LONG = _("The whole address would be longer than %(length)d characters. Shorten it.")
TAKEN = _("“/%(path)s/” is an address of the site itself, such as a list or a language. Choose another one.")
ANOTHER = _("Another page has the address “/%(path)s/”. Choose another one.")


def is_taken(path):
    """Whether something of the site other than a page stands at the path, or at all that begins with it."""
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


class Tree:
    """All pages as they are now, locked until the transaction ends. One SQL statement."""

    def __init__(self):
        rows = models.QuerySet(Page).select_for_update().order_by("position", "pk")
        rows = list(rows.values_list("pk", "parent_id", "path", "position"))
        self.paths = {pk: path for pk, _parent, path, _position in rows}
        self.parents = {pk: parent for pk, parent, _path, _position in rows}
        self.positions = {pk: position for pk, _parent, _path, position in rows}
        self.children = {}
        for pk, parent, _path, _position in rows:
            self.children.setdefault(parent, []).append(pk)

    def walk(self, pk=None):
        """Give the ids of all pages below one, or of all there are, in the order of the tree."""
        for child in self.children.get(pk, ()):
            yield child
            yield from self.walk(child)

    def new_paths(self, page):
        """Give {id: path} of a page, under None while it has no id, and of all below it, were it saved now.

        Raises ValidationError if it cannot be.
        """
        below = list(self.walk(page.pk)) if page.pk else []
        if page.parent_id and page.parent_id in (page.pk, *below):
            raise ValidationError({"parent": CIRCLE})
        path = "/".join(filter(None, (self.paths.get(page.parent_id, ""), page.slug)))
        old = self.paths.get(page.pk, "")
        paths = {page.pk: path} | {pk: path + self.paths[pk][len(old) :] for pk in below}
        if max(found.count("/") for found in paths.values()) >= LEVELS:
            raise ValidationError({"parent": TOO_DEEP % {"levels": LEVELS}})
        if max(map(len, paths.values())) > ADDRESS_LENGTH:
            raise ValidationError({"slug": TOO_LONG % {"length": ADDRESS_LENGTH}})
        return paths

    def put_last(self, page):
        """Put a saved page after its siblings, below its present parent."""
        if page.pk in self.parents:
            self.children[self.parents[page.pk]].remove(page.pk)
        self.children.setdefault(page.parent_id, []).append(page.pk)

    def keep_order(self):
        """Write the place of each page whose place is another now, and give all by id."""
        places = {pk: place for place, pk in enumerate(self.walk(), start=1)}
        changed = [Page(pk=pk, position=n) for pk, n in places.items() if self.positions.get(pk) != n]
        models.QuerySet(Page).bulk_update(changed, ["position"], AT_ONCE)  # which is no change of the page
        return places


class PageQuerySet(EntityQuerySet):
    def published(self, at=None):
        """Pages that are public, and all above them too; costs a join a level."""
        above = (Q(**{path: None}) | published_q(f"{path}{LOOKUP_SEP}", at) for path in ABOVE)
        return self.filter(published_q(at=at), *above)


class Page(Entity):
    """A page of the site's own words. It is public only while every page above it is.

    Its `path`, such as `about/accessibility`, is made of the slugs above it and its own; `position` is its
    place in the whole tree. `save()` and `step()` keep both, of all pages that a change of one concerns.
    """

    translated = ("name", "summary", "text")
    address_field = "path"
    search_related = ("parent",)
    search_parents = tuple(ABOVE)
    search_prominence = 45

    website = None
    slug = models.SlugField(
        _("address"),
        max_length=100,
        help_text=_("The last part of the page's address. When you change it, the old address leads here."),
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
    text = RichTextField(_("text"), blank=True)
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
        """Save, and keep the addresses and places of all pages that this concerns.

        Their old addresses lead to the new ones from then on; an old address that a page takes is its own.
        A few statements, whatever the number of pages. Raises ValidationError as `Tree.new_paths` does.
        """
        if update_fields is not None and not {"slug", "parent", "parent_id"} & set(update_fields):
            super().save(*args, update_fields=update_fields, **kwargs)
            return
        with transaction.atomic():
            tree = Tree()
            paths = tree.new_paths(self)
            self.path = paths.pop(self.pk)
            self.position = tree.positions.get(self.pk, 0)  # others may have moved since this was read
            super().save(*args, update_fields=update_fields and {*update_fields, "path"}, **kwargs)
            old = tree.paths.get(self.pk, self.path)
            if old != self.path:
                rows = models.QuerySet(Page).filter(pk__in=paths)
                rows.update(path=Concat(Value(self.path), Substr("path", len(old) + 1)))
                FormerPath.keep({tree.paths[pk]: pk for pk in (self.pk, *paths)})
                refresh(Page, list(paths))
            FormerPath.objects.filter(path__in=[self.path, *paths.values()]).delete()
            if tree.parents.get(self.pk, -1) != self.parent_id:
                tree.put_last(self)
                self.position = tree.keep_order()[self.pk]

    def get_absolute_url(self):
        return reverse("content:page", args=[self.path])

    def clean(self):
        super().clean()
        if not self.slug:
            return  # said by the field already
        with transaction.atomic():
            paths = Tree().new_paths(self)
        path = paths[self.pk]
        if Page._base_manager.filter(path=path).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": ANOTHER % {"path": path}})
        for path in paths.values():
            if is_taken(path):
                raise ValidationError({"slug": TAKEN % {"path": path}})

    def step(self, by):
        """Change places with the sibling before (-1) or after (1) it; give whether there is one."""
        with transaction.atomic():
            tree = Tree()
            siblings = tree.children[tree.parents[self.pk]]
            here = siblings.index(self.pk)
            if not 0 <= here + by < len(siblings):
                return False
            siblings[here], siblings[here + by] = siblings[here + by], siblings[here]
            self.position = tree.keep_order()[self.pk]
        return True

    @property
    def above(self):
        """The pages above this one, from the top; a statement each unless they were joined."""
        pages, page = [], self
        while page := page.parent:
            pages.insert(0, page)
        return pages

    @property
    def level(self):
        """How deep it stands; 0 at the top."""
        return self.path.count("/")

    @property
    def is_published(self):
        """Whether the public may see it now; mirrors `PageQuerySet.published`."""
        return super().is_published and all(super(Page, page).is_published for page in self.above)

    def publication_words(self):
        """Say too which page above keeps it from the public."""
        said = super().publication_words()
        for page in self.above:
            if not super(Page, page).is_published:
                hidden = _("It is hidden while the page above it, “%(page)s”, is not public.")
                return f"{said} {hidden % {'page': page.name}}"
        return said


class FormerPath(models.Model):
    """An address that a page had once, and that no other page has taken since."""

    path = models.CharField(_("former address"), max_length=ADDRESS_LENGTH, unique=True)
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="former_paths", verbose_name=_("page")
    )

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        default_permissions = ()

    def __str__(self):
        return self.path

    @classmethod
    def keep(cls, pages):
        """Let addresses lead to pages from now on: {address: id}. Who had one last has it. One statement."""
        rows = [cls(path=path, page_id=pk) for path, pk in pages.items()]
        cls.objects.bulk_create(rows, update_conflicts=True, unique_fields=["path"], update_fields=["page"])
