"""What tests ask of the page of a record."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from tests.networks import make
from tests.page import words

DRAFT = {"state": State.DRAFT}


def secret():
    """Give what makes a draft that must not be read anywhere; names of cities have to differ."""
    return {"name": f"Secret {next(make.numbers)}", **DRAFT}


def page(client, record, on=None):
    response = client.get(record.get_absolute_url(), {"on": on} if on else {})
    assert response.status_code == 200
    return response


def actions(response):
    """Give what the page offers to do, below its answers."""
    return words(re.search(r'<p class="[^"]*actions">(.*?)</p>', response.content.decode(), re.DOTALL)[1])


def count_queries(client, record):
    with CaptureQueriesContext(connection) as queries:
        page(client, record)
    return len(queries)


def answers(response):
    """Give {term: definition} of what the page opens with."""
    html = re.search(r'<dl class="answers">(.*?)</dl>', response.content.decode(), re.DOTALL)
    pairs = (re.split(r"<dd[^>]*>", term) for term in re.split(r"<dt[^>]*>", html[1])[1:])
    return {words(term): " | ".join(map(words, definitions)) for term, *definitions in pairs}


def contents(response):
    """Give the list "On this page" as {words: address}; empty if the page has none."""
    html = response.content.decode().partition('<nav class="contents')[2].partition("</nav>")[0]
    return {words(text): address for address, text in re.findall(r'<a href="([^"]*)">(.*?)</a>', html)}
