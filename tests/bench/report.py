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
            self.rows.setdefault(kind.name, {"found": {}, "scores": {}})["asked"] = categories_of(kind)

    def note(self, kind, found=None, scores=None):
        """Keep what was measured of a kind, at once, so that a run that is broken off has not been in vain."""
        with self.lock:
            row = self.rows[kind.name]
            row |= {"on": str(date.today()), "found": found or row["found"]}
            if found:
                row["languages"] = kind.languages
            row["scores"] |= scores or {}
            if self.path:
                self.path.write_text(json.dumps(self.rows, indent=1), encoding="utf-8")

    def lacks_found(self, kind):
        """Whether a kind has faults, or nobody looked for them."""
        found = self.rows[kind.name]["found"]
        return not found or sum(found.values()) > 0

    def lacks_score(self, kind, category):
        """Whether a kind has too low a score, or none."""
        score = self.rows[kind.name]["scores"].get(category)
        return score is None or is_low(score)


def table_of_faults(rows):
    lines = [
        f"| kind of page | languages | {' | '.join(COLUMNS.values())} |",
        f"|---|---|{'---:|' * len(COLUMNS)}",
    ]
    for name, row in rows.items():
        found = row["found"] or dict.fromkeys(COLUMNS, NOT_MEASURED)
        cells = [str(found.get(column, NOT_ASKED)) for column in COLUMNS]
        lines.append(f"| {name} | {', '.join(row.get('languages', ())) or NOT_ASKED} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_scores(rows):
    lines = [f"| kind of page | {' | '.join(SCORES.values())} |", f"|---|{'---:|' * len(SCORES)}"]
    for name, row in rows.items():
        missing = dict.fromkeys(row["asked"], NOT_MEASURED)
        cells = [str({**missing, **row["scores"]}.get(category, NOT_ASKED)) for category in SCORES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def days(rows):
    measured = sorted({row["on"] for row in rows.values() if "on" in row})
    written = [f"{day:%d %B %Y}".lstrip("0") for day in map(date.fromisoformat, measured)]
    return f"On {written[0]}" if len(written) == 1 else f"From {written[0]} to {written[-1]}"


def write_report(results, engines):
    """Write the tables below their heading in docs/accessibility.md; what is above it stays."""
    rows = results.rows
    faults = sum(sum(row["found"].values()) for row in rows.values())
    scores = [score for row in rows.values() for score in row["scores"].values()]
    above = REPORT.read_text(encoding="utf-8").partition(HEADING)[0]
    text = f"""{HEADING}

{days(rows)}, with {engines}: {len(rows)} kinds of pages, {faults} faults, {sum(map(is_low, scores))} scores below the budget of 95.

### Faults that axe-core and HTML CodeSniffer find

{table_of_faults(rows)}

### Lighthouse's scores

{table_of_scores(rows)}
"""
    REPORT.write_text(above + text, encoding="utf-8")
