"""The bases of every admin: of what belongs to networks, and of records, with their state and history."""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.db.models import Q
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from ..export import export_response
from ..models import SCHEDULE, Identified, State
from ..search_index import gathered, refresh
from ..templatetags.citynet import period
from ..text import fold
from ..translated import OTHERS, attribute_of
from .forms import KeepingForm, LockedForm, RecordForm, RecordFormSet
from .lists import CappedPaginator
from .scope import ScopedAdmin, network_ids

CHANGED_AT_ONCE = 1_000  # rows that an action saves or deletes in one request

PERIOD = (gettext_lazy("Dates"), {"fields": [("start", "end"), "confirmed_on"]})
EVIDENCE = (gettext_lazy("Who says so"), {"fields": ["source", "quote", "note"]})
TEXTS = (gettext_lazy("What its page says"), {"fields": ["summary", "text", "website"]})


def without(nested, beginnings):
    """Give the nested lists of texts without those that begin so; a list that is then empty goes as well."""
    kept = (without(part, beginnings) if isinstance(part, list) else part for part in nested)
    return [part for part in kept if part and not (isinstance(part, str) and part.startswith(beginnings))]


class ScopedModelAdmin(ScopedAdmin, admin.ModelAdmin):
    """The base of every admin: rows of the user's networks, search without accents, capped counts, CSV."""

    export_columns = ()
    actions = ["export_selected"]
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ()
    search_help_text = gettext_lazy("Parts of names, in any order; accents and capitals do not matter.")

    # Who may do what

    def networks_of(self, row):
        """Give the ids of the networks that the stored row belongs to."""
        paths = [to_network or "pk" for to_network in self.network_paths]
        stored = self.model._base_manager.filter(pk=row.pk).values_list(*paths)
        return {pk for networks in stored for pk in networks if pk is not None}

    def reaches(self, request, row, wholly=False):
        """Whether the row belongs to one of the user's networks; `wholly`: to none that is not theirs."""
        ids = network_ids(request)
        if row is None or ids is None or not self.network_paths:
            return True
        own = self.networks_of(row)
        return bool(own & ids) and not (wholly and own - ids)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self.reaches(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.reaches(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.reaches(request, obj, wholly=True)

    def has_export_permission(self, request):
        codename = get_permission_codename("export", self.opts)
        return bool(self.export_columns) and request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def get_deleted_objects(self, objs, request):
        """Name what goes too, but for the rows by which records are tied: nobody knows them by a name."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = [
            model._meta for model in apps.get_models(include_auto_created=True) if model._meta.auto_created
        ]
        beginnings = tuple(f"{capfirst(tie.verbose_name)}: " for tie in ties)
        plurals = {tie.verbose_name_plural for tie in ties}
        counts = {name: number for name, number in counts.items() if name not in plurals}
        return without(deleted, beginnings), counts, lacking, protected

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rows = [form.instance]
        for formset in formsets:
            rows += getattr(formset, "new_objects", []) + [row for row, _f in formset.changed_objects]
        for row in rows:
            keeper = self.admin_site._registry.get(type(row))
            if isinstance(keeper, ScopedModelAdmin) and not keeper.reaches(request, row):
                raise PermissionDenied  # rolls all of it back
            for warning in row.warnings() if hasattr(row, "warnings") else ():
                messages.warning(request, warning)

    def get_changeform_initial_data(self, request):
        """Fill in the network for who has only one."""
        given, ids = super().get_changeform_initial_data(request), network_ids(request)
        if ids is not None and len(ids) == 1 and self.network_path in {"network", "networks"}:
            return {self.network_path: list(ids) if self.network_path == "networks" else min(ids), **given}
        return given

    # Search

    def get_search_results(self, request, queryset, search_term):
        """Find rows in which every word occurs in one of `search_fields`, or in what they lead to.

        A path to a `search_text` is looked up in its own table first, by that model's `matching`.
        """
        fields = self.get_search_fields(request)
        for word in fold(search_term).split():
            if tuple(fields) == ("search_text",):
                queryset = queryset.matching(word)
                continue
            found = Q()
            for field in fields:
                relation, _dot, name = field.rpartition("__")
                if name != "search_text":
                    found |= Q(**{f"{field}__icontains": word})
                elif relation:
                    target = self.follow(relation)
                    found |= Q(**{f"{relation}__in": target.objects.matching(word).order_by().values("pk")})
                else:
                    found |= Q(search_text__contains=word)
            queryset = queryset.filter(found)
        return queryset, False

    def follow(self, relation):
        """Give the model at the end of a path of relations."""
        model = self.model
        for name in relation.split("__"):
            model = model._meta.get_field(name).related_model
        return model

    # Exports

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def export_view(self, request):
        """Send every row of the list as it stands on the screen: its search, filters and order."""
        if not (self.has_export_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self.list_address()}?{ERROR_FLAG}=1")
        return export_response(request, rows, self.export_columns, self.opts.model_name)

    @admin.action(description=gettext_lazy("Export selected as CSV"), permissions=["export"])
    def export_selected(self, request, queryset):
        return export_response(request, queryset, self.export_columns, self.opts.model_name)

    def list_address(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def changelist_view(self, request, extra_context=None):
        """Add the export of what is on screen: the same address, but for the page that is shown."""
        query = request.GET.copy()
        for name in (PAGE_VAR, ALL_VAR, ERROR_FLAG):
            query.pop(name, None)
        context = {
            "may_export": self.has_export_permission(request),
            "export_query": f"?{query.urlencode()}" if query else "",
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def get_changelist_instance(self, request):
        """Take for a bad address what only fails when it is asked for: the year -1, the number 10^40."""
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def response_action(self, request, queryset):
        """Keep actions that write within what one request can do."""
        writes = request.POST.get("action") != "export_selected"
        across = request.POST.get("select_across") == "1"
        if writes and across and queryset[: CHANGED_AT_ONCE + 1].count() > CHANGED_AT_ONCE:
            self.message_user(
                request,
                _("These are more than %s records. Narrow the list down first.") % CHANGED_AT_ONCE,
                messages.ERROR,
            )
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj=None):
        """Lead to the public page, of rows that have one and that the public may see."""
        if obj is not None and hasattr(obj, "get_absolute_url"):
            if type(obj).objects.published().filter(pk=obj.pk).exists():
                return obj.get_absolute_url()


def beside_the_address(options):
    """Give the fields of a fieldset with the permanent identifier after the address, if that is one of them."""
    return [name for field in options["fields"] for name in ((field, "uid") if field == "slug" else (field,))]


class RecordAdmin(SimpleHistoryAdmin, ScopedModelAdmin):
    """The admin of a Record: with its state, its history, and a reason for every change.

    `fieldsets` hold what is particular to the model; publication and reason are added below them.
    """

    form = RecordForm
    actions = ["export_selected", "publish", "set_to_draft", "archive"]
    save_on_top = True

    # The form

    def get_fieldsets(self, request, obj=None):
        stamps = [("created_at", "updated_at")] if obj else []
        publication = (
            _("Publication"),
            {"fields": ["state", ("publish_at", "unpublish_at"), *stamps]},
        )
        fieldsets = [*super().get_fieldsets(request, obj), *self.translations(), publication]
        if obj and issubclass(self.model, Identified):
            fieldsets = [
                (title, {**options, "fields": beside_the_address(options)}) for title, options in fieldsets
            ]
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            fieldsets.append((_("Why"), {"fields": ["change_reason", "loaded_at"]}))
        return fieldsets

    @property
    def media(self):
        """Show the groups of languages as tabs, where there are any."""
        tabs = forms.Media(
            js=[forms.widgets.Script("js/translation-tabs.js", type="module")],
            css={"all": ["css/translation-tabs.css"]},
        )
        return super().media + (tabs if getattr(self.model, "translated", ()) else forms.Media())

    def translations(self):
        """Give a group of fields for each further language; a script shows them as tabs."""
        names = getattr(self.model, "translated", ())
        return [
            (
                get_language_info(language)["name_local"],
                {
                    "fields": [attribute_of(name, language) for name in names],
                    "classes": ["translation", f"translation-{language}"],
                    "description": _("What stays empty here is shown in English, and marked as such."),
                },
            )
            for language in (OTHERS if names else ())
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Say in which language a text is written, to screen readers and spell checkers (WCAG 3.1.2), and in
        which time zone the schedule is.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in SCHEDULE:
            zone = _("Time zone: %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
            field.help_text = f"{field.help_text} {zone}"
        if (
            field
            and (language := getattr(db_field, "language", None))
            and hasattr(db_field, "translated_field")
        ):
            field.widget.attrs |= {"lang": language}
            field.label = capfirst(db_field.translated_field.verbose_name)
        return field

    def get_readonly_fields(self, request, obj=None):
        identifier = ["uid"] if issubclass(self.model, Identified) else []
        return [*super().get_readonly_fields(request, obj), *identifier, "created_at", "updated_at"]

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Name the parts that changed in the reason: the row's own history holds none of them.

        `save_model` has saved the row already, whatever changed, so that it has its version and its stamp.
        """
        parts = self.changed_parts(form, formsets) if change else []
        with gathered():
            super().save_related(request, form, formsets, change)
            if any(field.name in form.cleaned_data for field in self.opts.many_to_many):
                refresh(self.model, [form.instance.pk])
        if parts:
            version = form.instance.history.first()
            reason, parts = version.history_change_reason, ", ".join(parts)
            reason = f"{reason} ({parts})" if reason else parts
            length = version._meta.get_field("history_change_reason").max_length
            version.history_change_reason = Truncator(reason).chars(length)
            version.save(update_fields=["history_change_reason"])

    def changed_parts(self, form, formsets):
        """Give the names of the changed links and parts that have no history of their own."""
        links = [field for field in self.opts.many_to_many if field.name in form.changed_data]
        parts = [
            str(field.verbose_name)
            for field in links
            if {row.pk for row in form.cleaned_data[field.name]}
            != {row.pk for row in form.initial.get(field.name, ())}
        ]
        for formset in formsets:
            if not hasattr(formset.model, "history") and formset.has_changed():
                parts.append(str(formset.model._meta.verbose_name_plural))
        return parts

    def save_formset(self, request, form, formset, change):
        rows = formset.save(commit=False)
        for row in (*rows, *formset.deleted_objects):
            row._change_reason = form.cleaned_data.get("change_reason") or None
        for row in formset.deleted_objects:
            row.delete()
        for row in rows:
            row.save()
        formset.save_m2m()

    # The history

    def history_view(self, request, object_id, extra_context=None):
        self.read_key(self.model, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Show an old version. Never save it: the package asks for no more than leave to view."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        self.read_key(self.model, object_id)
        self.read_key(self.model.history.model, version_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    @staticmethod
    def read_key(model, text):
        try:
            return model._meta.pk.to_python(unquote(text))
        except ValidationError:
            raise Http404 from None

    # Actions

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish(self, request, queryset):
        self.set_state(request, queryset, State.PUBLISHED)

    @admin.action(description=gettext_lazy("Set to draft"), permissions=["change"])
    def set_to_draft(self, request, queryset):
        self.set_state(request, queryset, State.DRAFT)

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request, queryset):
        self.set_state(request, queryset, State.ARCHIVED)

    def set_state(self, request, queryset, state):
        """Save each row that is not in the state yet, so that its history tells."""
        with transaction.atomic(), gathered():
            keys = list(queryset.exclude(state=state).order_by("pk").values_list("pk", flat=True))
            for row in self.model._default_manager.filter(pk__in=keys).select_for_update().order_by("pk"):
                row.state = state
                row._history_user = request.user
                row._change_reason = _("Set to “%s” from the list") % state.label
                row.save()
                self.log_change(request, row, [{"changed": {"fields": [str(_("state"))]}}])
        self.message_user(
            request,
            ngettext(
                "%(count)d record is now “%(state)s”.",
                "%(count)d records are now “%(state)s”.",
                len(keys),
            )
            % {"count": len(keys), "state": state.label},
            messages.SUCCESS,
        )

    # Columns

    @admin.display(description=gettext_lazy("when"), ordering="start_earliest")
    def when(self, row):
        return period(row)

    @admin.display(description=gettext_lazy("source"))
    def cited(self, row):
        return row.source.publisher if row.source else ""


class ScopedInline(ScopedAdmin, admin.TabularInline):
    """Parts of a row, edited on its page."""

    form = KeepingForm
    extra = 0
    show_change_link = True


class RecordInline(ScopedInline):
    """Records that are edited on another row's page: those of the user's networks only."""

    form = LockedForm
    formset = RecordFormSet

    def get_fields(self, request, obj=None):
        keeper = self.admin_site._registry[self.parent_model]
        writes = keeper.has_change_permission(request, obj) and self.has_change_permission(request, obj)
        return [*self.fields, "loaded_at"] if writes else self.fields
