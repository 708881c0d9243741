"""Model and form fields of the floor: partial dates with their days, and folded search text."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from .dates import PartialDate
from .translated import folded_names

validate_language = RegexValidator(
    r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z",
    _("Write the code of the language, like it, de or sr-Latn (ISO 639)."),
)

PARTIAL_DATE_HELP = _("As exactly as it is known: 1991, Sept 2009, 15/10/2015, 1990s, or “by 2015”.")


class PartialDateWidget(forms.TextInput):
    """A text input that shows, below it, how the date was understood (`static/js/partial-date.js`)."""

    template_name = "core/partial_date_widget.html"

    class Media:
        js = (forms.widgets.Script("js/partial-date.js", type="module"),)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        try:
            context["meaning"] = PartialDate.parse(value).words() if value else ""
        except ValueError:
            context["meaning"] = ""
        return context


class PartialDateFormField(forms.CharField):
    """Take `1991`, `2009-09`, `Sept 2009`, `15/10/2015`, `1990s` or `by 2015`; give a PartialDate.

    Anything else is a ValidationError that says what can be written.
    """

    widget = PartialDateWidget

    def __init__(self, **kwargs):
        kwargs["max_length"] = 60
        super().__init__(**kwargs)

    def clean(self, value):
        words = super().clean(value)
        try:
            return PartialDate.parse(words)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def has_changed(self, initial, data):
        try:
            return PartialDate.parse(initial) != PartialDate.parse(data)
        except ValueError:
            return True


class _AsPartialDate(DeferredAttribute):
    """Turn any text assigned to the attribute into a PartialDate, so that `row.start.earliest` always works."""

    def __set__(self, instance, value):
        try:
            value = PartialDate(value or "")
        except ValueError:
            pass  # left as it is, for validation to refuse with a message
        instance.__dict__[self.field.attname] = value


class PartialDateField(models.CharField):
    """A date as exactly as it is known, stored as EDTF text (ISO 8601-2); see `core.dates.PartialDate`."""

    descriptor_class = _AsPartialDate

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 16
        kwargs["blank"] = kwargs.get("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("help_text", PARTIAL_DATE_HELP)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return PartialDate(value or "")

    def to_python(self, value):
        try:
            return value if isinstance(value, PartialDate) else PartialDate(value or "")
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def get_prep_value(self, value):
        return str(self.to_python(value))

    def formfield(self, **kwargs):
        return models.Field.formfield(self, form_class=PartialDateFormField, **kwargs)


class BoundField(models.DateField):
    """The earliest or latest day that a partial date allows, kept in step with it on every save.

    `source` names the PartialDateField; the model's `date_bounds(source)` gives both days. Never
    empty, so that a period is found by two plain comparisons on indexed columns.
    """

    def __init__(self, source, which, **kwargs):
        self.source, self.which = source, which
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, [self.source, self.which, *args], kwargs

    def pre_save(self, model_instance, add):
        if hasattr(model_instance, "date_bounds"):
            earliest, latest = model_instance.date_bounds(self.source)
            setattr(model_instance, self.attname, earliest if self.which == "earliest" else latest)
        return super().pre_save(model_instance, add)


class FoldedTextField(models.TextField):
    """What a text filter looks in: the model's `search_sources`, folded, kept in step on every save."""

    def __init__(self, **kwargs):
        kwargs.update(editable=False, default="", blank=True)
        super().__init__(**kwargs)

    def pre_save(self, model_instance, add):
        if hasattr(model_instance, "search_sources"):
            setattr(model_instance, self.attname, folded_names(model_instance))
        return super().pre_save(model_instance, add)
