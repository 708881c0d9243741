"""Text as it is searched: without accents, in lower case."""

import unicodedata

# Letters that Unicode does not decompose, as people without them on their keyboard type them.
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)


def fold(text):
    """Give the text in lower case, without accents and with single spaces: `Łódź` is `lodz`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", str(text)).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.translate(PLAIN).split())
