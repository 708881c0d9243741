"""What the forms of records refuse: to save over somebody else's change, or to cut links out of sight."""

import itertools

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..dates import day_words


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
