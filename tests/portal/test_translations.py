"""Every string of the code and the templates is said in every language, and what is compiled is what is written."""

import ast
import calendar
import gettext
import re
import struct
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
SOURCES = (*ROOT.glob("citynet/**/*.py"), *ROOT.glob("networks/**/*.py"), *ROOT.glob("events/**/*.py"))
TEMPLATES = tuple(ROOT.glob("templates/**/*.html"))
FUNCTION = re.compile(r"^(?:u?n?p?gettext(?:_lazy|_noop)?|_)$")
TEXT = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(({TEXT}(?:, *{TEXT})*)")
PLACE = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")
OF_DJANGO = {(None, name, None) for name in calendar.month_name[1:]}  # which we say anew in Italian alone
LONG = 4  # words, from which on a text that reads as the English one is no coincidence


def key_of(function, texts):
    """Give (context, singular, plural) of what a gettext function was given."""
    texts = list(texts)
    context = texts.pop(0) if "pgettext" in function else None
    return context, texts[0], texts[1] if function.startswith(("n", "un")) else None


def said_in_code(source):
    """Give the key of every text to translate; what is made while the program runs, nobody can translate."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
            if FUNCTION.match(name) and texts and all(isinstance(text, str) for text in texts[:1]):
                yield key_of(name, [text for text in texts if isinstance(text, str)])


def said_in_template(source):
    """Give the same of a template, from what Django makes of it for xgettext."""
    for function, texts in CALL.findall(templatize(source)):
        yield key_of(function, ast.literal_eval(f"({texts},)"))


@cache
def everything_said():
    """Give {(context, singular, plural): where it is said}; what is said with a plural is not listed without."""
    said = {}
    for read, paths in ((said_in_code, SOURCES), (said_in_template, TEMPLATES)):
        for path in paths:
            if "migrations" not in path.parts:
                said.update(dict.fromkeys(read(path.read_text()), path.relative_to(ROOT).as_posix()))
    with_plural = {key[:2] for key in said if key[2]}
    return {key: where for key, where in said.items() if key[2] or key[:2] not in with_plural}


def read_po(path):
    """Give ({(context, singular, plural): translations}, the keys of fuzzy ones) of a .po file (GNU gettext)."""
    entries, fuzzy, doubled = {}, set(), []
    for block in re.split(r"\n\s*\n", path.read_text().strip()):
        texts, name = {}, ""
        for line in block.splitlines():
            if line.startswith("#") or not line:
                continue
            if not line.startswith('"'):
                name, line = line.split(" ", 1)
            texts[name] = texts.get(name, "") + ast.literal_eval(line)
        if "msgid" not in texts:
            continue
        key = texts.get("msgctxt"), texts["msgid"], texts.get("msgid_plural")
        if key in entries:
            doubled.append(key)
        entries[key] = [text for name, text in texts.items() if name.startswith("msgstr")]
        if re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            fuzzy.add(key)
    assert doubled == []
    return entries, fuzzy


def po_of(language):
    return ROOT / "citynet" / "locale" / language / "LC_MESSAGES" / "django.po"


@cache
def words_of(language):
    """Give {key: translations} of a language's .po file without its header, and that header."""
    entries, fuzzy = read_po(po_of(language))
    header = entries.pop((None, "", None))[0]
    return entries, fuzzy, header


def test_the_readers_find_what_is_said():
    assert list(said_in_code('_("a"); x.ngettext("b", "c", 2); pgettext_lazy("d", "e"); f("g"); _(h)')) == [
        (None, "a", None),
        (None, "b", "c"),
        ("d", "e", None),
    ]
    assert list(
        said_in_template(
            "{% load i18n %}{% translate 'a' %}{% translate 'b' context 'c' %}{{ x|f:_('d') }}"
            "{% blocktranslate trimmed count n=1 %}\n  one\n{% plural %}\n  {{ n }} more\n{% endblocktranslate %}"
        )
    ) == [(None, "a", None), ("c", "b", None), (None, "d", None), (None, "one", "%(n)s more")]
    said = everything_said()
    assert len(said) > 1500
    assert {(None, "Which one?", None), (None, "Skip to the content", None)} & said.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_the_language(language):
    """No string is missing, empty or fuzzy, none is left over, and no sentence is still English."""
    entries, fuzzy, _header = words_of(language)
    said = everything_said()
    missing = {key: where for key, where in said.items() if not all(entries.get(key) or [""])}
    assert missing.keys() - (OF_DJANGO if language != "it" else set()) == set(), missing
    assert fuzzy == set()
    assert entries.keys() - said.keys() == set()
    same = [key[1] for key, words in entries.items() if key[1] in words and len(key[1].split()) >= LONG]
    assert [text for text in same if re.search(r"[a-z]{2}", PLACE.sub("", text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places_of_names_and_numbers(language):
    """Each form of a plural too, but that "one" may be said without its number."""
    entries, _fuzzy, _header = words_of(language)
    wrong = []
    for (_context, singular, plural), translations in entries.items():
        for number, words in enumerate(translations):
            places = sorted(PLACE.findall(words))
            allowed = [sorted(PLACE.findall(singular))] if number == 0 else []
            allowed += [sorted(PLACE.findall(plural))] if plural else []
            if words and not plural and set(places) != set(allowed[0]):
                wrong.append(words)
            elif words and plural and all(set(places) != set(each) for each in allowed):
                wrong.append(words)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_of_the_language(language):
    """As many as the header says, and told apart by the same numbers as in CLDR."""
    entries, _fuzzy, header = words_of(language)
    forms, rule = re.search(r"nplurals=(\d+); plural=([^;]+);", header).groups()
    assert {len(words) for key, words in entries.items() if key[2]} == {int(forms)}
    form_of, category_of = gettext.c2py(rule), Locale.parse(language).plural_form
    pairs = {(form_of(number), category_of(number)) for number in range(1_000)}
    one_to_one = len(pairs) == len({form for form, _name in pairs}) == len({name for _form, name in pairs})
    by_cldr = {name: [n for n in range(20) if category_of(n) == name] for _form, name in sorted(pairs)}
    assert one_to_one, f"Plural-Forms must tell these numbers apart: {by_cldr}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_translations_are_those_that_are_written(language):
    """The .mo file, which Django reads, holds exactly the .po file: run `make messages`."""
    path = po_of(language)
    entries, fuzzy, header = words_of(language)
    written = {key: words for key, words in entries.items() if all(words) and key not in fuzzy}
    compiled = path.with_suffix(".mo").read_bytes()
    with path.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    form_of = gettext.c2py(re.search(r"plural=([^;]+);", header)[1])
    number_of = {form_of(number): number for number in reversed(range(1_000))}
    for (context, singular, plural), words in written.items():
        if plural is None:
            found = [catalogue.pgettext(context, singular) if context else catalogue.gettext(singular)]
        else:
            ask = catalogue.ngettext if context is None else lambda *a, c=context: catalogue.npgettext(c, *a)
            found = [ask(singular, plural, number_of[form]) for form in range(len(words))]
        assert found == words, singular
    assert struct.unpack("<I", compiled[8:12])[0] == len(written) + 1
