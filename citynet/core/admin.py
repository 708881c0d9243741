"""The one admin base: who may see which rows, no lost changes, reasons, exports, and lists that stay fast.

A row belongs to networks by the admin's `network_path`. Who has the permission
`networks.edit_every_network` reaches the rows of all of them, everybody else those of the networks in
`user.edited_networks`; what they may do there is said by the ordinary permissions of the model. The same
rule stands behind lists, forms, history, menus, autocompletion, inlines, actions and exports, because all
of them start from `get_queryset` or ask `has_*_permission` with the row (TRAPS 11).
"""

import itertools

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_spawns_duplicates, unquote
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, connection, models, transaction
from django.db.models import Q
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from .dates import day_words
from .export import export_response
from .fields import PartialDateField, PartialDateWidget
from .models import SCHEDULE, Identified, State
from .search_index import gathered, refresh
from .templatetags.citynet import period
from .text import fold
from .translated import OTHERS, attribute_of

EVERY_NETWORK = "networks.edit_every_network"
COUNTED = 10_000  # rows that a list counts before it says "more than"
CHANGED_AT_ONCE = 1_000  # rows that an action saves or deletes in one request

PERIOD = (gettext_lazy("Dates"), {"fields": [("start", "end"), "confirmed_on"]})
EVIDENCE = (gettext_lazy("Who says so"), {"fields": ["source", "quote", "note"]})
TEXTS = (gettext_lazy("What its page says"), {"fields": ["summary", "text", "website"]})


def network_ids(request):
    """Give the ids of the networks whose rows the user may reach, or None for every network."""
    if not hasattr(request, "_network_ids"):
        everywhere = request.user.has_perm(EVERY_NETWORK)
        ids = None if everywhere else set(request.user.edited_networks.values_list("network", flat=True))
        request._network_ids = ids
    return request._network_ids


class CappedPaginator(Paginator):
    """Count no further than a list can be paged: the count of a big table costs more than its page."""

    @cached_property
    def counted(self):
        return self.object_list.order_by()[: COUNTED + 1].count()

    @property
    def count(self):
        return min(self.counted, COUNTED)

    @property
    def is_capped(self):
        """Whether there are more rows than were counted."""
        return self.counted > COUNTED


# Forms -----------------------------------------------------------------------------------------------------


class RecordFormSet(forms.BaseInlineFormSet):
    """Refuse two rows of one page that cannot both be kept: neither is in the database for the other to see."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        kept = [form.instance for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        for row, other in itertools.combinations(kept, 2):
            if hasattr(row, "clashes_with") and row.clashes_with(other):
                raise ValidationError(
                    _("Two of these rows say the same of the same time: %s. Keep one, or correct the dates.")
                    % row
                )


class StampField(forms.CharField):
    """When the row was last changed, as it was when the form was opened."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class KeepingForm(forms.ModelForm):
    """Let links to rows that the user cannot choose stay as they are; else a save would cut them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stays = {}
        scoped = {name: field for name, field in self.fields.items() if getattr(field, "is_scoped", False)}
        for name, field in scoped.items() if self.instance.pk else ():
            offered, rows = field.queryset.order_by().values("pk"), field.queryset.model._default_manager
            if isinstance(field, forms.ModelMultipleChoiceField):
                linked = getattr(self.instance, name)
                self.stays[name] = set(linked.exclude(pk__in=offered).values_list("pk", flat=True))
            elif pk := getattr(self.instance, self.instance._meta.get_field(name).attname):
                field.queryset = rows.filter(Q(pk__in=offered) | Q(pk=pk))

    def clean_confirmed_on(self):
        day = self.cleaned_data["confirmed_on"]
        if day and day > timezone.localdate() and "confirmed_on" in self.changed_data:
            raise ValidationError(_("That day is still to come."))
        return day

    def clean(self):
        cleaned = super().clean()
        for name in self.stays.keys() & self.cleaned_data.keys():
            chosen = {row.pk for row in self.cleaned_data[name]}
            rows = self.fields[name].queryset.model._default_manager
            self.cleaned_data[name] = rows.filter(pk__in=chosen | self.stays[name])
        return cleaned


class LockedForm(KeepingForm):
    """Refuse to save over what somebody else saved after this form was opened (TRAPS 12).

    What was typed stays. Saved again after that warning, it counts: the new stamp is in the form by then.
    """

    loaded_at = StampField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["loaded_at"].initial = self.instance.updated_at.isoformat()

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            self.refuse_if_changed_meanwhile()
        return cleaned

    def refuse_if_changed_meanwhile(self):
        rows = type(self.instance)._base_manager.filter(pk=self.instance.pk).order_by("pk")
        if connection.in_atomic_block:
            rows = rows.select_for_update()
        changed_at = rows.values_list("updated_at", flat=True).first()
        opened = self.cleaned_data.get("loaded_at")
        if changed_at is None or changed_at.isoformat() == opened:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("loaded_at")] = changed_at.isoformat()
        raise ValidationError(self.say_who_changed_it(opened), code="changed_meanwhile")

    def say_who_changed_it(self, opened):
        versions = self.instance.history.select_related("history_user")
        last = versions.first()
        user = last and last.history_user
        who = (user.get_full_name() or user.get_username()) if user else _("Somebody")
        when = timezone.localtime(last.history_date if last else None)
        sentences = [
            _("%(who)s changed “%(row)s” on %(day)s at %(time)s, after you had opened it: nothing was saved.")
            % {
                "who": who,
                "row": self.instance,
                "day": day_words(when),
                "time": date_format(when, "H:i:s"),
            }
        ]
        if changed := self.fields_changed_since(opened, versions, last):
            sentences.append(_("Changed were: %s.") % ", ".join(changed))
        sentences.append(_("What you typed is still here. Compare it with the record, then save it again."))
        return " ".join(sentences)

    def fields_changed_since(self, opened, versions, last):
        """Give the names of the fields that differ between the version that was opened and the last."""
        try:
            first = versions.filter(updated_at=opened).first()
        except ValidationError:
            first = None
        if not first:
            return []
        fields = {field.name: field for field in self.instance._meta.fields if field.editable}
        changed = last.diff_against(first).changed_fields
        return [str(fields[name].verbose_name) for name in changed if name in fields]


class RecordForm(LockedForm):
    """A record's form, which also asks why."""

    change_reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("May stay empty. Kept in the history, for your colleagues."),
    )


class _KnownChoices:
    """A choice that can be no key (`?source=abc`, 10^40) is none, where Django would fail to look it up."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [key for key in value if self.can_be_a_key(key)], attrs)

    def can_be_a_key(self, key):
        try:
            return abs(int(key)) < 2**63
        except ValueError:
            return key == ""


class Autocomplete(_KnownChoices, AutocompleteSelect):
    pass


class AutocompleteMany(_KnownChoices, AutocompleteSelectMultiple):
    pass


# Whose rows ------------------------------------------------------------------------------------------------


class ScopedAdmin:
    """What a ModelAdmin and an inline have in common: rows, and choices, of the user's networks only.

    `network_path` is the path from the model to its network: "" for the network itself, None for reference
    data that all share, a tuple where there are several ways. A path over a to-many relation is fine: such
    a row belongs to each of its networks.
    """

    network_path = None
    formfield_overrides = {
        PartialDateField: {"widget": PartialDateWidget},
        models.URLField: {"assume_scheme": "https"},
    }

    @property
    def network_paths(self):
        if self.network_path is None:
            return ()
        return self.network_path if isinstance(self.network_path, tuple) else (self.network_path,)

    def of_networks(self, ids):
        """Give the Q of rows that belong to one of the networks, without repeating any."""
        found = Q()
        for to_network in self.network_paths:
            lookup = Q(**{f"{to_network or 'pk'}__in": ids})
            if to_network and lookup_spawns_duplicates(self.opts, to_network):
                lookup = Q(pk__in=self.model._base_manager.filter(lookup).values("pk"))
            found |= lookup
        return found

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        ids = network_ids(request)
        if self.network_paths and ids is not None:
            rows = rows.filter(self.of_networks(ids))
        if related := getattr(self, "list_select_related", False):
            rows = rows.select_related(*related)
        return rows

    def get_field_queryset(self, db, db_field, request):
        """Offer, and accept, as a link's target what the user may see in the target's own admin."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(target, ScopedAdmin):
            return target.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return self.scoped(super().formfield_for_foreignkey(db_field, request, **kwargs), db_field, request)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteMany(db_field, self.admin_site))
        return self.scoped(super().formfield_for_manytomany(db_field, request, **kwargs), db_field, request)

    def scoped(self, field, db_field, request):
        """Name the choices as the target's admin does; who has networks of their own must choose one."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if field and isinstance(target, ScopedAdmin):
            field.label_from_instance = target.label
            if network_ids(request) is not None and target.network_paths:
                field.is_scoped = True
                if (db_field.name,) == self.network_paths and (db_field.many_to_many or db_field.null):
                    field.required = True
        return field

    def label(self, row):
        """Name a row where it is chosen; more than its name where names are not enough."""
        return str(row)


# Lists -----------------------------------------------------------------------------------------------------


class CurrentFilter(admin.SimpleListFilter):
    title = gettext_lazy("today")
    parameter_name = "today"

    def lookups(self, request, model_admin):
        return [("holds", _("holds today")), ("ended", _("ended")), ("future", _("not yet begun"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "holds":
            return queryset.filter(start_earliest__lte=today, end_latest__gte=today)
        if self.value() == "ended":
            return queryset.filter(end_latest__lt=today)
        if self.value() == "future":
            return queryset.filter(start_earliest__gt=today)


class DecadeFilter(admin.SimpleListFilter):
    """What Django's date hierarchy is for, without its minimum, maximum and DISTINCT over a big table."""

    title = gettext_lazy("start")
    parameter_name = "decade"
    field = "start"
    FIRST = 1950

    def lookups(self, request, model_admin):
        decades = range(timezone.localdate().year // 10 * 10, self.FIRST - 10, -10)
        return [
            *((str(decade), _("%(year)ss") % {"year": decade}) for decade in decades),
            ("before", _("before %s") % self.FIRST),
            ("none", _("not known")),
        ]

    def queryset(self, request, queryset):
        value, earliest = self.value(), f"{self.field}_earliest"
        if value == "none":
            return queryset.filter(**{self.field: ""})
        if value == "before":
            return queryset.filter(**{f"{earliest}__lt": f"{self.FIRST}-01-01"}).exclude(**{self.field: ""})
        if value in {key for key, _label in self.lookup_choices}:
            return queryset.filter(
                **{f"{earliest}__gte": f"{value}-01-01", f"{earliest}__lte": f"{int(value) + 9}-12-31"}
            )


# The bases -------------------------------------------------------------------------------------------------


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
