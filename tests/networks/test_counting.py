"""What is counted on the day of a stated number."""

import datetime

import pytest

from networks.counting import between, explanation, kinds_of, members_by_country, members_of, with_counts
from networks.models import Body, Figure, Membership, Metric
from tests.networks.make import (
    make_body,
    make_city,
    make_figure,
    make_membership,
    make_network,
    make_organisation,
    make_role,
)

DAY = datetime.date(2026, 11, 22)
Category = Membership.Category


def counts(network, metric, as_of):
    """Give (what may have been so, what was so for certain, the kinds) for a figure of that day."""
    figure = make_figure(network=network, metric=metric, value=1, as_of=as_of)
    figure = with_counts(Figure.objects.all(), DAY).get(pk=figure.pk)
    return figure.counted, figure.sure, kinds_of(figure)


def make_members():
    """A network since 1990: of Italy Ada and Bea, who take part jointly since 1991, and Cora since about 2000;
    of France Dijon, a founder, a partner, and then full again; a draft, an organisation and one to come."""
    network = make_network(start="1990-01-01")
    ada = make_membership(network=network, city=make_city(name="Ada"), start="1991-01-01")
    make_membership(network=network, city=make_city(name="Bea"), start="1991-01-01", joint_with=ada)
    make_membership(network=network, city=make_city(name="Cora"), start="2000")
    dijon = make_city(name="Dijon", country="FR")
    make_membership(network=network, city=dijon, category=Category.FOUNDER, start="1990-01-01")
    make_membership(network=network, city=dijon, category=Category.PARTNER, start="1995-01-01")
    make_membership(network=network, city=make_city(country="DE", state="draft"), start="1990-01-01")
    make_membership(network=network, city=make_city(country="ES"), start="1990-01-01", state="draft")
    make_membership(network=network, organisation=make_organisation(), start="1990-01-01")
    make_membership(network=network, city=make_city(country="PT"), start="2030")
    return network


@pytest.mark.django_db
def test_members_are_counted_once_on_the_figures_own_day():
    network = make_members()
    cities = Metric.MEMBER_CITIES
    assert counts(network, cities, "1990-06-01") == (1, 1, {Category.FOUNDER: 1})
    assert counts(network, cities, "1992") == (2, 2, {Category.FOUNDER: 1, Category.FULL: 1})
    kinds = {Category.FOUNDER: 1, Category.FULL: 2, Category.PARTNER: 1}
    assert counts(network, cities, "2000-06-01") == (3, 2, kinds)  # Cora came on some day of 2000
    assert counts(network, cities, "") == (3, 3, kinds)  # of today
    assert counts(network, cities, "[..1992-01-01]") == (2, 2, {Category.FOUNDER: 1, Category.FULL: 1})
    assert counts(network, cities, "1980") == (0, 0, {})
    assert counts(network, Metric.COUNTRIES, "2005") == (2, 2, {})
    assert counts(network, Metric.PARTNER_CITIES, "2005") == (1, 1, {})
    assert counts(network, Metric.PARTNER_CITIES, "1992") == (None, None, {})
    assert counts(network, Metric.CITIZENS, "2005") == (None, None, {})
    for day in ("1990-06-01", "1992", "2000-06-01", "2005"):  # as the network's own page counts
        by_country = members_by_country(network.memberships.published().on(day))
        assert counts(network, cities, day)[0] == sum(row["members"] for row in by_country)
        assert counts(network, Metric.COUNTRIES, day)[0] == len(by_country)
        assert members_of(network, day).count() >= counts(network, cities, day)[0]


@pytest.mark.django_db
def test_groups_and_those_who_sit_in_them_are_counted_too():
    network = make_network(start="1990")
    forum = make_body(network=network, start="1995-01-01", end="2000-12-31")
    make_body(network=network, kind=Body.Kind.WORKING_GROUP, start="1995")
    make_role(body=forum, post="chair", start="1995-01-01")
    sitting = make_role(body=forum, post="member", start="1995-01-01")
    make_role(body=forum, post="participant", city=sitting.city, start="1995-01-01")
    assert counts(network, Metric.FORUMS, "1999-01-01")[:2] == (1, 1)
    assert counts(network, Metric.FORUMS, "2001-01-01")[:2] == (0, 0)
    assert counts(network, Metric.WORKING_GROUPS, "1995-02-01")[:2] == (1, 0)
    figure = make_figure(network=network, body=forum, metric=Metric.BODY_MEMBERS, value=12, as_of="1999")
    assert with_counts(Figure.objects.filter(pk=figure.pk)).get().counted == 1


@pytest.mark.parametrize(
    ("value", "counted", "kinds", "words"),
    [
        (140, 185, "full 140; partner 45", "185 counted = 140 full members (as stated) + 45 partners"),
        (
            140,
            185,
            "founder 6; full 134; partner 45",
            "185 counted = 6 founders + 134 full members (as stated) + 45 partners",
        ),
        (
            140,
            180,
            "full 140; partner 45",
            "140 full members are counted here (as stated), beside 45 partners",
        ),
        (190, 145, "full 100; partner 45", "the difference is as large as one kind of members: 45 partners"),
        (140, 140, "full 95; partner 45", ""),
        (141, 185, "full 140; partner 45", ""),
        (1, 2, "full 1; partner 1", "2 counted = 1 full member (as stated) + 1 partner"),
        (140, 200, "full 200", ""),
        (140, None, "", ""),
    ],
)
def test_kinds_of_members_explain_a_difference(value, counted, kinds, words):
    figure = Figure(value=value, metric=Metric.MEMBER_CITIES)
    figure.counted, figure.kinds = counted, kinds
    assert explanation(figure) == words


def test_partial_dates_leave_a_count_between_two_numbers():
    figure = Figure(value=140, metric=Metric.MEMBER_CITIES)
    figure.counted, figure.sure = 141, 97
    assert between(figure) == "between 97 and 141, since dates are partial"
    figure.sure = 141
    assert between(figure) == ""
