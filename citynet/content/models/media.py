"""The media library: images and files that the site's own texts show and link."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from citynet.core.fields import FoldedTextField, validate_language
from citynet.core.models import EntityQuerySet, Identified, Record, State
from citynet.core.uploads import BY_MIME, checksum, describe, document_path, image_path, validate_document
from citynet.core.uploads import format_label as label_of

from ..images import Size, clean_picture, make_sizes, validate_picture

ONE_OF_BOTH = _(
    "Say what the image shows for those who do not see it, or tick that it is only decorative: one of the two."
)
TWICE = _("This very file is in the media library already. Use that one.")


class MediaQuerySet(EntityQuerySet):
    def delete(self):
        """Delete rows that nothing uses, and their files when that is committed. Raises ProtectedError."""
        with transaction.atomic(savepoint=True):
            names = [name for row in self for name in row.stored_names()]
            deleted = super().delete()
            transaction.on_commit(lambda: forget_files(names))
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


def forget_files(names):
    for name in names:
        default_storage.delete(name)


class Media(Identified, Record):
    """What images and files of the library share: a name to find them by, and that a file is there once.

    Texts name them by their `uid`, so replacing the file keeps every use. What is read from a new file before
    it is stored is said by `read_file` of each.
    """

    search_sources = ("title",)

    title = models.CharField(
        _("title"),
        max_length=200,
        help_text=_("What you and your colleagues find it by. Of a file, it is what its link says."),
    )
    checksum = models.CharField(_("SHA-256"), max_length=64, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    search_text = FoldedTextField()

    objects = MediaQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True
        ordering = ["-created_at", "-id"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Read what comes with a new file, and delete the one that it replaces once that is committed."""
        is_new_file = bool(self.file) and not self.file._committed
        before = type(self)._base_manager.filter(pk=self.pk).first() if is_new_file and self.pk else None
        if is_new_file:
            self.read_file()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new_file:
                self.follow_file()
            if before:
                transaction.on_commit(lambda: forget_files(before.stored_names()))

    def delete(self, *args, **kwargs):
        """Delete it, and its files when that is committed. Raises ProtectedError while something uses it."""
        names = self.stored_names()
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            transaction.on_commit(lambda: forget_files(names))
        return deleted

    def clean(self):
        super().clean()
        if mistakes := self.mistakes():
            raise ValidationError(mistakes)

    def mistakes(self):
        """Give {field: what is wrong with it}, all of it at once: an editor has to choose the file again."""
        if self.file and not self.file._committed:
            others = type(self)._base_manager.filter(checksum=checksum(self.file)).exclude(pk=self.pk)
            if other := others.first():
                return {
                    "file": _("This very file is in the media library already, as “%(title)s”. Use that one.")
                    % {"title": other}
                }
        return {}

    def follow_file(self):
        """Do what is to be done once a new file is stored."""

    def stored_names(self):
        """Give the names of all its stored files."""
        return [self.file.name]


class Image(Media):
    """A picture for pages and news, kept upright, in sRGB and without metadata, with its sizes as WebP."""

    search_sources = ("title", "alt", "credit")

    file = models.FileField(
        _("image"),
        upload_to=image_path,
        validators=[validate_picture],
        help_text=_(
            "PNG, JPEG, WebP or GIF, at most 15 MB and 24 million pixels; it may not move. What it says of "
            "place, time and camera is removed."
        ),
    )
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What it shows, in a sentence, for those who do not see it."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text does not say, and is passed over when read aloud."),
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Who made it, and under which licence it may be shown. Stands below the image."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sizes = models.JSONField(_("sizes"), default=list, editable=False)

    class Meta(Media.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            CheckConstraint(
                condition=Q(is_decorative=True, alt="")
                | Q(is_decorative=False) & (~Q(alt="") | ~Q(state=State.PUBLISHED)),
                name="image_alt_or_decorative",
                violation_error_message=ONE_OF_BOTH,
            ),
            UniqueConstraint(fields=["checksum"], name="image_once", violation_error_message=TWICE),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="image_by_date")]

    def mistakes(self):
        mistakes = super().mistakes()
        if self.is_decorative == bool(self.alt) and (self.alt or self.state == State.PUBLISHED):
            mistakes["alt"] = ONE_OF_BOTH
        return mistakes

    def read_file(self):
        """Take from the upload its checksum and its pixels; the upload itself is not kept."""
        self.checksum = checksum(self.file)
        content, extension, self.width, self.height = clean_picture(self.file)
        self.file = ContentFile(content, name=f"image{extension}")

    def follow_file(self):
        self.sizes = make_sizes(self.file.name)
        type(self)._base_manager.filter(pk=self.pk).update(sizes=self.sizes)

    def stored_names(self):
        return [self.file.name, *(name for _width, name in self.sizes)]

    @property
    def stored_sizes(self):
        """Give its sizes, the smallest first, as a list of `images.Size`."""
        return [Size(*size) for size in self.sizes]


class File(Media):
    """A document for download, of the site's own: forms, guides, minutes that belong to no network."""

    search_sources = ("title",)

    file = models.FileField(
        _("file"),
        upload_to=document_path,
        validators=[validate_document],
        help_text=_(
            "PDF, office document, CSV, text or image, at most 25 MB. Its size and type are read from it."
        ),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        validators=[validate_language],
        help_text=_("ISO 639: en, it…"),
    )
    date = models.DateField(_("date"), null=True, blank=True, help_text=_("When it was signed or published."))
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)

    class Meta(Media.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [UniqueConstraint(fields=["checksum"], name="file_once", violation_error_message=TWICE)]
        indexes = [models.Index(fields=["-created_at", "-id"], name="file_by_date")]

    def read_file(self):
        self.media_type, self.size, self.checksum = describe(self.file)

    @property
    def format_label(self):
        """Format and size for the download link: `PDF, 630 kB`."""
        return label_of(self.media_type, self.size)

    @property
    def download_name(self):
        """Give the name under which browsers save it: `memorandum-of-understanding.pdf`."""
        return f"{slugify(self.title)[:80] or 'file'}{BY_MIME[self.media_type].extension}"

    @property
    def address(self):
        """Give where it is downloaded: the same when the file is replaced."""
        return reverse("library_file", args=[self.uid, self.download_name])


class MediaUse(models.Model):
    """That a text shows an image or links a file; `citynet.content.uses` keeps these rows in step.

    `kind` and `object_id` name the record whose text it is, as those of a search entry do.
    """

    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, related_name="uses", verbose_name=_("image")
    )
    file = models.ForeignKey(
        File, on_delete=models.PROTECT, null=True, related_name="uses", verbose_name=_("file")
    )
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = _("use of an image or a file")
        verbose_name_plural = _("uses of images and files")
        constraints = [
            CheckConstraint(
                condition=Q(image=None, file__isnull=False) | Q(image__isnull=False, file=None),
                name="mediause_image_or_file",
            ),
            UniqueConstraint(
                fields=["kind", "object_id", "image"], condition=~Q(image=None), name="mediause_image_once"
            ),
            UniqueConstraint(
                fields=["kind", "object_id", "file"], condition=~Q(file=None), name="mediause_file_once"
            ),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="mediause_by_record")]

    def __str__(self):
        return f"{self.kind} {self.object_id}"
