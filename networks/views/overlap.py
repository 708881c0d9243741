"""The page of how networks overlap, and its file."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from citynet.core.caching import cached
from citynet.core.filters import keys_of

from ..models import Network
from ..overlap import STEPS, overlap_of
from ..questions import Overlaps
from .comparison import QuestionView

NETWORKS_SHOWN = 30


class OverlapMatrix(QuestionView):
    template_name = "networks/overlap.html"
    question = Overlaps
    path = "overlap"
    name = "overlap"
    title = gettext_lazy("How networks overlap")

    def overlap(self, question, most=None):
        """Give the Overlap that is asked for, remembered under the version of the data."""
        given = question.given
        asked = {
            "networks": keys_of(given["network"] or ()),
            "kinds": keys_of(given["kind"] or ()),
            "countries": keys_of(given["country"] or ()),
            "by_name": given["sort"] == "name",
            "most": most,
        }
        key = f"overlap {question.day} {sorted(asked.items())}"
        return cached(self.request, key, lambda: overlap_of(question.day, **asked))

    def answer(self, question, asked):
        overlap = self.overlap(question, NETWORKS_SHOWN)
        networks = Network.objects.in_bulk(overlap.keys)
        compare = reverse("networks:compare_networks")
        day = f"&on={asked.day}" if asked else ""
        rows = [
            (
                networks[a],
                [
                    (
                        networks[b],
                        overlap.pair(a, b),
                        f"{compare}?network={networks[a].slug}&network={networks[b].slug}{day}",
                    )
                    for b in overlap.keys
                ],
            )
            for a in overlap.keys
        ]
        return {
            "networks": [networks[key] for key in overlap.keys],
            "rows": rows,
            "total": overlap.total,
            "is_cut": overlap.total > len(overlap.keys),
            "steps": steps(),
        }

    def file(self, question, asked):
        overlap = self.overlap(question)
        slugs = Network.objects.in_bulk(overlap.keys)
        names = ("network_a", "network_b", "shared", "only_a", "only_b", "share_of_smaller", "jaccard")
        rows = (
            (
                slugs[a].slug,
                slugs[b].slug,
                pair.shared,
                pair.only_a,
                pair.only_b,
                round(pair.share, 4),
                round(pair.jaccard, 4),
            )
            for a, b, pair in overlap.pairs()
        )
        return names, rows


def steps():
    """Give the steps of the legend, as [(step, from, to)] in per cent; the first has nothing in common."""
    bounds = [0, *(round(step * 100) for step in STEPS), 100]
    return [
        (number, low, high)
        for number, (low, high) in enumerate(zip(bounds, bounds[1:], strict=False), start=1)
    ]
