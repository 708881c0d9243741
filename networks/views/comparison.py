"""The pages that set cities, or networks, side by side, and their files."""

from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateResponseMixin, View

from citynet.core.caching import public_page
from citynet.core.days import AskedDay
from citynet.core.rows import rows_response

from .. import comparison, comparison_of_networks
from ..questions import CompareCities, CompareNetworks


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


class CitiesCompared(QuestionView):
    template_name = "networks/compare_cities.html"
    question = CompareCities
    path = "compare/cities"
    name = "compare_cities"
    title = _("Compare cities")

    def answer(self, question, asked):
        cities = question.chosen
        if not question.is_enough:
            return {"one": cities[0], "others": comparison.near(cities[0], asked)} if cities else {}
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
        return comparison.columns_of(cities), comparison.rows_of(sections)


class NetworksCompared(QuestionView):
    template_name = "networks/compare_networks.html"
    question = CompareNetworks
    path = "compare/networks"
    name = "compare_networks"
    title = _("Compare networks")

    def answer(self, question, asked):
        if not question.is_enough:
            return {}
        networks = question.chosen
        places = question.places
        first = (question.page - 1) * comparison_of_networks.LISTED
        only = (places, first, comparison_of_networks.LISTED) if places else None
        members = comparison_of_networks.Members(networks, asked, only)
        about = {
            "networks": networks,
            "title": comparison.names_of(networks),
            "summary": comparison_of_networks.summary_of(networks, members, asked),
        }
        if listed := self.listed(question, members, first):
            return {**about, "listed": listed}
        if places:  # nobody belongs to exactly those
            members = comparison_of_networks.Members(networks, asked)
        countries, more_countries = comparison_of_networks.countries_shown(members)
        return {
            **about,
            "sets": [(each, question.set_query(each.places)) for each in members.sets],
            "countries": countries,
            "more_countries": more_countries,
            "sections": comparison_of_networks.compare_networks(networks, members, asked),
        }

    def listed(self, question, members, first):
        """Give what the page shows of one set of cities, when the address asks for it, else None."""
        found = [each for each in members.sets if each.places == question.places]
        if not found:
            return None
        number, query = question.page, question.set_query(question.places)
        return {
            "cities": found[0].cities,
            "total": found[0].total,
            "names": comparison.names_of(members.networks[place] for place in question.places),
            "is_shared": found[0].is_shared,
            "previous": f"{query}&page={number - 1}" if number > 1 else "",
            "next": f"{query}&page={number + 1}" if first + len(found[0].cities) < found[0].total else "",
            "all": question.query(),
        }

    def file(self, question, asked):
        networks = question.chosen if question.is_enough else []
        rows = comparison_of_networks.rows_of(networks, asked) if networks else ()
        return comparison.columns_of(networks), rows
