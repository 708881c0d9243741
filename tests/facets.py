"""The number beside an option, and the list that the option leads to: for the tests that compare the two."""

from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict


def numbers(filterset, query, **more):
    """Give the number beside each option of each filter: {(filter, value): number}."""
    filters = filtered(filterset, query, **more)
    return {
        (name, pick.value): filters.left_by(name, pick)
        for name in filters.counts
        for pick in filters.filters[name].read().values()
    }


def lengths(filterset, query, **more):
    """Give how many rows there are at the address that has one option in place of its filter's: the same keys."""
    filters = filtered(filterset, query, **more)
    found = {}
    for name in filters.counts:
        others = [pair for pair in parse_qsl(query) if pair[0] != name]
        for value in filters.filters[name].read():
            listed = filtered(filterset, urlencode([*others, (name, value)]), menus=filters.menus, **more)
            found[name, value] = len(listed.qs.values_list("pk"))
    return found


def filtered(filterset, query, model, menus=None):
    """Give the filter set of an address, with menus that were read before; what it cannot use is a failure."""
    filters = filterset(QueryDict(query), model.objects.published())
    if menus is not None:
        filters.menus = menus
    assert filters.problems == []
    return filters
