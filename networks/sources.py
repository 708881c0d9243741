"""What rests on a source: every kind of fact that can cite one, also those of apps that build on this one."""

from functools import cache

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from citynet.core.collation import BY_NAME
from citynet.core.filters import Choices, ListFilter, MenuFilter, Sort, Years, in_years, keys_of, values_of
from citynet.core.lists import CappedCount
from citynet.core.models import published_q

from .filters import NAME, NETWORKS
from .models import Source

# The kinds that people come for stand first; any others follow.
FIRST = ("membership", "role", "figure", "twinning", "participation", "network", "body", "event", "project")
# On which page a fact stands: the first of these that it has. What has a page of its own stands there.
STANDS_ON = {
    "membership": ("city", "network"),
    "role": ("body", "network"),
    "figure": ("body", "network"),
    "twinning": ("city_a",),
    "participation": ("project",),
    "grant": ("project", "programme.network"),
    "programme": ("network",),
    "series": ("network",),
    "uptake": ("practice",),
    "award": ("network",),
    "awardedition": ("award.network",),
    "awardwinner": ("city",),
}
ON_NETWORKS = {name for name, paths in STANDS_ON.items() if paths == ("network",)}
# The ways from a fact to the networks that it is of.
TO_NETWORK = {
    "project__network": ("participation", "grant"),
    "programme__network": ("grant",),
    "practice__networks": ("uptake",),
    "award__network": ("awardedition",),
    "edition__award__network": ("awardwinner",),
    "networks": ("event", "practice"),
    "pk": ("network",),
}


@cache
def citing_models():
    """Give {name: model} of everything that can cite a source."""
    models = {relation.related_model._meta.model_name: relation.related_model for relation in _relations()}
    return {name: models[name] for name in (*FIRST, *sorted(models.keys() - set(FIRST))) if name in models}


def _relations():
    return (relation for relation in Source._meta.related_objects if relation.field.name == "source")


def resting_on(source):
    """Give {kind: queryset} of the public rows that cite the source: a row, a key or an OuterRef.

    What has no page but its network's is left out while that is not public.
    """
    rows = {name: model.objects.published().filter(source=source) for name, model in citing_models().items()}
    for name in ON_NETWORKS & rows.keys():
        rows[name] = rows[name].filter(Q(network=None) | published_q("network__"))
    return rows


def to_networks(name):
    """Give the paths from a kind of fact to its networks; none for what belongs to no network."""
    paths = [path for path, names in TO_NETWORK.items() if name in names]
    fields = {field.name for field in citing_models()[name]._meta.get_fields()}
    return paths or (["network"] if "network" in fields else [])


def place_of(fact):
    """Give the record on whose public page the fact stands, or None."""
    if hasattr(fact, "get_absolute_url"):
        return fact
    for path in STANDS_ON.get(fact._meta.model_name, ()):
        place = fact
        for name in path.split("."):
            place = place and getattr(place, name)
        if place and place.is_published and hasattr(place, "get_absolute_url"):
            return place
    return None


def related_of(model):
    """Give what has to be read along with a fact to name it and to find its page."""
    paths = [path.replace(".", "__") for path in STANDS_ON.get(model._meta.model_name, ())]
    links = [
        field.name
        for field in model._meta.concrete_fields
        if field.many_to_one and field.related_model._meta.app_label == "networks" and field.name != "source"
    ]
    deeper = {
        "awardwinner": ["edition__award"],
        "body": ["network"],
        "role": ["body__network"],
        "figure": ["body__network"],
    }
    return sorted({*paths, *links, *deeper.get(model._meta.model_name, ())})


def count_of_facts(exact=False):
    """Give the expression of how many public facts rest on a source, each kind counted up to the cap."""
    kinds = [CappedCount(rows, exact=exact) for rows in resting_on(OuterRef("pk")).values()]
    return sum(kinds[1:], kinds[0])


class NetworkOfFacts(MenuFilter):
    """The network that any fact of the source is of; too costly to be counted for each of them."""

    has_facet = False


class SourceFilter(ListFilter):
    link = Choices([("with", _("with a link")), ("without", _("without a link"))], _("Link"))
    year = Years(_("Page of the year"))
    network = NetworkOfFacts(NETWORKS, _("Facts of the network"))
    sort = Sort(_("Sort by"))

    sorts = {
        "name": NAME,
        "-published": (_("latest page first"), ("-published_on_earliest", "-id")),
        "-facts": (_("most facts"), ("-fact_count", *BY_NAME)),
    }
    counted_sorts = ("-facts",)
    is_counted = True

    @cached_property
    def counts(self):
        return {**super().counts, "network": None}

    def narrow(self, rows, given):
        link = values_of(given["link"])
        if len(link) == 1:
            rows = rows.filter(url="") if link == {"without"} else rows.exclude(url="")
        if given["year"]:
            rows = rows.filter(in_years(given["year"], "published_on_earliest", "published_on_latest"))
            rows = rows.exclude(published_on="")
        if given["network"]:
            rows = rows.filter(self.speaks_of(keys_of(given["network"])))
        if given["sort"] == "-facts":
            rows = rows.annotate(fact_count=count_of_facts())
        return rows

    def speaks_of(self, networks):
        """Give the condition that a fact of one of the networks rests on the source."""
        found = Q()
        for name, facts in resting_on(OuterRef("pk")).items():
            for path in to_networks(name):
                found |= Q(Exists(facts.filter(**{f"{path}__in": networks})))
        return found
