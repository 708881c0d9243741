"""The one order of text and of numbers, the same on every database and whatever the server's locale.

What the database orders is ordered by code points of folded text, whatever the language. Menus, which are
short and are sorted by us, follow the alphabet of the page's language: `sort_key`.
"""

import unicodedata

from django.db.models import Func

from .text import PLAIN

# Where an alphabet has a letter of its own that others write as one with a mark: what it stands behind.
# The rest is as in the root of CLDR, which German, English, French and Italian follow.
LETTERS = {
    "es": {"ñ": "n"},
}
BEHIND = "\U0010ffff"


def sort_key(text, language):
    """Give what the text is sorted by in a language, for a few hundred words (CLDR root, levels 1 to 3).

    Spaces come before marks, marks before digits, digits before letters. Letters are compared first without
    accents and case ("Åland" and "Österreich" stand with A and O), then by accents, then small ones first.
    """
    text = unicodedata.normalize("NFC", str(text))
    own, bases, marks = LETTERS.get(language, {}), [], []
    for letter in text.casefold():
        if letter in own:
            bases.append((3, own[letter] + BEHIND))
            marks.append("")
            continue
        mark = letter if ord(letter) in PLAIN else ""
        for part in unicodedata.normalize("NFKD", letter).translate(PLAIN):
            if unicodedata.combining(part) and marks:
                marks[-1] += part
            else:
                bases.append((rank_of(part), part))
                marks.append(mark)
    return bases, marks, text.swapcase()


def rank_of(letter):
    """Tell spaces, marks, digits and letters apart, in this order."""
    return 0 if letter.isspace() else 2 if letter.isdigit() else 3 if letter.isalpha() else 1


class CodePoints(Func):
    """A text ordered by its code points: COLLATE "C" on PostgreSQL, as SQLite orders anyway.

    On the folded `search_text` that is the alphabet, accents and case aside. Index this very expression:
    an index on the bare column, in the database's own collation, does not serve the order.
    """

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler, connection, **kwargs):
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")', **kwargs)


BY_NAME = (CodePoints("search_text"), "id")


class OrZero(Func):
    """A number, 0 when it is not known: an index on `Coalesce(number, 0)` serves this order.

    SQLite knows an indexed expression by its text, so that a 0 handed over as a parameter misses the index.
    """

    template = "COALESCE(%(expressions)s, 0)"
    arity = 1
