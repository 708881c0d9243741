"""The media library: images and files, what uses them, many at once, and the choice that the editor offers.

All staff see the whole library. An editor adds to it, and changes what she added herself; the secretariat
changes and deletes everything. What is used is never deleted.
"""

from pathlib import PurePosixPath

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from citynet.core.admin import EVERY_NETWORK, RecordAdmin
from citynet.core.columns import LAST_UPDATED, STAFF_COLUMNS
from citynet.core.export import Column
from citynet.core.models import State
from citynet.core.templatetags.citynet import language_name

from ..images import validate_picture
from ..models import File, Image
from ..rich_media import picture_of
from ..uses import used_q, uses_of

AT_ONCE = 10  # images that are taken in one request
OFFERED = 24  # images or files on a page of the choice
LAST_PAGE = 1_000
NAMED = 5  # uses that a sentence names
ACCEPTED = "image/png,image/jpeg,image/webp,image/gif"


# Filters -------------------------------------------------------------------------------------------------


class UseFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("used", _("used")), ("unused", _("used nowhere"))]

    def queryset(self, request, queryset):
        if self.value() == "used":
            return queryset.filter(used_q(queryset.model))
        if self.value() == "unused":
            return queryset.filter(~used_q(queryset.model))


def field_in(model, name, language):
    """Give the name of the field that holds a text in the language; None where texts are not translated."""
    names = {field.name for field in model._meta.concrete_fields}
    translated = f"{name}_{language.replace('-', '_')}"
    if translated in names:
        return translated
    return name if language == settings.LANGUAGE_CODE else None


class LacksAlternativeFilter(admin.SimpleListFilter):
    title = gettext_lazy("alternative text")
    parameter_name = "lacks"

    def lookups(self, request, model_admin):
        return [
            (code, _("none in %(language)s") % {"language": language_name(code)})
            for code, _name in settings.LANGUAGES
            if field_in(Image, "alt", code)
        ]

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            field = field_in(Image, "alt", self.value())
            return queryset.filter(Q(**{field: ""}) | Q(**{f"{field}__isnull": True}), is_decorative=False)


# Several at once -----------------------------------------------------------------------------------------


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name)


class SeveralImagesField(forms.FileField):
    """The files of one input, in a list; whether they are images is asked of each by itself."""

    def clean(self, data, initial=None):
        files = [super(SeveralImagesField, self).clean(file, initial) for file in data or [None]]
        if len(files) > AT_ONCE:
            raise ValidationError(
                _("Choose at most %(number)d images at a time."), params={"number": AT_ONCE}, code="too_many"
            )
        return files


class UploadForm(forms.Form):
    images = SeveralImagesField(
        label=gettext_lazy("Images"),
        widget=SeveralFilesInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy(
            "Choose up to ten, or drag them here: PNG, JPEG, WebP or GIF, at most 15 MB and 24 million pixels "
            "each. On the next page you say what each of them shows."
        ),
    )


class DescribeForm(forms.ModelForm):
    """What is to be said of an image before the public may see it."""

    class Meta:
        model = Image
        fields = ["title", "alt", "is_decorative", "credit"]
        widgets = {
            "title": AdminTextInputWidget,
            "alt": AdminTextareaWidget(attrs={"rows": 2}),
            "credit": AdminTextInputWidget,
        }

    def _post_clean(self):
        self.instance.state = State.PUBLISHED  # so that the model asks for what is published only with it
        super()._post_clean()


DescribeFormSet = forms.modelformset_factory(Image, form=DescribeForm, extra=0)


# The admins ----------------------------------------------------------------------------------------------


class LibraryAdmin(RecordAdmin):
    """What images and files have in common."""

    change_form_template = "admin/content/media_change_form.html"
    search_fields = ["search_text"]
    ordering = ["-created_at", "-id"]
    readonly_fields = ["added_by"]

    class Media:
        css = {"all": ["css/media-library.css"]}

    # Who may do what

    def is_own(self, request, row):
        return row is None or request.user.has_perm(EVERY_NETWORK) or row.added_by_id == request.user.pk

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_own(request, obj)

    def own(self, request, rows):
        """Give those of the rows that the user may change."""
        return rows if request.user.has_perm(EVERY_NETWORK) else rows.filter(added_by=request.user)

    def set_state(self, request, queryset, state):
        super().set_state(request, self.own(request, queryset), state)

    def get_changeform_initial_data(self, request):
        """Publish what is added by itself: it waits for nothing, since its form asks for all that it needs."""
        return {"state": State.PUBLISHED, **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request, obj=None):
        """Leave out of the form for a new one what nothing is known of yet."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            known = {"uid", *self.readonly_fields}
            fieldsets = [
                (title, {**options, "fields": [name for name in options["fields"] if name not in known]})
                for title, options in fieldsets
            ]
        return [(title, options) for title, options in fieldsets if options["fields"]]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)

    # What uses it

    def uses(self, request, media):
        """Give ([(kind, name, address in the admin)] of what uses it, how many more); what is not the user's has no name."""
        found, hidden = [], 0
        records, has_more = uses_of(media)
        for row in records:
            keeper = self.admin_site._registry.get(type(row))
            if keeper is None or not keeper.has_view_permission(request, row):
                hidden += 1
                continue
            opts = row._meta
            address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
            found.append((opts.verbose_name, str(row), address))
        return {"records": found, "hidden": hidden, "has_more": has_more}

    def refusal(self, request, media):
        """Say why something that is used cannot be deleted; None for what is used nowhere."""
        uses = self.uses(request, media)
        if not uses["records"] and not uses["hidden"]:
            return None
        names = [_("“%s”") % name for _kind, name, _address in uses["records"][:NAMED]]
        others = len(uses["records"]) - len(names) + uses["hidden"]
        if others or uses["has_more"]:
            names.append(
                _("more than %(number)d others") % {"number": others}
                if uses["has_more"]
                else ngettext("%(number)d other record", "%(number)d other records", others)
                % {"number": others}
            )
        return _("“%(title)s” is used by: %(names)s. Take it out there first, then delete it.") % {
            "title": media,
            "names": ", ".join(names),
        }

    def change_view(self, request, object_id, form_url="", extra_context=None):
        media = self.get_object(request, object_id)
        uses = self.uses(request, media) if media and self.has_view_permission(request, media) else None
        return super().change_view(request, object_id, form_url, {"uses": uses, **(extra_context or {})})

    def delete_view(self, request, object_id, extra_context=None):
        media = self.get_object(request, object_id)
        if media and self.has_delete_permission(request, media):
            if refusal := self.refusal(request, media):
                self.message_user(request, refusal, messages.ERROR)
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", media.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Name what uses those that were chosen from the list, where Django would name rows of a table."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            protected = [refusal for media in objs if (refusal := self.refusal(request, media))]
        return deleted, counts, lacking, protected

    @admin.display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, row):
        return row.created_at


@admin.register(Image)
class ImageAdmin(LibraryAdmin):
    change_list_template = "admin/content/image_list.html"
    export_columns = (
        *(Column("uid"), Column("title"), Column("alt"), Column("is_decorative"), Column("credit")),
        *(Column("width"), Column("height"), Column("file"), Column("sha256", "checksum")),
        *(LAST_UPDATED, *STAFF_COLUMNS),
    )
    list_display = ["thumbnail", "title", "said", "pixels", "state", "added"]
    list_display_links = ["title"]
    list_filter = ["state", UseFilter, LacksAlternativeFilter, "is_decorative"]
    list_per_page = 40
    readonly_fields = ["preview", "pixels", "added_by"]
    fieldsets = [
        (None, {"fields": ["title", "file", "preview", "pixels"]}),
        (
            gettext_lazy("What it shows"),
            {
                "fields": ["alt", "is_decorative", "credit"],
                "description": gettext_lazy(
                    "One of the two: the alternative text, or that the image is decorative."
                ),
            },
        ),
        (gettext_lazy("In the library"), {"fields": ["uid", "added_by"]}),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload_view), name="content_image_upload"),
            path("describe/", view(self.describe_view), name="content_image_describe"),
            path("choose/", view(require_safe(self.choose_view)), name="content_media_choose"),
            *super().get_urls(),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Show the whole alternative text, in every language that it has a field for."""
        if db_field.name == "alt" or db_field.name.startswith("alt_"):
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Several at once

    def upload_view(self, request):
        """Take several images in, each as a draft, and go on to what each of them shows."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*sent)
        if form.is_valid():
            kept, refused = 0, []
            for file in form.cleaned_data["images"]:
                try:
                    self.take_in(request, file)
                    kept += 1
                except ValidationError as error:
                    refused.append(f"{file.name}: {' '.join(error.messages)}")
            if kept:
                for sentence in refused:
                    self.message_user(request, sentence, messages.ERROR)
                return redirect("admin:content_image_describe")
            form.add_error("images", refused)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload several images"),
            "opts": self.opts,
            "form": form,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/content/image_upload.html", context)

    def take_in(self, request, file):
        """Keep an uploaded image as a draft of the user's. Raises ValidationError."""
        validate_picture(file)
        title = " ".join(PurePosixPath(file.name).stem.replace("_", " ").split())
        image = Image(title=title[:200] or _("Image"), file=file, added_by=request.user)
        image.full_clean()
        with transaction.atomic():
            image.save()
            self.log_addition(request, image, [{"added": {}}])

    def describe_view(self, request):
        """Ask, of each image of the user's that waits for it, what it shows; then publish them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        waiting = Image.objects.filter(
            state=State.DRAFT, added_by=request.user, alt="", is_decorative=False
        ).order_by("pk")
        keys = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
        sent = (request.POST,) if request.method == "POST" else ()
        formset = DescribeFormSet(*sent, queryset=waiting.filter(pk__in=keys))
        if sent and not all(form.instance.pk for form in formset.forms):
            self.message_user(
                request,
                _("Some of these images were described or deleted meanwhile: nothing was saved."),
                messages.ERROR,
            )
            return redirect("admin:content_image_describe")
        if formset.is_valid():
            with transaction.atomic():
                images = [form.save() for form in formset.forms]
                for image in images:
                    self.log_change(request, image, [{"changed": {"fields": [str(_("state"))]}}])
            self.message_user(
                request,
                ngettext("%(number)d image is published.", "%(number)d images are published.", len(images))
                % {"number": len(images)},
                messages.SUCCESS,
            )
            return HttpResponseRedirect(self.list_address())
        context = {
            **self.admin_site.each_context(request),
            "title": _("What the images show"),
            "opts": self.opts,
            "formset": formset,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/content/image_describe.html", context)

    # The editor's choice

    def choose_view(self, request):
        """Give published images or files as JSON, the newest first, for who may see them.

        `?kind=image` or `file`, `q` words of the title, the alternative text or the credit, `page` from 1.
        {"results": [{"uid", "title", "url", "alt", "label", "thumbnail"}], "more": bool}. 400 for another
        kind.
        """
        model = {"image": Image, "file": File}.get(request.GET.get("kind", "image"))
        if model is None:
            return JsonResponse({"error": _("There is no such kind: ask for “image” or “file”.")}, status=400)
        keeper = self.admin_site.get_model_admin(model)
        if not keeper.has_view_permission(request):
            raise PermissionDenied
        page = request.GET.get("page", "1")
        page = min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        start = (max(page, 1) - 1) * OFFERED
        rows = keeper.get_queryset(request).published().order_by("-created_at", "-pk")
        rows, _may_repeat = keeper.get_search_results(request, rows, request.GET.get("q", "")[:200])
        rows = list(rows[start : start + OFFERED + 1])
        results = [keeper.offered(row) for row in rows[:OFFERED]]
        response = JsonResponse({"results": results, "more": len(rows) > OFFERED})
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def offered(self, image):
        shown = [size for size in image.stored_sizes if size.width <= 960][-1:]
        return {
            "uid": str(image.uid),
            "title": image.title,
            "url": default_storage.url(shown[0].name) if shown else image.file.url,
            "alt": "" if image.is_decorative else image.alt,
            "label": f"{image.title} ({self.pixels(image)})",
            "thumbnail": thumbnail_url(image),
        }

    # Columns

    @admin.display(description=gettext_lazy("image"))
    def thumbnail(self, image):
        return format_html(
            '<img class="media-thumbnail" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            thumbnail_url(image),
            image.width,
            image.height,
        )

    @admin.display(description=gettext_lazy("alternative text"), ordering="alt")
    def said(self, image):
        return _("decorative") if image.is_decorative else image.alt

    @admin.display(description=gettext_lazy("pixels"), ordering="width")
    def pixels(self, image):
        return f"{image.width} × {image.height}"

    @admin.display(description=gettext_lazy("as it is"))
    def preview(self, image):
        return format_html('<div class="media-preview">{}</div>', picture_of(image, "20rem"))


def thumbnail_url(image):
    return default_storage.url(image.stored_sizes[0].name) if image.sizes else image.file.url


@admin.register(File)
class FileAdmin(LibraryAdmin):
    export_columns = (
        *(Column("uid"), Column("title"), Column("language"), Column("date"), Column("media_type")),
        *(Column("size"), Column("file"), Column("sha256", "checksum"), LAST_UPDATED, *STAFF_COLUMNS),
    )
    list_display = ["title", "format_label", "language", "date", "state", "added"]
    list_filter = ["state", UseFilter, "language", "media_type"]
    readonly_fields = ["format_label", "download", "added_by"]
    fieldsets = [
        (None, {"fields": ["title", "file", "format_label", "download", "language", "date"]}),
        (gettext_lazy("In the library"), {"fields": ["uid", "added_by"]}),
    ]

    def offered(self, file):
        return {
            "uid": str(file.uid),
            "title": file.title,
            "url": file.address,
            "alt": "",
            "label": f"{file.title} ({file.format_label})",
            "thumbnail": "",
        }

    @admin.display(description=gettext_lazy("format and size"), ordering="size")
    def format_label(self, file):
        return file.format_label

    @admin.display(description=gettext_lazy("address"))
    def download(self, file):
        return format_html('<a href="{0}">{0}</a>', file.address)
