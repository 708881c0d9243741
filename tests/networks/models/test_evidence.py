"""The rules of figures, and the history of records, as editors are told of them and as the database holds them."""

import pytest

from networks.models import (
    Figure,
    Membership,
)
from tests.networks.make import (
    make_body,
    make_figure,
    make_membership,
    make_network,
    make_programme,
)
from tests.rules import refusals, refused_by_database

pytestmark = pytest.mark.django_db


# Figures


def test_a_figure_has_one_subject():
    network = make_network()
    body, programme = make_body(network=network), make_programme(network=network)
    figure = Figure(network=network, body=body, programme=programme, metric="countries", value=39)
    assert refusals(figure) == {"__all__": ["A figure is about a body or a programme, not both."]}
    assert refused_by_database(figure)
    for subject in ({}, {"body": body}, {"programme": programme}):
        assert refusals(Figure(network=network, metric="countries", value=39, **subject)) == {}


@pytest.mark.parametrize(
    ("qualifier", "label"),
    [
        ("exactly", "130,000,000"),
        ("over", "more than 130,000,000"),
        ("about", "about 130,000,000"),
        ("up_to", "up to 130,000,000"),
    ],
)
def test_a_figure_is_shown_as_it_was_stated(qualifier, label):
    figure = make_figure(metric="citizens", value=130_000_000, qualifier=qualifier)
    assert figure.value_label == label
    assert str(figure) == f"{label} citizens"


def test_figures_that_contradict_each_other_are_all_kept():
    network = make_network()
    for value, as_of in ((39, "2019"), (35, "2021"), (39, "")):
        figure = Figure(network=network, metric="countries", value=value, as_of=as_of)
        assert refusals(figure) == {}
        figure.save()
    assert list(network.figures.values_list("value", "as_of")) == [(35, "2021"), (39, "2019"), (39, "")]
    assert list(Figure.objects.as_of("2020").values_list("as_of", flat=True)) == ["2019", ""]


# History


def test_the_history_says_who_changed_what_and_why(admin_user):
    network = make_network(name="Eurocities")
    network.name = "EUROCITIES"
    network._change_reason = "Its own spelling"
    network._history_user = admin_user
    network.save()
    changes = network.history.values_list("name", "history_type", "history_change_reason", "history_user")
    assert list(changes) == [
        ("EUROCITIES", "~", "Its own spelling", admin_user.pk),
        ("Eurocities", "+", None, None),
    ]


def test_the_history_outlives_the_record():
    membership = make_membership()
    key, history = membership.pk, Membership.history
    membership.delete()
    assert list(history.filter(id=key).values_list("history_type", flat=True)) == ["-", "+"]
