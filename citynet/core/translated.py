"""Names, summaries and texts in several languages: a column each, which django-modeltranslation makes.

A model says `translated = ("name", "summary", "text")`, and every language of `settings.LANGUAGES` but the
first gets a nullable column of each: `name_it`, `name_fr`… The first language, English, stays in the column
that was there, `name`: one fact, one place. Its value is the attribute `name_en` of a row, as a foreign key's
is `city_id`; `row.name` is what a reader of the active language sees:

    row.name_en, row.name_it    what is written in a language; None or "" when nothing is
    row.name                    in the active language, else in English, else in any that is filled
    row.name = "Monaco"         writes it in the active language, and in English if nothing is there yet
    filter(name=…), F("name")   the English column, whatever the language, as are constraints and indexes
    in_language("name")         an expression for queries: in the active language, else in English

So modeltranslation's fields, options and registry are used, and its rewriting of queries, managers,
constructors, constraints and indexes is not: under it, saving in an Italian admin changes what a constraint
compares, and every index on a name is made five times.

Names are sorted by `sort_text_it`…, their folded text in a language, empty where nothing is translated, when
`search_text` serves (`citynet.core.collation`).
"""

from functools import cache, partial

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce, NullIf
from django.db.models.signals import class_prepared
from django.utils.translation import get_language as get_active_language
from modeltranslation.fields import create_translation_field
from modeltranslation.translator import TranslationOptions, translator

from .text import fold

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SOURCE, *OTHERS = LANGUAGES  # the language of the original columns, and those with columns of their own


def get_language():
    """Give the language that texts are shown in: the active one, or the first where a site has not got it."""
    return known(get_active_language())


@cache
def known(code):
    for language in (code or "", (code or "").split("-")[0]):
        if language in LANGUAGES:
            return language
    return SOURCE


@cache
def preferred(language):
    """Give the languages in the order in which a reader of one is shown a text: theirs, English, the rest."""
    return tuple(dict.fromkeys((language, SOURCE, *OTHERS)))


def attribute_of(name, language):
    """Give the attribute that holds a text in a language."""
    return f"{name}_{language.replace('-', '_')}"


# Fields --------------------------------------------------------------------


class Translatable:
    """For a text field: on a model that names it in `translated`, it is that text in English.

    Its attribute is `name_en` then, and `name` is the text in the active language.
    """

    source_name = None  # its name, if it is in English a text that is kept in other languages too

    def contribute_to_class(self, cls, name, *args, **kwargs):
        if not hasattr(self, "language") and name in getattr(cls, "translated", ()):
            self.source_name = name
        if self.is_translated_source:
            self.name = name = self.source_name  # simple-history calls its copy of a field by its attribute
        super().contribute_to_class(cls, name, *args, **kwargs)
        if self.is_translated_source:
            setattr(cls, name, property(partial(show, name=name), partial(write, name=name)))

    @property
    def is_translated_source(self):
        return self.source_name is not None and not hasattr(self, "language")

    def get_attname(self):
        return attribute_of(self.name, SOURCE) if self.is_translated_source else self.name

    def get_attname_column(self):
        return self.get_attname(), self.db_column or self.name

    def save_form_data(self, instance, data, *args, **kwargs):
        setattr(instance, self.attname, data)


class TranslatableCharField(Translatable, models.CharField):
    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class TranslatableTextField(Translatable, models.TextField):
    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


def language_shown(row, name):
    """Give the language of the text that `row.name` shows; None if the text is empty or has no language.

    What a queryset deferred of further languages is not read for this.
    """
    active = get_language()
    for language in preferred(active):
        attribute = attribute_of(name, language)
        if language in (active, SOURCE) or attribute in row.__dict__:
            if getattr(row, attribute):
                return language
    return None


def show(row, name):
    language = language_shown(row, name)
    return getattr(row, attribute_of(name, language)) if language else ""


def write(row, value, name):
    setattr(row, attribute_of(name, get_language()), value)
    if not getattr(row, attribute_of(name, SOURCE)):
        setattr(row, attribute_of(name, SOURCE), value)


def is_translated(model, name):
    return name in getattr(model, "translated", ())


def every_language(row, name):
    """Give a text of a row in each language in which it is written, English first."""
    if not is_translated(type(row), name):
        return [str(value)] if (value := getattr(row, name)) else []
    texts = (getattr(row, attribute_of(name, language)) for language in LANGUAGES)
    return [text for text in texts if text]


def folded_names(row):
    """Give the names of a row, its `search_sources`, folded, a line each; what is only in further languages last.

    "Frankfurt" stands before "Frankfurt an der Oder" then, whatever its local name.
    """
    model, lines, further = type(row), [], []
    for name in row.search_sources:
        if is_translated(model, name):
            lines.append(getattr(row, attribute_of(name, SOURCE)))
            further += [getattr(row, attribute_of(name, language)) for language in OTHERS]
        else:
            lines.append(getattr(row, name))
    lines = [fold(line) for line in lines if line]
    further = dict.fromkeys(fold(line) for line in further if line)
    return "\n".join((*lines, *(line for line in further if line not in lines)))


class SortTextField(models.TextField):
    """The name in a language, folded, by which lists in that language are sorted; NULL while there is none."""

    def __init__(self, language, **kwargs):
        self.sorted_language = language
        kwargs.update(editable=False, null=True, blank=True)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "null", "blank"):
            del kwargs[fixed]
        return name, path, [self.sorted_language, *args], kwargs

    def pre_save(self, model_instance, add):
        attribute = attribute_of("name", self.sorted_language)
        if hasattr(model_instance, attribute):
            setattr(model_instance, self.attname, fold(getattr(model_instance, attribute) or "") or None)
        return super().pre_save(model_instance, add)


# Models --------------------------------------------------------------------


def add_languages(sender, **kwargs):
    """Give a model its fields in every language; called before its history is made, which so has them too."""
    if sender._meta.abstract or sender._meta.proxy or not sender.__dict__.get("translated"):
        return
    options = translator._get_options_for_model(
        sender, TranslationOptions, fields=sender.translated, empty_values=None
    )
    options.registered = True
    for name in sender.translated:
        for language in OTHERS:
            field = create_translation_field(sender, name, language, empty_value=None)
            sender.add_to_class(field.name, field)
            options.add_translation_field(name, field)
    if "name" in sender.translated:
        for language in OTHERS:
            sender.add_to_class(attribute_of("sort_text", language), SortTextField(language))


class_prepared.connect(add_languages)


# Queries -------------------------------------------------------------------


def in_language(path):
    """Give what selects the text at the path of a query, in the active language, else in English.

    For `values_list()` and inside expressions: in English it is the path itself, so that the statement is the
    same as ever. The path may lead over relations of any kind (`city__name`).
    """
    return path if get_language() == SOURCE else InLanguage(path)


class InLanguage(F):
    """The text at a path in the active language, resolved against the model that it is asked of."""

    def resolve_expression(self, query=None, *args, **kwargs):
        return translated_at(query.model, self.name).resolve_expression(query, *args, **kwargs)


def translated_at(model, path):
    """Give the expression of a text at a path from the model; what is not translated is itself."""
    *steps, name = path.split(LOOKUP_SEP)
    language, target = get_language(), model_at(model, steps)
    if language == SOURCE or target is None:
        return F(path)
    if is_translated(target, name):
        column = F(LOOKUP_SEP.join((*steps, attribute_of(name, language))))
        return Coalesce(NullIf(column, Value("")), F(path), output_field=models.TextField())
    if name == "search_text" and is_translated(target, "name"):
        return sort_text(language, LOOKUP_SEP.join((*steps, "")))
    return F(path)


def sort_text(language, prefix=""):
    """Give the expression of the folded name that sorts rows in a further language; index this very one."""
    column = F(prefix + attribute_of("sort_text", language))
    return Coalesce(column, F(f"{prefix}search_text"), output_field=models.TextField())


def model_at(model, steps):
    """Give the model at the end of a path of relations, None where it is none."""
    for step in steps:
        try:
            model = model._meta.get_field(step).related_model
        except FieldDoesNotExist:
            return None
    return model
