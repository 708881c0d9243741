"""What an editor changes in the admin is on every page at once, although pages are remembered."""

import re
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.core.test_caching import commit
from tests.forms import fields_of
from tests.networks.make import make_body, make_city, make_membership, make_network, make_role
from tests.page import words
from tests.portal.make import make_client

ATOM = {"": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def remembering(settings):
    """Give the test a cache that remembers, as the site has."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


def main_of(client, address):
    """Give the words of a page's main part, as an anonymous visitor reads them."""
    response = client.get(address)
    assert response.status_code == 200, address
    return words(re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)[0])


@pytest.mark.django_db
def test_a_term_that_an_editor_ends_is_over_on_every_page_at_once(
    client, remembering, django_assert_num_queries
):
    network, city = (
        make_network(name="Eurocities", slug="eurocities"),
        make_city(name="Bologna", slug="bologna"),
    )
    make_membership(network=network, city=city, start="1991")
    forum = make_body(network=network, name="Culture Forum", slug="culture-forum")
    role = make_role(body=forum, city=city, start="2013-02-03")
    pages = {
        "city": "/cities/bologna/?on=2014-06-02",
        "group": "/groups/culture-forum/?on=2014-06-02",
        "changes": "/changes/?from=2010&to=2015&network=eurocities",
        "changes of the city": "/changes/?from=2010&to=2015&city=bologna",
        "feed": "/changes.atom?from=2010&to=2015",
        "network's timeline": "/networks/eurocities/timeline/",
        "city's timeline": "/cities/bologna/timeline/",
        "passport": "/cities/bologna/passport/?on=2014-06-02",
    }
    commit()
    tags = {name: client.get(address)["ETag"] for name, address in pages.items()}
    for address in pages.values():  # remembered: nothing is read for them but the version of the data
        with django_assert_num_queries(1):
            client.get(address)
    before = {name: main_of(client, address) for name, address in pages.items() if name != "feed"}
    assert "Bologna left" not in before["changes"] + before["changes of the city"]

    editor = make_client("editor", network)
    form = reverse("admin:networks_role_change", args=[role.pk])
    fields = fields_of(editor.get(form), "role_form", end="2014-06-01")
    answer = editor.post(form, fields)
    assert answer.status_code == 302, words(answer.content.decode())
    commit()

    for name, address in pages.items():
        assert client.get(address, headers={"if-none-match": tags[name]}).status_code == 200, name
    after = {name: main_of(client, address) for name, address in pages.items() if name != "feed"}
    ended = "After 1 June 2014 Bologna left office as chair, Culture Forum, Eurocities no source given"
    assert ended in after["changes"] and ended in after["changes of the city"]
    feed = ElementTree.fromstring(client.get(pages["feed"]).content)
    assert [entry.findtext("title", namespaces=ATOM) for entry in feed.findall("entry", ATOM)] == [
        "Bologna left office as chair, Culture Forum: after 1 June 2014",
        "Bologna took office as chair, Culture Forum: 3 February 2013",
    ]
    for name in ("network's timeline", "city's timeline"):
        assert "1 June 2014" not in before[name], name
        assert "3 February 2013 – 1 June 2014" in after[name], name
    for name in ("city", "group"):
        assert after[name] != before[name], name
    assert "chaired 1 group" in before["passport"] and "chaired" not in after["passport"]
    assert (
        "Before Culture Forum , Eurocities , chair no source given 3 February 2013 – 1 June 2014"
        in (after["passport"])
    )
