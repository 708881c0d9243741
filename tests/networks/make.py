"""Rows to test with: only what each needs, published; set what the test is about."""

from itertools import count

from django.utils.text import slugify

from citynet.core.models import State
from networks.models import (
    Award,
    AwardEdition,
    AwardWinner,
    Body,
    City,
    Document,
    Figure,
    Grant,
    Membership,
    Network,
    Organisation,
    Participation,
    Person,
    Practice,
    Programme,
    Project,
    Role,
    Source,
    Topic,
    Twinning,
    Uptake,
)

numbers = count(1)


def make_entity(model, **kwargs):
    number = next(numbers)
    name = kwargs.setdefault("name", f"{model.__name__} {number}")
    kwargs.setdefault("slug", f"{slugify(name)}-{number}")
    kwargs.setdefault("state", State.PUBLISHED)
    return model.objects.create(**kwargs)


def make_topic(**kwargs):
    return make_entity(Topic, **kwargs)


def make_city(**kwargs):
    return make_entity(City, **{"country": "IT", **kwargs})


def make_organisation(**kwargs):
    return make_entity(Organisation, **{"kind": Organisation.Kind.OTHER, **kwargs})


def make_person(**kwargs):
    return make_entity(Person, **kwargs)


def make_network(**kwargs):
    return make_entity(Network, **{"kind": Network.Kind.ASSOCIATION, **kwargs})


def make_body(**kwargs):
    if "network" not in kwargs:
        kwargs["network"] = make_network()
    return make_entity(Body, **{"kind": Body.Kind.FORUM, **kwargs})


def make_programme(**kwargs):
    return make_entity(Programme, **kwargs)


def make_project(**kwargs):
    return make_entity(Project, **kwargs)


def make_practice(**kwargs):
    if "city" not in kwargs:
        kwargs["city"] = make_city()
    return make_entity(Practice, **kwargs)


def make_award(**kwargs):
    if "network" not in kwargs:
        kwargs["network"] = make_network()
    return make_entity(Award, **kwargs)


def make_document(**kwargs):
    return make_entity(Document, **{"kind": Document.Kind.REPORT, **kwargs})


def make_source(**kwargs):
    number = next(numbers)
    defaults = {"publisher": f"Source {number}", "slug": f"source-{number}", "state": State.PUBLISHED}
    return Source.objects.create(**{**defaults, **kwargs})


def make_fact(model, **needed):
    """Make a row, making first what `needed` names and the caller did not give: `(name, maker)`."""
    return model.objects.create(
        **{name: value() if callable(value) else value for name, value in needed.items()}
    )


def make_membership(**kwargs):
    member = {} if "organisation" in kwargs else {"city": make_city}
    return make_fact(Membership, **{"network": make_network, **member, **kwargs})


def make_role(**kwargs):
    if "body" in kwargs:
        kwargs.setdefault("network", kwargs["body"].network)
    holder = {} if "person" in kwargs else {"city": make_city}
    return make_fact(Role, **{"network": make_network, "post": Role.Post.CHAIR, **holder, **kwargs})


def make_twinning(**kwargs):
    return make_fact(Twinning, **{"city_a": make_city, "city_b": make_city, **kwargs})


def make_participation(**kwargs):
    partner = {} if "organisation" in kwargs else {"city": make_city}
    return make_fact(Participation, **{"project": make_project, **partner, **kwargs})


def make_grant(**kwargs):
    level = {} if "programme" in kwargs else {"project": make_project}
    return make_fact(Grant, **{"amount": 1, **level, **kwargs})


def make_uptake(**kwargs):
    return make_fact(Uptake, **{"practice": make_practice, "city": make_city, **kwargs})


def make_edition(**kwargs):
    return make_fact(AwardEdition, **{"award": make_award, "year": 2019, **kwargs})


def make_winner(**kwargs):
    return make_fact(AwardWinner, **{"edition": make_edition, "city": make_city, **kwargs})


def make_figure(**kwargs):
    return make_fact(Figure, **{"network": make_network, "metric": "countries", "value": 39, **kwargs})
