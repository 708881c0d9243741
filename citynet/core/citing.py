"""How a page is cited: in words, in BibTeX and in RIS, with a link to what it says on that day.

The formats as their makers describe them: BibTeX in Oren Patashnik's "BibTeXing" (1988), with `urldate` and
`url` of the biblatex manual, §2.2; RIS in Research Information Systems' "RIS Format Specifications" (2001),
with what EndNote 2011 made of it for web pages (ELEC): DA and Y2 are days, PY is the year alone.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .dates import day_words
from .structured import origin_of

PUBLISHER = "citynet"
LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# Of what \url{} would stumble over, nothing is in an address that is written as RFC 3986 asks.
IN_ADDRESSES = str.maketrans({character: f"%{ord(character):02X}" for character in '\\{}^~"<>`| '})
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # the macros of every BibTeX style


def one_line(text):
    """Give the text without what would end a line or steer a program: a value is one line in either format."""
    shown = ("" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in spaced(text))
    return " ".join("".join(shown).split())


def spaced(text):
    return re.sub(r"[\s\x1c-\x1f\x85\u2028\u2029]+", " ", str(text))


def latex(text):
    """Give the text as LaTeX prints it; letters with accents stay what they are, in UTF-8."""
    return "".join(LATEX.get(letter, letter) for letter in one_line(text))


@dataclass(frozen=True)
class Citation:
    """What is cited: a page as it was on a day.

    `address` leads to that state, `identifier` to the record wherever its page is by then; both are absolute.
    `state` says in words which state that is, if the page has one; `updated` is the day of its last change,
    if one is known. `files` are the addresses of what FILES can write, by format, if there are any.
    """

    title: str
    address: str
    accessed: date
    identifier: str = ""
    state: str = ""
    updated: date | None = None
    files: dict = field(default_factory=dict)

    @property
    def dated(self):
        """The day that stands for the page's publication: of its last change, else of the visit."""
        return self.updated or self.accessed

    @property
    def key(self):
        """Give the name under which BibTeX knows it: `citynet-cities-bologna-2026-11-21`.

        Only letters, digits and hyphens, which no program of the family objects to; a digest tells the same
        list under other filters apart.
        """
        path, _mark, query = self.address.partition("://")[2].partition("/")[2].partition("?")
        day = re.fullmatch(r"on=(\d{4}(?:-\d\d){0,2})", query)
        name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")
        end = day[1] if day else sha256(query.encode()).hexdigest()[:8] if query else ""
        return "-".join(filter(None, (PUBLISHER, name, end)))

    def text(self):
        """Give it in words, for a footnote or a letter."""
        days = {"accessed": day_words(self.accessed)}
        sentences = [
            _("“%(title)s”. %(publisher)s.") % {"title": one_line(self.title), "publisher": PUBLISHER}
        ]
        if self.state:
            sentences.append(f"{capfirst(self.state)}.")
        if self.updated:
            sentences.append(_("Last updated on %(day)s.") % {"day": day_words(self.updated)})
        sentences.append(f"{self.address} ({_('accessed on %(accessed)s') % days}).")
        if self.identifier:
            sentences.append(_("Permanent identifier: %(address)s") % {"address": self.identifier})
        return " ".join(sentences)

    def bibtex(self):
        """Give the entry, of the type that BibTeX and biblatex both have for a page: @misc.

        The link is in `howpublished`, which all styles print; `url`, which many programs read, is the
        permanent identifier, so that no style prints the same link twice.
        """
        notes = [
            capfirst(self.state),
            self.updated and _("last updated on %(day)s") % {"day": day_words(self.updated)},
            _("accessed on %(accessed)s") % {"accessed": day_words(self.accessed)},
        ]
        fields = {
            "author": f"{{{{{PUBLISHER}}}}}",  # braces of their own: one name, not a first and a last one
            "title": f"{{{{{latex(self.title)}}}}}",  # and none of its capitals is made small
            "howpublished": rf"{{\url{{{self.address.translate(IN_ADDRESSES)}}}}}",
            "year": f"{{{self.dated.year}}}",
            "month": MONTHS[self.dated.month - 1],
            "note": f"{{{latex('; '.join(filter(None, notes)))}}}",
            "url": self.identifier and f"{{{self.identifier}}}",
            "urldate": f"{{{self.accessed.isoformat()}}}",
        }
        lines = [f"  {name:<12} = {value},\n" for name, value in fields.items() if value]
        return f"@misc{{{self.key},\n{''.join(lines)}}}\n"

    def ris(self):
        """Give the reference: each tag, two spaces, a hyphen, a space; lines end with CR and LF.

        ID takes up to 20 digits and capital letters: the first of the permanent identifier.
        """
        uid = self.identifier.rstrip("/").rpartition("/")[2]
        fields = [
            ("TY", "ELEC"),
            ("ID", re.sub(r"[^0-9A-Z]", "", uid.upper())[:20]),
            ("AU", PUBLISHER),
            ("TI", self.title),
            ("PB", PUBLISHER),
            ("PY", self.dated.year),
            ("DA", f"{self.dated:%Y/%m/%d}/"),
            ("Y2", f"{self.accessed:%Y/%m/%d}/"),
            ("UR", self.address),
            ("N1", capfirst(self.state)),
            ("N1", self.identifier and _("Permanent identifier: %(address)s") % {"address": self.identifier}),
        ]
        lines = [f"{tag}  - {one_line(value)}\r\n" for tag, value in fields if value]
        return f"{''.join(lines)}ER  - \r\n"


# What writes it, and as what it is sent. Neither type is registered; both are what programs have agreed on.
FILES = {
    "bib": ("application/x-bibtex", Citation.bibtex),
    "ris": ("application/x-research-info-systems", Citation.ris),
}


def cite(request, title, address, asked=None, day=None, identifier=None, **more):
    """Give the Citation of a page of this site.

    `address` is the page's own, with its query but for the day: that is `day`, one that the page was asked
    about (`asked`, an AskedDay) or today, for a page that is not the same on every day.
    `identifier` is the record's `uid`.
    """
    origin, today = origin_of(request), timezone.localdate()
    state = ""
    if asked:
        state = asked.state_words()
    elif day:
        state = _("as it stood on %(day)s") % {"day": day_words(day)}
    return Citation(
        title=str(title),
        address=f"{origin}{with_day(address, day)}",
        accessed=today,
        identifier=f"{origin}{reverse('record_by_id', args=[identifier])}" if identifier else "",
        state=state,
        **more,
    )


def with_day(address, day):
    """Give the address of a page about a day: with `on=`, after whatever else it asks."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'on': day})}" if day else address


def citation_file(citation, name, format):
    """Give the citation as the file `citynet-<name>.bib` or `.ris`; KeyError for any other format."""
    content_type, write = FILES[format]
    return HttpResponse(
        write(citation),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"citynet-{name}.{format}")},
    )
