"""Lighthouse's scores of one page after the other, from one Chromium that stays open (`lighthouse.mjs`)."""

import json
import statistics
import subprocess
from urllib.parse import urlsplit

from tests.bench.site import HERE, MODULES
from tests.browser.conftest import ARGUMENTS

FAST, SLOW = (
    ("accessibility", "best-practices", "seo"),
    ("performance",),
)  # what needs no slow phone, and what does
CATEGORIES = FAST + SLOW
FOR_STAFF = CATEGORIES[:2]  # no search engine comes there, and no slow phone
LEAST_SCORE = 95
TURNS = 3  # on a page, at most: one slow moment of the machine is not the page's
NOINDEX = "noindex"  # in place of the score for search engines, of pages that ask not to be found by them


class Lighthouse:
    """A running `lighthouse.mjs`; close it, as `contextlib.closing` does."""

    def __init__(self, program):
        command = ["node", str(HERE / "lighthouse.mjs"), str(MODULES), program, *ARGUMENTS]
        self.node = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def close(self):
        self.node.stdin.close()
        self.node.wait(timeout=30)

    def ask(self, address, categories, cookies):
        """Give ({category: score}, {category: {audit: its title} of those that cost points}).

        Raises RuntimeError if there are none, or if the address leads to another page.
        """
        asked = {"address": address, "categories": categories, "cookies": cookies}
        self.node.stdin.write(f"{json.dumps(asked)}\n")
        self.node.stdin.flush()
        line = self.node.stdout.readline()
        answer = json.loads(line) if line else {"error": "Lighthouse ended"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        if urlsplit(answer["address"]).path != urlsplit(address).path:
            raise RuntimeError(f"{address} leads to {answer['address']}")
        return answer["scores"], answer["lost"]


def categories_of(kind):
    """Give what Lighthouse is asked of a kind of page; nothing of what only opens once somebody acts."""
    if not kind.has_address:
        return ()
    if kind.is_admin:
        return FOR_STAFF
    return tuple(name for name in CATEGORIES if kind.status == 200 or name != "seo")


def scores_of(lighthouse, origin, kind, categories, cookies):
    """Give {category: score} of a kind of page, and a sentence on each that is too low.

    The speed of a page that seems slow is the median of three turns.
    """
    turns = []
    while len(turns) < TURNS and (not turns or turns[-1].get("performance", 100) < LEAST_SCORE):
        scores, lost = lighthouse.ask(origin + kind.address, categories, cookies)
        turns.append(scores)
    if len(turns) == TURNS:
        scores["performance"] = round(statistics.median(turn["performance"] for turn in turns))
    if list(lost.get("seo", ())) == ["is-crawlable"]:
        scores["seo"] = NOINDEX
    sentences = []
    for name in filter(lambda name: is_low(scores[name]), scores):
        sentences.append(f"{kind.name}: {name} is {scores[name]}, not {LEAST_SCORE}")
        sentences += [f"    {audit}: {title}" for audit, title in lost[name].items()]
    return scores, sentences


def is_low(score):
    return score != NOINDEX and score < LEAST_SCORE
