"""The pages that set cities, or networks, side by side, and their files."""

from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateResponseMixin, View

from citynet.core.caching import public_page
from citynet.core.days import AskedDay
from citynet.core.rows import rows_response

from .. import comparison
from ..questions import CompareCities


@method_decorator(public_page, name="dispatch")
class QuestionView(TemplateResponseMixin, View):
    """A page that answers a `Question`, and the file of the same answer.

    `path` is where it stands, and with `.csv` its file; `name` is the address's. A question that cannot be answered has a page that
    says what is missing, and a file with its header only.
    """

    question = None
    path = ""
    name = ""
    title = ""

    def get(self, request, format=None):
        question, asked = self.question(request), AskedDay(request)
        if format:
            names, rows = self.file(question, asked)
            return rows_response(request, names, rows, self.name)
        address, query = reverse(f"networks:{self.name}"), question.query()
        return self.render_to_response(
            {
                "title": self.title,
                "question": question,
                "problems": question.problems,
                "asked": asked,
                "path": address,
                "answered": question.is_enough,
                "canonical": f"{address}?{query}" if query else address,
                "download": f"{reverse(f'networks:{self.name}_csv')}{f'?{query}' if query else ''}",
                **self.answer(question, asked),
            }
        )

    def answer(self, question, asked):
        """Give what the page shows besides the form."""
        raise NotImplementedError

    def file(self, question, asked):
        """Give (names of the columns, rows) of the file."""
        raise NotImplementedError


class CompareCities(QuestionView):
    template_name = "networks/compare_cities.html"
    question = CompareCities
    path = "compare/cities"
    name = "compare_cities"
    title = _("Compare cities")

    def answer(self, question, asked):
        if not question.is_enough:
            return {}
        cities = question.chosen
        sections = comparison.compare_cities(cities, asked)
        return {
            "cities": cities,
            "title": comparison.names_of(cities),
            "sections": sections,
            "summary": comparison.summary_of(cities, sections, asked),
        }

    def file(self, question, asked):
        cities = question.chosen if question.is_enough else []
        sections = comparison.compare_cities(cities, asked) if cities else []
        return comparison.columns_of(cities), comparison.rows_of(cities, sections)
