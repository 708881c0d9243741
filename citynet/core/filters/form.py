"""The form of a filter set: laid out by crispy, and remembered, since rendering is most of a list page's work."""

from typing import NamedTuple

from crispy_forms.layout import Field as CrispyField
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import get_template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language

from .fields import PickField

MOST_OPTIONS = 100  # of one menu; the others are reached by typing
MANY_OPTIONS = 8  # with more of them, a menu is worth searching

_REMEMBERED = {}
_MOST_REMEMBERED = 1000

OPTION = """
<div class="form-check{}">
<input class="form-check-input" type="checkbox" name="{}" value="{}" id="{}"{}>
<label class="form-check-label" for="{}">{}{}</label>
</div>"""
COUNT = ' <span class="facet-count numbers">{}<span class="visually-hidden"> {}</span></span>'


class Remembered(CrispyField):
    """A field that crispy lays out once for each value, choice, number and language, and then remembers.

    Rendering is most of a list page's work (TRAPS 1) and nearly all fields of it are the same every time.
    Free text is not remembered: there is no end of it.
    """

    def __init__(self, name):
        super().__init__(name)
        self.name = name

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        bound, field = form[self.name], form.fields[self.name]
        if isinstance(field, PickField):
            menu = form.filters.options(self.name)
            key, extra = menu, lambda: choices_context(form, bound, menu)
        else:
            choices = tuple((key, str(label)) for key, label in getattr(field, "choices", ()))
            value = bound.value()
            key = (tuple(value) if isinstance(value, list) else value, choices)
            extra = dict
            if value and not choices:
                return self.render_now(form, context, template_pack, {})
        key = (form.kind, self.name, get_language(), key, tuple(form.errors.get(self.name, ())))
        if key not in _REMEMBERED:
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[key] = self.render_now(form, context, template_pack, extra())
        return _REMEMBERED[key]

    def render_now(self, form, context, template_pack, extra):
        template = getattr(form.fields[self.name], "template", None)
        return self.get_rendered_fields(form, context, template_pack, template=template, extra_context=extra)


class Options(NamedTuple):
    """What a menu offers: Picks, how many rows each leaves (None: not counted), and the values taken."""

    picks: tuple
    counts: tuple | None
    taken: tuple


def shown(menu):
    """Give the (pick, count) of a menu's options that are written out, in their order.

    Of very many these are those that leave the most rows, and those taken.
    """
    options = list(zip(menu.picks, menu.counts or [None] * len(menu.picks), strict=True))
    if len(options) > MOST_OPTIONS:
        most = sorted(options, key=lambda option: -(option[1] or 0))[:MOST_OPTIONS]
        written = {pick.value for pick, _count in most}.union(menu.taken)
        options = [option for option in options if option[0].value in written]
    return options


def choices_context(form, bound, menu):
    """Give what the template of choices shows; the options are joined here, as loops of templates are slow."""
    options = shown(menu)
    one, several = form.filters.nouns

    def written(pick, count):
        marks = (
            format_html(
                COUNT,
                number_format(count, force_grouping=True),
                one if count == 1 else several,
            )
            if count is not None
            else ""
        )
        name = f"{bound.auto_id}-{pick.value}"
        checked = mark_safe(" checked") if pick.value in menu.taken else ""
        nothing = " leaves-nothing" if count == 0 else ""
        return nothing, bound.html_name, pick.value, name, checked, name, capfirst(pick.words), marks

    return {
        "options": format_html_join("", OPTION, (written(*option) for option in options)),
        "taken": len(menu.taken),
        "is_long": len(options) > MANY_OPTIONS,
        "others": len(menu.picks) - len(options),
        "is_counted": menu.counts is not None,
        "nouns": several,
    }


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
