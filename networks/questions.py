"""What the pages that set cities and networks beside each other can be asked.

They are filter sets like those of the lists, so that an address, its form and its sentences about what could
not be used are made in one way; but they find no rows of a list, so nothing is counted beside their options.
"""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.collation import BY_NAME
from citynet.core.filters import Choices, ListFilter, MenuFilter, OnDay, Pick, Problem, Sort, keys_of
from citynet.core.filters.form import Grid, Remembered

from .filters import COUNTRIES, NETWORKS, TOPICS, CityNames
from .models import City, Network

LEAST, MOST = 2, 4  # things that stand side by side


class Question(ListFilter):
    """The base of these: no words to search for, nothing counted, one form."""

    q = None
    exact = None
    model = City
    left_out_of_form = ()

    def __init__(self, request):
        super().__init__(request.GET, self.model.objects.none(), request=request)

    @property
    def counts(self):
        return dict.fromkeys(self.filters)

    @property
    def page(self):
        """The number of the page, the first for anything that is none."""
        text = self.data.get("page", "")
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,3}", text) else 1

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Grid(*(Remembered(name) for name in self.filters if name not in self.left_out_of_form))
        )
        return helper


class Comparison(Question):
    """Two to four of something. `name` is its filter; `chosen` are its rows, in the order of the address."""

    name = ""

    def __init__(self, request):
        super().__init__(request)
        texts = [text.strip() for text in self.data.getlist(self.name) if text.strip()]
        once = {text.lower(): text for text in reversed(texts)}
        self.typed = [text.lower() for text in texts]
        self.data = self.data.copy()
        self.data.setlist(self.name, [once.pop(text) for text in self.typed if text in once])

    def given_twice(self):
        """Give the words of what the address names more than once."""
        twice = {text for text in self.typed if self.typed.count(text) > 1}
        keys = [pick.keys for pick in self.given[self.name]]
        return [
            pick.words
            for number, pick in enumerate(self.given[self.name])
            if keys.index(pick.keys) == number
            and (keys.count(pick.keys) > 1 or twice & {pick.value.lower(), pick.words.lower()})
        ]

    @cached_property
    def _chosen(self):
        """The rows to compare, and sentences on what stands in the way; one SQL statement."""
        said, keys = [], []
        found = self.model.objects.published().in_bulk(keys_of(self.given[self.name]))
        for words in self.given_twice():
            said.append(_("%(name)s was given twice; it stands here once.") % {"name": words})
        for pick in self.given[self.name]:
            several = [found[key] for key in pick.keys if key in found]
            if self.is_ambiguous(pick):
                said.append(
                    _("“%(name)s” is the name of several: %(several)s. Choose one of them.")
                    % {"name": pick.words, "several": "; ".join(self.full_name(row) for row in several)}
                )
            elif several:
                keys.append(several[0].pk)
        keys = list(dict.fromkeys(keys))
        if len(keys) > MOST:
            said.append(
                _("At most %(most)d can be compared. These are the first ones; left out: %(others)s.")
                % {"most": MOST, "others": ", ".join(found[key].name for key in keys[MOST:])}
            )
        if len(keys) == 1:
            said.append(
                _("Only %(name)s is chosen: choose one more to compare it with.")
                % {"name": found[keys[0]].name}
            )
        return [found[key] for key in keys[:MOST]], said

    def is_ambiguous(self, pick):
        return len(pick.keys) > 1

    def full_name(self, row):
        return row.name

    @property
    def chosen(self):
        return self._chosen[0]

    @property
    def is_enough(self):
        return len(self.chosen) >= LEAST

    @cached_property
    def problems(self):
        names = self.form[self.name].auto_id
        return [*super().problems, *(Problem.of(names, words) for words in self._chosen[1])]

    @cached_property
    def used(self):
        """What is compared, in the order of the address, and the day."""
        return [
            *((self.name, Pick(row.slug, row.name)) for row in self.chosen),
            *(pair for pair in super().used if pair[0] == "on"),
        ]


class CompareCities(Comparison):
    name = "city"

    city = CityNames(gettext_lazy("Cities"))
    on = OnDay()

    def full_name(self, city):
        return f"{city.name}, {city.country.name} ({city.slug})"


class CompareNetworks(Comparison):
    """Networks; `in` names those whose common members, who are in no other of them, are listed."""

    name = "network"
    model = Network

    network = MenuFilter(NETWORKS, gettext_lazy("Networks"))
    in_ = MenuFilter(NETWORKS, gettext_lazy("Members of exactly"))
    on = OnDay()

    left_out_of_form = ("in",)

    def is_ambiguous(self, pick):
        return False

    @property
    def places(self):
        """The places of the networks that `in` names among those compared; () for none."""
        keys = keys_of(self.given["in"] or ())
        return tuple(place for place, network in enumerate(self.chosen) if network.pk in keys)

    def set_query(self, places):
        """Give the query of the list of the cities that belong to exactly the networks at the places."""
        return "&".join([self.query(), *(f"in={self.chosen[place].slug}" for place in places)])


class FindPartners(Question):
    """One city, one or more topics, and any number of countries."""

    city = CityNames(gettext_lazy("For the city"))
    topic = MenuFilter(TOPICS, gettext_lazy("Topic"))
    country = MenuFilter(COUNTRIES, gettext_lazy("Partners from"))
    on = OnDay()

    @cached_property
    def chosen(self):
        """The city, or None; one SQL statement."""
        return City.objects.published().filter(pk__in=keys_of(self.given["city"])).order_by(*BY_NAME).first()

    @property
    def is_enough(self):
        return bool(self.chosen and self.given["topic"])

    @cached_property
    def problems(self):
        said = [*super().problems]
        city, topic = (self.form[name].auto_id for name in ("city", "topic"))
        if self.chosen and len(keys_of(self.given["city"])) > 1:
            words = _("Partners are found for one city at a time: this is for %(city)s.")
            chosen = f"{self.chosen.name}, {self.chosen.country.name}"
            said.append(Problem.of(city, words % {"city": chosen}))
        if self.chosen and not self.given["topic"]:
            said.append(Problem.of(topic, _("Choose a topic as well.")))
        if not self.chosen and self.given["topic"]:
            said.append(Problem.of(city, _("Choose the city that looks for partners as well.")))
        return said

    def page_query(self, number):
        return self.query(page=number) if number > 1 else self.query()


class Overlaps(Question):
    """Which networks the matrix has, and in which order."""

    model = Network

    network = MenuFilter(NETWORKS, gettext_lazy("Networks"))
    kind = Choices(Network.Kind.choices, gettext_lazy("Kind"))
    country = MenuFilter(COUNTRIES, gettext_lazy("Members in"))
    on = OnDay()
    sort = Sort(gettext_lazy("Sort by"))

    sorts = {"size": (gettext_lazy("most member cities"), ()), "name": (gettext_lazy("name"), ())}
    is_enough = True
