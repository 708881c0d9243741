"""Confirm again: a source still says so, as of a day; for what is dated, that also bounds when it began."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from citynet.core.admin import Autocomplete, RecordAdmin
from citynet.core.dates import day_words
from citynet.core.search_index import gathered

from ..models import Source

LONG = 365  # days after which a fact is worth confirming again
REFUSALS_TOLD = 5


class SourcedFilter(admin.SimpleListFilter):
    title = gettext_lazy("source")
    parameter_name = "sourced"

    def lookups(self, request, model_admin):
        return [("none", _("no source")), ("given", _("with a source"))]

    def queryset(self, request, queryset):
        if self.value() in ("none", "given"):
            return queryset.filter(source__isnull=self.value() == "none")


class ConfirmedFilter(admin.SimpleListFilter):
    title = gettext_lazy("last confirmed")
    parameter_name = "confirmed"

    def lookups(self, request, model_admin):
        return [("never", _("never")), ("long", _("more than a year ago")), ("lately", _("within a year"))]

    def queryset(self, request, queryset):
        long_ago = timezone.localdate() - timedelta(days=LONG)
        if self.value() == "never":
            return queryset.filter(confirmed_on=None)
        if self.value() == "long":
            return queryset.filter(confirmed_on__lt=long_ago)
        if self.value() == "lately":
            return queryset.filter(confirmed_on__gte=long_ago)


class ConfirmForm(forms.Form):
    """On which day, and who, said so again."""

    confirmed_on = forms.DateField(
        label=gettext_lazy("Confirmed on"),
        widget=AdminDateWidget,
        help_text=gettext_lazy("The date of the page that says so, or the day on which you saw it."),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=gettext_lazy("Source"),
        required=False,
        help_text=gettext_lazy("Empty: each keeps the source that it has."),
    )

    def __init__(self, keeper, request, data=None):
        super().__init__(data, initial={"confirmed_on": timezone.localdate()})
        link = keeper.model._meta.get_field("source")
        self.fields["source"].queryset = keeper.get_field_queryset(None, link, request)
        self.fields["source"].widget = Autocomplete(link, keeper.admin_site)
        self.fields["source"].widget.choices = self.fields["source"].choices

    def clean_confirmed_on(self):
        day = self.cleaned_data["confirmed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day is still to come."))
        return day


class ConfirmedAdmin(RecordAdmin):
    """The admin of facts that are confirmed again: in one click from the list or the form, many by an action."""

    actions = [*RecordAdmin.actions, "confirm_today", "confirm_as"]

    def get_list_display(self, request):
        """Put the button before the state, the last column, which is the one that a narrow window cuts off."""
        column = "confirm_again" if self.has_change_permission(request) else "last_confirmed"
        *columns, state = super().get_list_display(request)
        return [*columns, column, state]

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), SourcedFilter, ConfirmedFilter]

    @admin.display(description=gettext_lazy("last confirmed"))
    def last_confirmed(self, row):
        return row.confirmed_on

    @admin.display(description=gettext_lazy("last confirmed"))
    def confirm_again(self, row):
        """Say when it was confirmed last, above the button that does it again."""
        if row.confirmed_on == timezone.localdate():
            return _("today")
        day = format_html("{}<br>", day_words(row.confirmed_on)) if row.confirmed_on else ""
        return format_html(
            '{}<button type="submit" class="confirm-button" name="_confirm" value="{}" aria-label="{}">{}'
            "</button>",
            day,
            row.pk,
            _("Confirm again: %s") % row,
            _("Confirm again"),
        )

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST" and (key := request.POST.get("_confirm", "")):
            row = self.get_object(request, key)
            if row is None or not self.has_change_permission(request, row):
                raise PermissionDenied
            self.confirm(request, self.model.objects.filter(pk=row.pk), timezone.localdate())
            return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Save a form by its button “Confirm again today” as it is, but for the day."""
        if request.method == "POST" and object_id and "_confirm" in request.POST:
            request.POST = request.POST.copy()
            request.POST["confirmed_on"] = timezone.localdate().isoformat()
            if not request.POST.get("change_reason"):
                request.POST["change_reason"] = _("Confirmed again")
        context = {"may_confirm": bool(object_id), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    @admin.action(description=gettext_lazy("Confirm again today, by the same source"), permissions=["change"])
    def confirm_today(self, request, queryset):
        self.confirm(request, queryset, timezone.localdate())

    @admin.action(description=gettext_lazy("Confirm again, by a date and a source…"), permissions=["change"])
    def confirm_as(self, request, queryset):
        """Ask for the date and the source, then confirm."""
        form = ConfirmForm(self, request, request.POST if "confirmed_on" in request.POST else None)
        if form.is_valid():
            self.confirm(request, queryset, form.cleaned_data["confirmed_on"], form.cleaned_data["source"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Confirm again"),
            "opts": self.opts,
            "rows": queryset[:REFUSALS_TOLD],
            "number": queryset.count(),
            "form": form,
            "media": self.media + form.media,
            "keys": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "key_name": ACTION_CHECKBOX_NAME,
            "select_across": request.POST.get("select_across", "0"),
            "index": request.POST.get("index", "0"),
        }
        return TemplateResponse(request, "admin/confirm_again.html", context)

    def confirm(self, request, queryset, day, source=None):
        """Save each row as confirmed on the day, with its history, and say how many; refused ones are named.

        A row that was confirmed on a later day keeps that. Saving brings the earliest and latest days in
        step; a row that then contradicts another one, as its own form would say, is left as it was.
        """
        confirmed, refused = 0, []
        with transaction.atomic(), gathered():
            keys = list(queryset.order_by().values_list("pk", flat=True))
            for row in self.model._default_manager.filter(pk__in=keys).select_for_update().order_by("pk"):
                if not self.has_change_permission(request, row):
                    refused.append(_("“%s”: you may not change it.") % row)
                    continue
                if row.confirmed_on and row.confirmed_on > day:
                    refused.append(_("“%s” was confirmed later than that.") % row)
                    continue
                row.confirmed_on = day
                row.source = source or row.source
                row._history_user = request.user
                row._change_reason = _("Confirmed again")
                try:
                    row.full_clean()
                except ValidationError as error:
                    refused.append(f"{_('“%s”') % row}: {' '.join(error.messages)}")
                    continue
                row.save()
                fields = [_("last confirmed on"), *([_("source")] if source else [])]
                self.log_change(request, row, [{"changed": {"fields": fields}}])
                confirmed += 1
        if confirmed:
            words = ngettext(
                "%(count)d record is now confirmed as of %(day)s.",
                "%(count)d records are now confirmed as of %(day)s.",
                confirmed,
            )
            self.message_user(
                request,
                words % {"count": confirmed, "day": day_words(day)},
                messages.SUCCESS,
            )
        for sentence in refused[:REFUSALS_TOLD]:
            self.message_user(request, sentence, messages.WARNING)
        if len(refused) > REFUSALS_TOLD:
            others = len(refused) - REFUSALS_TOLD
            self.message_user(
                request,
                ngettext("%d more was left as it was.", "%d more were left as they were.", others) % others,
                messages.WARNING,
            )
