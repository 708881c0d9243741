"""The index that search looks in: one entry for every published record with a page of its own.

A model says what its records are found by::

    search_sources = ("name", "acronym")          its own names
    search_names = ("names", "aliases")           relations whose rows are further names of it
    search_related = ("seat", "topics")           what it is tied to, by whose names it is found too
    search_part_of = ("event",)                   of a part: whose entry holds words of it
    search_parents = ("network",)                 without which, if it has any, it is not public
    search_text_name = "title"                    the text by which owners are found, if not `search_text`
    search_prominence, search_words()             its rank among equals, and further text

`save()`, `delete()` and the bulk methods of the querysets keep the entries in step, in the transaction of
the change; so does `gathered()`, once for everything that is saved in its block. What goes round them (`set()`
on a many-to-many field, raw SQL) is followed by `refresh()`. What else is to follow changes joins `followers`.
`manage.py rebuild_search` makes all anew.

The text is folded and cut into plain words here, so that both databases index the very same words.
"""

import logging
import re
import sys
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q, Value
from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone
from django.utils.translation import override

from .collation import CodePoints
from .publication import State, published_q
from .text import fold
from .translated import (
    OTHERS,
    SOURCE,
    attribute_of,
    every_language,
    get_language,
    in_language,
    is_translated,
)

BATCH = 500  # records that are indexed with the same few statements
NAMES_LENGTH = 6_000  # characters of an entry's names, and of its other words
WORDS_LENGTH = 8_000
WORD_LENGTH = 60
ADDRESS_LENGTH = 200
DEPENDENTS_AT_ONCE = 5_000  # records that are indexed anew because something they are tied to was renamed

logger = logging.getLogger(__name__)
# What the apps above do about changed records: functions of a model and ids, called in the same transaction.
followers = []
_gathered = ContextVar("records whose entries are refreshed at the end of the block", default=None)


# Words --------------------------------------------------------------------


def cut(text):
    """Give the runs of letters, digits and their marks in a folded text, each cut to WORD_LENGTH."""
    if text.isascii():
        runs = re.findall(r"[a-z0-9]+", text)
    else:
        letters = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
        runs = "".join(letters).split()
    return [run[:WORD_LENGTH] for run in runs]


def words_of(text):
    """Give the words to index of a text: `Cluj-Napoca` is found as cluj, napoca and clujnapoca."""
    words = []
    for chunk in fold(text).split():
        runs = cut(chunk)
        words += runs
        if 2 <= len(runs) <= 3:
            words.append("".join(runs)[:WORD_LENGTH])
    return words


def key_of(text):
    """Give a whole name as one word, whatever its spaces and hyphens: `clujnapoca`; empty for no letters."""
    return "".join(cut(fold(text)))[:WORD_LENGTH]


def kind_word(kind):
    """Give the word that all entries of a kind share among their keys; no name is cut into one with a `§`."""
    return f"§{kind}"


def language_word(language):
    """Give what the key begins with that says a record's name in a language: `§it§monaco§di§baviera`."""
    return f"§{language}§"


# The tables ---------------------------------------------------------------


class SearchEntryQuerySet(models.QuerySet):
    def published(self, at=None):
        """Entries whose record the public may see at the moment."""
        at = at or timezone.now()
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=at), Q(unpublish_at=None) | Q(unpublish_at__gt=at)
        )


class SearchEntry(models.Model):
    """What one record is found by. `kind` is the model's name, unique among those that are found."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    slug = models.CharField(max_length=ADDRESS_LENGTH)
    title = models.CharField(max_length=300)
    # Its kind, what it is called in each language, and each name as one word, the main one first.
    keys = models.TextField()
    names = models.TextField()  # the words of its names, those of the main one first
    words = models.TextField()  # what else it is found by
    prominence = models.SmallIntegerField()
    publish_at = models.DateTimeField(null=True)
    unpublish_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchentry_once")]
        indexes = [models.Index(fields=["-updated_at", "-id"], name="searchentry_by_change")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Give the address of the record's page."""
        return address_of(self.kind, self.slug)


class SearchWord(models.Model):
    """A word of some name, with its mirror image, so that a word with one typo is looked up by either half."""

    word = models.CharField(max_length=WORD_LENGTH)
    mirrored = models.CharField(max_length=WORD_LENGTH)
    length = models.SmallIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["word"], name="searchword_once")]
        indexes = [
            models.Index(CodePoints("word"), name="searchword_by_beginning"),
            models.Index(CodePoints("mirrored"), name="searchword_by_end"),
        ]

    def __str__(self):
        return self.word


CONTENTS = [
    field.name for field in SearchEntry._meta.concrete_fields if field.name not in ("id", "kind", "object_id")
]


# Which models ------------------------------------------------------------


@cache
def searched_models():
    """Give {kind: model} of the models whose records are found: those with a page of their own."""
    return {
        model._meta.model_name: model
        for model in apps.get_models()
        if hasattr(model, "search_related") and hasattr(model, "get_absolute_url")
    }


def address_of(kind, slug):
    """Give the address of a record's page, which what an entry keeps as its `slug` alone decides."""
    model = searched_models()[kind]
    return model(**{model.address_field: slug}).get_absolute_url()


def is_searched(model):
    return searched_models().get(model._meta.model_name) is model


def target_of(model, path):
    """Give the model at the end of a path of relations."""
    for name in path.split(LOOKUP_SEP):
        model = model._meta.get_field(name).related_model
    return model


@cache
def dependents_of(model):
    """Give (model, path) of all whose entries hold the names of this model's records."""
    return [
        (searched, path)
        for searched in searched_models().values()
        for path in searched.search_related
        if target_of(searched, path) is model
    ]


@cache
def is_watched(model):
    """Whether any entry holds words of the model's rows."""
    return bool(is_searched(model) or dependents_of(model) or getattr(model, "search_part_of", ()))


# Making entries -----------------------------------------------------------


def texts_of(model, pks):
    """Give {pk: [own further names]} and {pk: [names of what it is tied to]}, the nearest first.

    One statement, whatever the number of records.
    """
    parts = [(0, name) for name in model.search_names]
    for path in model.search_related:
        parts.append((1, path))
        parts += [(2, f"{path}__{name}") for name in getattr(target_of(model, path), "search_names", ())]
    rows = [
        model._base_manager.filter(public_along(model, path), **{"pk__in": pks, f"{path}__isnull": False})
        .order_by()
        .values_list(Value(order), "pk", f"{path}__{text_name(target_of(model, path))}")
        for order, path in parts
    ]
    names, related = {}, {}
    if rows:
        union = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
        for order, pk, text in sorted(union):
            (related if order else names).setdefault(pk, []).append(text)
    return names, related


def names_of(model, pks):
    """Give {pk: [names]} of the further names of records, as they are written; a statement a relation."""
    found = {}
    for path in model.search_names:
        rows = model._base_manager.filter(pk__in=pks, **{f"{path}__isnull": False}).order_by()
        for pk, name in rows.values_list("pk", f"{path}__name"):
            found.setdefault(pk, []).append(name)
    return found


def name_in_language(entries):
    """Put the names in the active language in place of entries' titles, which are English; give the entries.

    `language` says of each which one its title is in, if that is not the active one. One statement for all of
    them; none in English.
    """
    entries = list(entries)
    for entry in entries:
        entry.language = foreign_title(entry)
    pks = {}
    for entry in entries:
        pks.setdefault(entry.kind, []).append(entry.object_id)
    rows = [
        model._base_manager.filter(pk__in=pks[kind])
        .order_by()
        .values_list(Value(kind, output_field=models.TextField()), "pk", in_language("name"))
        for kind, model in searched_models().items()
        if kind in pks and is_translated(model, "name")
    ]
    if rows and get_language() != SOURCE:
        union = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
        titles = {(kind, pk): title for kind, pk, title in union}
        for entry in entries:
            entry.title = titles.get((entry.kind, entry.object_id), entry.title)
    return entries


def foreign_title(entry):
    """Give the language of a title if that is not the active one, as `foreign_language` does of a record."""
    model, active = searched_models()[entry.kind], get_language()
    if active == SOURCE or not is_translated(model, "name") or "name" in model.proper_names:
        return ""
    return "" if f" {language_word(active)}" in entry.keys else SOURCE


def text_name(model):
    """Give the name of the field with the text by which a row's owners are found."""
    return getattr(model, "search_text_name", "search_text")


def public_along(model, path):
    """Give the Q of "every record on the path is public", and no moment is set from which it is not.

    Nothing is written at such a moment, and what is found would betray a name that is no longer public. A
    parent may have one: the entry goes with it.
    """
    q, steps = Q(), path.split(LOOKUP_SEP)
    for number in range(1, len(steps) + 1):
        prefix = LOOKUP_SEP.join(steps[:number])
        if hasattr(target_of(model, prefix), "state"):
            q &= published_q(f"{prefix}{LOOKUP_SEP}")
            if prefix not in model.search_parents:
                q &= Q(**{f"{prefix}{LOOKUP_SEP}unpublish_at": None})
    return q


def follow(row, path):
    """Give the record at the end of a path of foreign keys; None where one of them is empty."""
    for name in path.split(LOOKUP_SEP):
        row = row and getattr(row, name)
    return row


def entry_of(row, further_names, related):
    """Make the entry of a record that its state and its parents' leave to the public at some time."""
    chain = [row, *filter(None, (follow(row, parent) for parent in row.search_parents))]
    own = [str(getattr(row, source)) for source in row.search_sources if getattr(row, source)]
    translated = [text for source in row.search_sources for text in every_language(row, source)]
    names = dict.fromkeys((*own, *translated, *further_names))
    kind = row._meta.model_name
    keys = [kind_word(kind), *names_in_languages(row), *filter(None, map(key_of, names))]
    words = [*row.search_words(), *related]
    return SearchEntry(
        kind=kind,
        object_id=row.pk,
        slug=getattr(row, row.address_field),
        title=str(row)[:300],
        keys=shortened(dict.fromkeys(keys), NAMES_LENGTH),
        names=shortened(words_of_all(names), NAMES_LENGTH),
        words=shortened(words_of_all(words), WORDS_LENGTH),
        prominence=row.search_prominence,
        publish_at=max((link.publish_at for link in chain if link.publish_at), default=None),
        unpublish_at=min((link.unpublish_at for link in chain if link.unpublish_at), default=None),
        updated_at=row.updated_at,
    )


def names_in_languages(row):
    """Give the keys that say by which words a record is called in each further language, if it is."""
    if not is_translated(type(row), "name"):
        return []
    names = [(language, getattr(row, attribute_of("name", language))) for language in OTHERS]
    return [language_word(language) + "§".join(cut(fold(name))) for language, name in names if name]


def words_of_all(texts):
    return dict.fromkeys(word for text in texts for word in words_of(text))


def shortened(words, length):
    """Join words as far as they fit in the length."""
    kept, room = [], length
    for word in words:
        room -= len(word) + 1
        if room < 0:
            break
        kept.append(word)
    return " ".join(kept)


@dataclass
class Indexed:
    """What `index` did: how many entries it wrote and took away, and whose names others must hold anew."""

    written: int
    gone: int
    renamed: set


def index(model, pks):
    """Bring the entries of at most BATCH records in step and give what was done.

    Reads the records, what they are tied to, and their entries; writes what differs.
    """
    kind = model._meta.model_name
    public = Q(state=State.PUBLISHED)
    for parent in model.search_parents:
        public &= Q(**{f"{parent}__state": State.PUBLISHED}) | Q(**{parent: None})
    rows = model._base_manager.filter(public, pk__in=pks)
    if model.search_parents:
        rows = rows.select_related(*model.search_parents)
    rows = list(rows)
    old = {entry.object_id: entry for entry in SearchEntry.objects.filter(kind=kind, object_id__in=pks)}
    names, related = texts_of(model, [row.pk for row in rows]) if rows else ({}, {})
    with override(None):  # what a record is called is indexed in the language of the code
        entries = [entry_of(row, names.get(row.pk, ()), related.get(row.pk, ())) for row in rows]
    written, renamed = [], set()
    for entry in entries:
        before = old.pop(entry.object_id, None)
        if before is None or differ(entry, before, CONTENTS):
            written.append(entry)
        if before is None or differ(entry, before, ("keys", "names", "publish_at", "unpublish_at")):
            renamed.add(entry.object_id)
    if written:
        SearchEntry.objects.bulk_create(
            written, BATCH, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=CONTENTS
        )
    if old:
        SearchEntry.objects.filter(pk__in=[entry.pk for entry in old.values()]).delete()
    learn(entry.names for entry in written if entry.object_id in renamed)
    return Indexed(len(written), len(old), renamed | old.keys())


def differ(entry, other, names):
    return any(getattr(entry, name) != getattr(other, name) for name in names)


def learn(texts):
    """Add the words of names to those that typos are corrected to."""
    words = {word for text in texts for word in text.split() if len(word) > 2 and not word.isdigit()}
    rows = [SearchWord(word=word, mirrored=word[::-1], length=len(word)) for word in sorted(words)]
    if rows:
        SearchWord.objects.bulk_create(rows, 2_000, ignore_conflicts=True)


# Keeping them in step -----------------------------------------------------


def refresh(model, pks):
    """Bring the entries of records in step, and of all that hold their names, if these changed.

    Inside `gathered()` it waits for the end of the block. Records that are gone lose their entry.
    """
    waiting = _gathered.get()
    if waiting is None:
        bring_in_step({model: set(pks)})
    else:
        waiting.setdefault(model, set()).update(pks)


@contextmanager
def gathered():
    """Refresh once, at the end of the block, what is saved in it; the block stands in a transaction."""
    if _gathered.get() is not None:
        yield
        return
    waiting = {}
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    bring_in_step(waiting)


def bring_in_step(waiting):
    """Index what waits, {model: ids}, and what holds its names or has it as a part, each record once."""
    done = {}
    with transaction.atomic(savepoint=False):
        while waiting:
            model, pks = waiting.popitem()
            pks -= done.setdefault(model, set())
            done[model] |= pks
            for follower in followers:
                follower(model, pks)
            changed = pks
            if is_searched(model):
                changed = set().union(*(index(model, some).renamed for some in batches(pks)))
            for other, ids in (*dependents(model, changed), *owners(model, pks)):
                if ids - done.get(other, set()):
                    waiting.setdefault(other, set()).update(ids)


def dependents(model, pks):
    """Give (model, ids) of the records whose entries hold the names of these, DEPENDENTS_AT_ONCE at most.

    Those that are public only as long as these are come without a limit.
    """
    for dependent, path in dependents_of(model) if pks else ():
        ids, most = set(), sys.maxsize if path in dependent.search_parents else DEPENDENTS_AT_ONCE
        for some in batches(pks):
            rows = dependent._base_manager.filter(**{f"{path}__in": some}).order_by()
            ids.update(rows.values_list("pk", flat=True)[: most - len(ids)])
        if len(ids) == most:
            logger.warning(
                "Not all that hold a changed name were indexed anew: run manage.py rebuild_search."
            )
        yield dependent, ids


def owners(model, pks):
    """Give (model, ids) of the records that these rows are parts of."""
    for name in getattr(model, "search_part_of", ()) if pks else ():
        owner, ids = model._meta.get_field(name), set()
        for some in batches(pks):
            rows = model._base_manager.filter(pk__in=some).order_by()
            ids.update(rows.exclude(**{owner.name: None}).values_list(owner.attname, flat=True))
        yield owner.related_model, ids


def batches(ids):
    ids = sorted(ids)
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


@contextmanager
def in_step(model, rows=(), is_deletion=False):
    """Keep the entries in step with a change of rows (a queryset, or ids), in one transaction.

    Gives the set of their ids, to which the block adds new ones. What has them as parts is looked up before
    the change too, and before a deletion what holds their names: afterwards these links may be gone.
    """
    if not is_watched(model):
        yield set()
        return
    # A deletion that is refused (ProtectedError) must not spoil the transaction it was tried in.
    with transaction.atomic(savepoint=is_deletion):
        if isinstance(rows, models.QuerySet):
            rows = rows.order_by().values_list("pk", flat=True)
        pks = {pk for pk in rows if pk is not None}
        others = [*owners(model, pks), *(dependents(model, pks) if is_deletion else ())]
        yield pks
        with gathered():
            for other, ids in ((model, pks), *others):
                refresh(other, ids)


def fold_names(model, pks):
    """Bring `search_text` in step with names that a bulk change wrote."""
    field = model._meta.get_field("search_text")
    for some in batches(pks):
        rows = list(model._base_manager.filter(pk__in=some))
        for row in rows:
            field.pre_save(row, add=False)
        model._base_manager.bulk_update(rows, [field.name])


# Making them all anew -----------------------------------------------------


@dataclass
class Rebuilt:
    """What a rebuild did: how many entries there are, were written because they differed, were taken away."""

    entries: int = 0
    written: int = 0
    gone: int = 0
    words: int = 0

    def __str__(self):
        return (
            f"{self.entries:,} entries: {self.written:,} written, {self.gone:,} taken away, "
            f"{self.entries - self.written:,} as they were; {self.words:,} words to correct typos by."
        )


def rebuild(progress=lambda kind, records: None):
    """Index every record anew, batch by batch, and give a Rebuilt; search never goes empty meanwhile.

    Holds one batch in memory; `progress(kind, records)` hears of each. Entries of records that are gone
    disappear, and so do words that no name has any more.
    """
    done = Rebuilt()
    for kind, model in searched_models().items():
        last = 0
        while True:
            with transaction.atomic():
                rows = model._base_manager.filter(pk__gt=last).order_by("pk")
                pks = list(rows.values_list("pk", flat=True)[:BATCH])
                left = SearchEntry.objects.filter(kind=kind, object_id__gt=last).exclude(object_id__in=pks)
                left = left.filter(object_id__lt=pks[-1]) if len(pks) == BATCH else left
                done.gone += left.delete()[0]
                if pks:
                    indexed = index(model, pks)
                    done.written += indexed.written
                    done.gone += indexed.gone
            progress(kind, len(pks))
            if len(pks) < BATCH:
                break
            last = pks[-1]
    done.gone += SearchEntry.objects.exclude(kind__in=searched_models()).delete()[0]
    done.entries = SearchEntry.objects.count()
    with transaction.atomic():
        SearchWord.objects.all().delete()
        last = 0
        while entries := list(
            SearchEntry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "names")[:BATCH]
        ):
            learn(names for _pk, names in entries)
            last = entries[-1][0]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO core_searchindex(core_searchindex) VALUES ('rebuild')")
        done.words = SearchWord.objects.count()
    return done
