"""The page that finds partners for a city, and its file."""

from django.utils.translation import gettext_lazy

from citynet.core.filters import keys_of
from citynet.core.translated import in_language

from ..models import City
from ..partners import PARTS, Search
from ..questions import FindPartners
from .comparison import QuestionView

PARTNERS_SHOWN = 20


class Partners(QuestionView):
    template_name = "networks/partners.html"
    question = FindPartners
    path = "partners"
    name = "partners"
    title = gettext_lazy("Find partners")

    def answer(self, question, asked):
        if not question.is_enough:
            return {"parts": PARTS}
        search = self.search(question, asked)
        number = question.page
        partners, total = search.find((number - 1) * PARTNERS_SHOWN, PARTNERS_SHOWN)
        if not partners and number > 1:  # there were more of them once
            number = 1
            partners, total = search.find(0, PARTNERS_SHOWN)
        pages = -(-total // PARTNERS_SHOWN)
        return {
            "parts": PARTS,
            "city": question.chosen,
            "topics": question.given["topic"],
            "partners": partners,
            "total": total,
            "first": (number - 1) * PARTNERS_SHOWN + 1,
            "previous": question.page_query(number - 1) if number > 1 else "",
            "next": question.page_query(number + 1) if number < pages else "",
        }

    def search(self, question, asked):
        topics, countries = keys_of(question.given["topic"]), keys_of(question.given["country"] or ())
        return Search(question.chosen, topics, countries, asked)

    def file(self, question, asked):
        names = ("city", "slug", "country", "score", *(part.name for part in PARTS))
        if not question.is_enough:
            return names, ()
        scores, _total = self.search(question, asked).scores()
        return names, with_cities(scores)


def with_cities(scores):
    """Give the rows of the file: name, slug and country before the numbers."""
    cities = City.objects.published().values_list("pk", in_language("name"), "slug", "country")
    known = {key: rest for key, *rest in cities.iterator()} if scores else {}
    for key, *numbers in scores:
        yield (*known[key], *numbers)
