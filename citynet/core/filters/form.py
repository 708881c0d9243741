"""The form of a filter set: laid out by crispy, and remembered, since rendering is most of a list page's work."""

from crispy_forms.layout import Field as CrispyField
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import get_template
from django.utils.translation import get_language

_REMEMBERED = {}
_MOST_REMEMBERED = 1000


class Remembered(CrispyField):
    """A field that crispy lays out once for each value, choice and language, and then remembers.

    Rendering is most of a list page's work (TRAPS 1) and nearly all fields of it are the same every time.
    Free text is not remembered: there is no end of it.
    """

    def __init__(self, name):
        super().__init__(name)
        self.name = name

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        bound = form[self.name]
        value, field = bound.value(), bound.field
        choices = getattr(field, "choices", None)
        if callable(choices):
            known = choices()
            absent = (field.unused(text) for text in value if text not in known) if field.unused else ()
            choices = (*known.values(), *filter(None, absent))
        elif choices:
            choices = tuple((key, str(label)) for key, label in choices)
        if value and not choices:
            return self.render_now(form, context, template_pack, choices)
        value = tuple(value) if isinstance(value, list) else value
        key = (form.kind, self.name, get_language(), value, choices, tuple(form.errors.get(self.name, ())))
        if key not in _REMEMBERED:
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[key] = self.render_now(form, context, template_pack, choices)
        return _REMEMBERED[key]

    def render_now(self, form, context, template_pack, choices):
        field = form.fields[self.name]
        return self.get_rendered_fields(
            form,
            context,
            template_pack,
            template=getattr(field, "template", None),
            extra_context={"choices": choices},
        )


class Folded(LayoutObject):
    """The filters that stay folded up until one of them is used."""

    template = "core/_filter_more.html"

    def __init__(self, *fields):
        self.fields = list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        html = self.get_rendered_fields(form, context, template_pack)
        used = sum(bool(form.cleaned_data.get(field.name)) for field in self.fields)
        return get_template(self.template).render({"fields": html, "used": used})


class Row(LayoutObject):
    """The fields that are always in sight."""

    template = "core/_filter_row.html"

    def __init__(self, *fields):
        self.fields = list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        html = self.get_rendered_fields(form, context, template_pack)
        return get_template(self.template).render({"fields": html})


class Grid(Row):
    """The filters that are declared first, since most visitors come for them."""

    template = "core/_filter_grid.html"


class FilterForm(forms.Form):
    """A filter set's form: a label for every field, and ids that no other form of the page has."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="filter-%s", **kwargs)
