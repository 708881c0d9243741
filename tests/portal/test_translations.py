"""The Italian of what other sites embed: nothing is left in English, and what is compiled is what is written."""

import ast
import gettext
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.template import templatize

from events.models import Event
from networks.models import (
    Body,
    Document,
    Membership,
    Metric,
    Network,
    Participation,
    Qualifier,
    Role,
)

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.EMBED_LANGUAGES if code != settings.LANGUAGE_CODE]
SPEAKING = [  # all that a passport, what is embedded, and the pages beside them say
    "citynet/portal/passport.py",
    "citynet/portal/embeds.py",
    "citynet/core/dates.py",
    "citynet/core/days.py",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates/portal").glob("*passport*.html")),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates/portal/embed").glob("*.html")),
]
IN_PART = {"citynet/core/templatetags/citynet.py": ("period", "event_dates")}
CHOICES = (
    Membership.Category,
    Role.Post,
    Body.Kind,
    Participation.Part,
    Document.Kind,
    Event.Status,
    Network.Kind,
    Metric,
    Qualifier,
)
FUNCTIONS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
TEXT = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf"\b(n?gettext|_)\(({TEXT}(?:, *{TEXT})?)")
PLACE = re.compile(r"%\(\w+\)[sd]")
SAME = {  # what both languages say alike
    *("%(city)s %(clauses)s.", "%(cities)s in %(countries)s.", "partner", "forum", "task force"),
}


def said_in_code(tree):
    """Give the (singular, plural or None) of every text to translate below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
            texts = [part.value for part in node.args[:2] if isinstance(part, ast.Constant)]
            yield texts[0], texts[1] if node.func.id.startswith("n") else None


def said_in_template(source):
    """Give the same of a template, from what Django makes of it for xgettext."""
    for function, texts in CALL.findall(templatize(source)):
        texts = ast.literal_eval(f"({texts},)")
        yield texts[0], texts[1] if function == "ngettext" else None


def said_in(path):
    source = (ROOT / path).read_text()
    return said_in_template(source) if path.endswith(".html") else said_in_code(ast.parse(source))


def said_by_functions(path, names):
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            yield from said_in_code(node)


def said_by_choices(choices):
    with override(settings.LANGUAGE_CODE):
        return [(str(label), None) for label in choices.labels]


def everything_said():
    """Give {(singular, plural or None): where it is said}."""
    said = {}
    for path in SPEAKING:
        said.update(dict.fromkeys(said_in(path), path))
    for path, names in IN_PART.items():
        said.update(dict.fromkeys(said_by_functions(path, names), path))
    for choices in CHOICES:
        said.update(dict.fromkeys(said_by_choices(choices), choices.__qualname__))
    return said


def read_po(path):
    """Give ({(singular, plural or None): translations}, the keys of fuzzy ones) of a .po file (GNU gettext)."""
    entries, fuzzy = {}, set()
    for block in path.read_text().strip().split("\n\n"):
        texts, name = {}, ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                name, line = line.split(" ", 1)
            texts[name] = texts.get(name, "") + ast.literal_eval(line)
        key = texts["msgid"], texts.get("msgid_plural")
        entries[key] = [text for name, text in texts.items() if name.startswith("msgstr")]
        if "#, fuzzy" in block:
            fuzzy.add(key)
    return entries, fuzzy


def po_of(language):
    return ROOT / "citynet" / "locale" / language / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_embedded_is_said_in_the_language(language):
    entries, fuzzy = read_po(po_of(language))
    said = everything_said()
    assert len(said) > 150
    assert ("since %(start)s", None) in said and ("source %(number)s", None) in said
    assert {key: where for key, where in said.items() if not all(entries.get(key) or [""])} == {}
    assert fuzzy == set()
    assert [key for key, words in entries.items() if key[0] not in ("", *SAME) and key[0] in words] == []
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places_of_names_and_numbers(language):
    entries, _fuzzy = read_po(po_of(language))
    wrong = [
        words
        for (singular, _plural), translations in entries.items()
        for words in translations
        if singular and set(PLACE.findall(words)) != set(PLACE.findall(singular))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_translations_are_those_that_are_written(language):
    """The .mo file, which Django reads, holds exactly the .po file: run `msgfmt -o django.mo django.po`."""
    path = po_of(language)
    entries, _fuzzy = read_po(path)
    compiled = path.with_suffix(".mo").read_bytes()
    with path.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    for (singular, plural), words in entries.items():
        if plural is None and singular:
            assert catalogue.gettext(singular) == words[0]
        elif plural:
            assert [catalogue.ngettext(singular, plural, number) for number in (1, 2)] == words
    assert struct.unpack("<I", compiled[8:12])[0] == len(entries)
