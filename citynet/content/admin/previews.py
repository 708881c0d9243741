"""What pages and news have in common in the admin: preview, and the schedule in words."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citynet.core.admin import RecordAdmin
from citynet.core.models import State


class ScheduleFilter(admin.SimpleListFilter):
    title = gettext_lazy("schedule")
    parameter_name = "schedule"

    def lookups(self, request, model_admin):
        return [("appears", _("still to appear")), ("disappears", _("will disappear")), ("over", _("over"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        published = queryset.filter(state=State.PUBLISHED)
        if self.value() == "appears":
            return published.filter(publish_at__gt=now)
        if self.value() == "disappears":
            return published.filter(unpublish_at__gt=now)
        if self.value() == "over":
            return published.filter(unpublish_at__lte=now)


class PreviewedAdmin(RecordAdmin):
    """The admin of what has a page of the site's own words: `detail` is the view that shows it."""

    detail = None

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(require_safe(self.preview_view))
        return [path("<path:object_id>/preview/", view, name=name), *super().get_urls()]

    def preview_address(self, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_preview", args=[row.pk])

    def preview_view(self, request, object_id):
        """Show the record's page as it would be, to those who may see the record here and to nobody else."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(_("There is no such page."))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        form = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return self.detail.preview(request, row, form)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        row = object_id and self.get_object(request, unquote(object_id))
        context = {
            "has_preview": True,
            "preview_address": self.preview_address(row) if row else "",
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, context)

    def response_add(self, request, obj, post_url_continue=None):
        if "_preview" in request.POST:
            return HttpResponseRedirect(self.preview_address(obj))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if "_preview" in request.POST:
            return HttpResponseRedirect(self.preview_address(obj))
        return super().response_change(request, obj)

    def response_post_save_add(self, request, obj):
        self.message_user(request, obj.publication_words(), messages.INFO)
        return super().response_post_save_add(request, obj)

    def response_post_save_change(self, request, obj):
        self.message_user(request, obj.publication_words(), messages.INFO)
        return super().response_post_save_change(request, obj)

    def get_fieldsets(self, request, obj=None):
        """Say in the fieldset of the publication what its fields come to."""
        fieldsets = super().get_fieldsets(request, obj)
        return [
            (title, {**options, "fields": ["shown", *options["fields"]] if obj else options["fields"]})
            if "state" in options["fields"]
            else (title, options)
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "shown"]

    @admin.display(description=gettext_lazy("to be seen"))
    def shown(self, row):
        return row.publication_words()
