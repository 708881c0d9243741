"""Finding entries: one query for either database, ranked, with one typo forgiven.

Whatever is typed becomes a few plain words (`Query`); each must begin a word of what is found, in any order.
The text that goes to the database is made of these words alone, so that no quote, bracket or operator of
FTS5 or of tsquery is ever read as one. At most CANDIDATES entries are ranked: a search that fits more of them
takes the best by stages (whole names, beginnings of names, names, anything), and says "1,000+".
"""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import islice, product

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from rapidfuzz.distance import OSA

from .collation import CodePoints
from .lists import COUNT_CAP
from .search_index import (
    SearchEntry,
    SearchWord,
    cut,
    key_of,
    kind_word,
    language_word,
    name_in_language,
    searched_models,
)
from .text import fold
from .translated import LANGUAGES, get_language

MAX_LENGTH = 200  # characters that are read of what is typed
MAX_WORDS = 10
CANDIDATES = COUNT_CAP + 1
STAGE = 200  # candidates of each stage, when there are more than can be ranked
OF_EACH_KIND = 30
CORRECTED = 4  # letters: shorter words have too many neighbours to guess
CORRECTED_TO_ALIAS = 6  # letters: some language's name of some city is near to every short word
NEIGHBOURS = 3_000  # words that are compared with a misspelt one
CORRECTIONS = 6  # corrected searches that are tried
# Words that say nothing, unless they are all there is.
SMALL = frozenset(
    "a an and at by for from in of on or the to with di del dei della delle e il la le lo per"
    " au aux de des du et les pour sur das dem den der die fur im und von zu el en las los para y".split()
)


@dataclass(frozen=True)
class Query:
    """What was typed, and the words that are looked for."""

    text: str
    words: tuple
    key: str

    @classmethod
    def of(cls, text):
        text = " ".join(str(text)[:MAX_LENGTH].split())
        words = list(dict.fromkeys(cut(fold(text))))[:MAX_WORDS]
        # The last word may be the beginning of a longer one.
        said = [word for word in words[:-1] if word not in SMALL] + words[-1:]
        if len(said) > 1 and said[-1] in SMALL:
            del said[-1]
        return cls(text, tuple(said), key_of(text))

    def __bool__(self):
        return bool(self.words)


@dataclass
class Hit:
    """An entry that was found, with its rank: the smaller the better."""

    pk: int
    kind: str
    object_id: int
    slug: str
    title: str
    keys: str
    names: str
    prominence: int
    rank: tuple = ()
    language: str = ""  # of the title, if it is not the page's; set by `name_in_language`


@dataclass
class Group:
    """The hits of one kind; `total` is counted up to COUNT_CAP + 1."""

    kind: str
    total: int
    hits: list = field(default_factory=list)


@dataclass
class Found:
    """The answer to a query: groups, the one with the best hit first; `corrected` is the Query they answer."""

    query: Query
    hits: list
    totals: dict
    corrected: Query | None = None

    @property
    def total(self):
        return min(sum(self.totals.values()), COUNT_CAP + 1)

    def groups(self, number):
        """Give a Group for each kind, with its first `number` hits."""
        groups = {}
        for hit in self.hits:
            group = groups.setdefault(hit.kind, Group(hit.kind, self.totals[hit.kind]))
            if len(group.hits) < number:
                group.hits.append(hit)
        return list(groups.values())


# The text that databases match ----------------------------------------------


def match(words, where="all", whole=(), kind="", any_of=False):
    """Write the match of words for the database: FTS5's MATCH, or a tsquery.

    `where` is "all", "names" or "keys"; words that are in `whole` match themselves only, others what they begin;
    `kind` narrows to a kind; `any_of` makes one word enough. The words come from `cut` or `key_of`.
    """
    if connection.vendor == "postgresql":
        weight = {"all": "AB", "names": "A", "keys": "C"}[where]
        said = [f"'{word}':{'' if word in whole else '*'}{weight}" for word in words]
        said = (" | " if any_of else " & ").join(said)
        return f"({said}) & '{kind_word(kind)}':C" if kind else said
    columns = {"all": "{names words}", "names": "{names}", "keys": "{keys}"}[where]
    said = (" OR " if any_of else " AND ").join(f'"{word}"{"" if word in whole else " *"}' for word in words)
    said = f"{columns} : ({said})"
    return f'({said}) AND ({{keys}} : "{kind_word(kind)}")' if kind else said


COLUMNS = "e.id, e.kind, e.object_id, e.slug, e.title, e.keys, e.names, e.prominence"


def matching_sql(columns):
    """Give the SELECT of public entries that match, with three parameters: the match, now, now."""
    if connection.vendor == "postgresql":
        tables, matches = "core_searchentry e", "e.lexemes @@ %s::tsquery"
    else:
        # In this order: the full-text table gives rows as it finds them, so that a LIMIT ends the work.
        tables = "core_searchindex i CROSS JOIN core_searchentry e ON e.id = i.rowid"
        matches = "core_searchindex MATCH %s"
    return (
        f"SELECT {columns} FROM {tables} WHERE {matches}"
        " AND (e.publish_at IS NULL OR e.publish_at <= %s)"
        " AND (e.unpublish_at IS NULL OR e.unpublish_at > %s)"
    )


def run(columns, *matches):
    """Give the rows of entries that match: of each (match, limit), no more than its limit; one statement."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    select = f"SELECT * FROM ({matching_sql(columns)} LIMIT %s) AS found"
    parameters = [value for said, limit in matches for value in (said, now, now, limit)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([select] * len(matches)), parameters)
        return cursor.fetchall()


def hits_of(*matches):
    """Give the hits of matches, each once."""
    return list({row[0]: Hit(*row) for row in run(COLUMNS, *matches)}.values())


# Ranking -------------------------------------------------------------------


def rank(query, hit):
    """Give the rank of a hit: how it fits first, then how prominent it is."""
    title = words_of_title(hit)
    key = "".join(title)
    names = hit.names.split()
    in_title = sum(any(name.startswith(word) for name in title) for word in query.words)
    in_names = sum(any(name.startswith(word) for name in names) for word in query.words)
    if key == query.key:
        tier = 0
    elif query.key in names_as_keys(hit):
        tier = 1
    elif in_title == len(query.words) and set(query.words) <= {*title}:
        tier = 2 if key.startswith(query.key) else 3
    elif in_names == len(query.words):
        # Its name begins so, or its English name or acronym, the first two keys; or some alias does.
        tier = 4 if any(name.startswith(query.key) for name in (key, *names_as_keys(hit)[:2])) else 5
    else:
        tier = 6
    return tier, -in_names, -hit.prominence, -in_title, len(hit.title), key, hit.pk


def names_as_keys(hit):
    return [key for key in hit.keys.split() if not key.startswith("§")]


def words_of_title(hit):
    """Give the folded words of what a hit is called in the active language, else in English."""
    begun = language_word(get_language())
    for key in hit.keys.split(maxsplit=len(LANGUAGES)):
        if key.startswith(begun):
            return key.removeprefix(begun).split("§")
    return cut(fold(hit.title))


def find(text, kind=""):
    """Find what fits the text, of one kind or of every kind, best first, or what fits it but for one typo."""
    query = Query.of(text)
    if not query:
        return Found(query, [], {})
    found = find_exactly(query, kind)
    if not found.hits:
        for corrected in corrections(query):
            better = find_exactly(corrected, kind)
            if better.hits:
                better.query, better.corrected = query, as_written(corrected, better.hits)
                return better
    return found


def find_exactly(query, kind=""):
    """Find what fits the query as it was typed: two statements for up to COUNT_CAP entries, else four.

    A word that more entries have than can be ranked need not begin others as well: to gather all that it
    begins would cost the databases more than everything else (TRAPS 4). Unless nothing fits so.
    """
    common = common_words(query.words)
    hits = hits_of((match(query.words, whole=common, kind=kind), CANDIDATES))
    if common and not hits:
        common = ()
        hits = hits_of((match(query.words, kind=kind), CANDIDATES))
    totals = {}
    if len(hits) < CANDIDATES:
        for hit in hits:
            totals[hit.kind] = totals.get(hit.kind, 0) + 1
    else:
        kinds = [kind] if kind else list(searched_models())
        stages = [
            (match([query.key], "keys", whole=[query.key], kind=kind), STAGE),
            (match(query.words, "names", whole=query.words, kind=kind), STAGE),
            (match(query.words, "names", whole=common, kind=kind), STAGE),
        ]
        # What fits by its names, then as much of every kind as a page shows.
        of_kinds = [match(query.words, whole=common, kind=name) for name in kinds]
        hits = hits_of(*stages, *((said, OF_EACH_KIND) for said in of_kinds))
        totals = {name: number for name, number in zip(kinds, count(of_kinds), strict=True) if number}
        hits = [hit for hit in hits if hit.kind in totals]
    for hit in hits:
        hit.rank = rank(query, hit)
    return Found(query, sorted(hits, key=lambda hit: hit.rank), totals)


def count(matches):
    """Count what fits each match, no further than COUNT_CAP + 1; one statement."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    select = f"(SELECT count(*) FROM ({matching_sql('1')} LIMIT %s) AS found)"
    parameters = [value for said in matches for value in (said, now, now, CANDIDATES)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([select] * len(matches)), parameters)
        return cursor.fetchone()


def common_words(words):
    """Give those of the words that more entries have, as they are, than can be ranked."""
    numbers = count([match([word], whole=[word]) for word in words])
    return [word for word, number in zip(words, numbers, strict=True) if number == CANDIDATES]


# Typos ---------------------------------------------------------------------


def corrections(query):
    """Give queries in which each word that nothing has is replaced by one of its neighbours, the best first."""
    known = words_found(query.words)
    choices = []
    for word in query.words:
        if word in known:
            choices.append([word])
        elif neighbours := near(word):
            choices.append(neighbours)
        else:
            return
    if len(known) == len(query.words):
        return
    for words in islice(product(*choices), CORRECTIONS):
        text = " ".join(words)
        yield Query(text, words, key_of(text))


def as_written(query, hits):
    """Give the query with its words as the best titles write them: Barcelona."""
    written = {}
    for hit in hits[:STAGE]:
        for word in re.findall(r"[^\W_]+", hit.title):
            written.setdefault(fold(word), word)
    return Query(" ".join(written.get(word, word) for word in query.words), query.words, query.key)


def words_found(words):
    """Give those of the words that some entry has, alone; one statement."""
    found = exist([match([word]) for word in words])
    return {word for word, is_there in zip(words, found, strict=True) if is_there}


def exist(matches):
    """Give whether anything fits each match; one statement."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    select = f"EXISTS ({matching_sql('1')})"
    parameters = [value for said in matches for value in (said, now, now)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([select] * len(matches)), parameters)
        return cursor.fetchone()


def near(word):
    """Give the words of names within one edit of a word (a letter more, less, other, or two swapped).

    An edit leaves the first or the last half of the word as it is. The word in the name of the most
    prominent record stands first.
    """
    if len(word) < CORRECTED or word.isdigit():
        return []
    half = (len(word) - 1) // 2
    found = set()
    for name, beginning in (("word", word[:half]), ("mirrored", word[::-1][:half])):
        rows = SearchWord.objects.annotate(folded=CodePoints(F(name))).filter(
            folded__gte=beginning,
            folded__lt=beginning + "\U0010ffff",
            length__range=(len(word) - 1, len(word) + 1),
        )
        found.update(rows.values_list("word", flat=True)[:NEIGHBOURS])
    close = sorted(other for other in found if OSA.distance(word, other, score_cutoff=1) == 1)
    if not close:
        return []
    best = {}
    for hit in hits_of((match(close, "names", whole=close, any_of=True), CANDIDATES)):
        title, names = set(cut(fold(hit.title))), set(hit.names.split())
        for other in close:
            if other in names:
                best[other] = max(best.get(other, (False, 0)), (other in title, hit.prominence))
    said = [other for other, (is_title, _) in best.items() if is_title or len(word) >= CORRECTED_TO_ALIAS]
    return sorted(said, key=lambda other: (*best[other], other), reverse=True)


# Showing what was found -----------------------------------------------------


def highlight(text, words):
    """Give the text as HTML with the beginnings that the words found in `<mark>`, accents aside.

    Marks nothing else, and escapes everything: `highlight("Łódź", ["lod"])` is `<mark>Łód</mark>ź`.
    """
    pieces = []
    for piece in re.split(r"([^\W_]+)", unicodedata.normalize("NFC", str(text))):
        folded = fold(piece)
        begun = max((len(word) for word in words if folded.startswith(word)), default=0)
        if not begun:
            pieces.append(escape(piece))
            continue
        # One letter may fold to two, or to none.
        length = next(end for end in range(1, len(piece) + 1) if len(fold(piece[:end])) >= begun)
        pieces.append(format_html("<mark>{}</mark>{}", piece[:length], piece[length:]))
    return mark_safe("".join(pieces))


# What changed --------------------------------------------------------------


def changed_lately(number, but=()):
    """Give the entries of the public records that changed last; each has `title`, `kind` and its address.

    Takes how many, and the kinds to leave out.
    """
    entries = SearchEntry.objects.published().exclude(kind__in=but)
    return name_in_language(entries.order_by("-updated_at", "-id")[:number])
