"""What `tests.bench.accessibility` measured, kept from kind to kind, and docs/accessibility.md written of it."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from tests.bench.lighthouse import CATEGORIES, categories_of, is_low
from tests.bench.site import ROOT, TOOLS

REPORT = ROOT / "docs" / "accessibility.md"
KEPT = TOOLS / "results.json"
HEADING = "## As measured"
COLUMNS = {
    "light 320": "light 320",
    "light 1440": "light 1440",
    "dark 320": "dark 320",
    "dark 1440": "dark 1440",
    "contrast 320": "contrast 320",
    "contrast 1440": "contrast 1440",
    "stronger": "stronger",
    "sniffer": "HTML CodeSniffer",
}
SCORES = dict(zip(CATEGORIES, ("accessibility", "best practices", "SEO", "performance"), strict=True))
NOT_MEASURED, NOT_ASKED = "not measured", "–"


@dataclass
class Results:
    """{name of a kind: {"on", "languages", "found": {column: faults}, "scores": {category: score}}}.

    They are kept in a file, if there is a `path`.
    """

    rows: dict = field(default_factory=dict)
    path: Path | None = KEPT
    lock: Lock = field(default_factory=Lock, compare=False, repr=False)

    @classmethod
    def kept(cls):
        """Give what the last run kept; raises FileNotFoundError if there was none."""
        return cls(json.loads(KEPT.read_text(encoding="utf-8")))

    def place(self, kinds):
        """Make a row for each kind, in this order; what is known of it stays."""
        for kind in kinds:
            self.rows.setdefault(kind.name, {})["asked"] = bool(categories_of(kind))

    def note(self, kind, **measured):
        """Keep what was measured of a kind, at once, so that a run that is broken off has not been in vain."""
        with self.lock:
            self.rows[kind.name] |= {"on": str(date.today()), "languages": kind.languages, **measured}
            if self.path:
                self.path.write_text(json.dumps(self.rows, indent=1), encoding="utf-8")

    def lacks(self, kind):
        """Whether a kind has faults, or was not measured wholly."""
        row = self.rows.get(kind.name, {})
        if not row.get("found") or sum(row["found"].values()):
            return True
        return bool(categories_of(kind)) and (
            not row.get("scores") or any(map(is_low, row["scores"].values()))
        )


def table_of_faults(rows):
    lines = [
        f"| kind of page | languages | {' | '.join(COLUMNS.values())} |",
        f"|---|---|{'---:|' * len(COLUMNS)}",
    ]
    for name, row in rows.items():
        found = row.get("found") or dict.fromkeys(COLUMNS, NOT_MEASURED)
        cells = [str(found.get(column, NOT_ASKED)) for column in COLUMNS]
        lines.append(f"| {name} | {', '.join(row.get('languages', ())) or NOT_ASKED} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_scores(rows):
    lines = [f"| kind of page | {' | '.join(SCORES.values())} |", f"|---|{'---:|' * len(SCORES)}"]
    for name, row in rows.items():
        scores = row.get("scores") or dict.fromkeys(SCORES, NOT_MEASURED if row["asked"] else NOT_ASKED)
        cells = [str(scores.get(category, NOT_ASKED)) for category in SCORES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def days(rows):
    measured = sorted({row["on"] for row in rows.values() if "on" in row})
    written = [f"{day:%d %B %Y}".lstrip("0") for day in map(date.fromisoformat, measured)]
    return f"On {written[0]}" if len(written) == 1 else f"From {written[0]} to {written[-1]}"


def write_report(results, engines):
    """Write the tables below their heading in docs/accessibility.md; what is above it stays."""
    rows = results.rows
    faults = sum(sum(row.get("found", {}).values()) for row in rows.values())
    scores = [score for row in rows.values() for score in row.get("scores", {}).values()]
    low, missing = sum(map(is_low, scores)), sum("found" not in row for row in rows.values())
    above = REPORT.read_text(encoding="utf-8").partition(HEADING)[0]
    text = f"""{HEADING}

{days(rows)}, with {engines}: {len(rows)} kinds of pages, {faults} faults, {low} scores below the budget of 95; \
{missing} kinds of pages not measured.

### Faults that axe-core and HTML CodeSniffer find

{table_of_faults(rows)}

### Lighthouse's scores

{table_of_scores(rows)}
"""
    REPORT.write_text(above + text, encoding="utf-8")
