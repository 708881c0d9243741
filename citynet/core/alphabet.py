"""The alphabet of a language, for words that are sorted by us and not by the database.

Known before the settings are, which name countries with it.
"""

import unicodedata

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
