"""The demo on another day: its links keep the day; Bologna in Eurocities on three days."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.page import section, words
from tests.portal.test_asked_day import rows_of

from .demo import loaded  # noqa: F401

pytestmark = pytest.mark.django_db
ON = "1995-06-01"
# Of these pages the day is a part; what lies below them, too.
OF_A_DAY = ("/", "/networks/", "/cities/", "/groups/", "/people/", "/memberships/", "/roles/", "/search/")
PAGES_OF_OTHERS = re.compile(r".*/(timeline|numbers|embed|passport)/|/cities/suggest/.*")


class Links(HTMLParser):
    """The links of a page that are no way to another day, and none to a file."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a" and "data-day" not in attributes and attributes.get("href", "").startswith("/"):
            self.found.add(attributes["href"])


def depends_on_day(path):
    return path == "/" or (
        path.endswith("/") and path.startswith(OF_A_DAY[1:]) and not PAGES_OF_OTHERS.fullmatch(path)
    )


def test_two_clicks_from_home_every_page_that_depends_on_the_day_is_still_asked_about_it(loaded, client):  # noqa: F811
    seen, lost, ahead = set(), [], [f"/?on={ON}"]
    kinds = {}  # of pages below one list three are enough: they are made of the same template
    for _click in range(3):
        coming = set()
        for address in ahead:
            response = client.get(address)
            assert response.status_code == 200, address
            for link in Links(response.content.decode()).found:
                path = urlsplit(link).path
                if not depends_on_day(path):
                    continue
                if parse_qs(urlsplit(link).query).get("on") != [ON]:
                    lost.append((address, link))
                kind = path if path in OF_A_DAY else path.split("/")[1]
                if link not in seen and kinds.setdefault(kind, 0) < 3:
                    kinds[kind] += 1
                    seen.add(link)
                    coming.add(link)
        ahead = sorted(coming)
    assert lost == []
    assert {"networks", "cities", "groups"} < set(kinds)


def test_bologna_in_eurocities_on_three_days(loaded, client):  # noqa: F811
    """The page, the link copied from it and each file say the same; see issue 4, "Shown by" 1."""

    def shown(day):
        page = client.get(f"/cities/bologna/?on={day}")
        members = rows_of(client, f"/cities.csv?network=eurocities&on={day}")
        roles = rows_of(client, f"/roles.csv?city=bologna&network=eurocities&on={day}")
        memberships = rows_of(client, f"/memberships.csv?city=bologna&network=eurocities&on={day}")
        is_member = "bologna" in {row["slug"] for row in members}
        assert is_member is bool(memberships)
        assert is_member is ("Eurocities" in section(page, "belongs"))
        return (
            is_member,
            {(row["post"], row["group"], row["certainty"], row["reason"]) for row in roles},
            page,
        )

    is_member, roles, page = shown("1995-06-01")
    assert is_member
    assert roles == {
        ("president", "", "possible", "start_partial"),
        ("member", "Executive Committee", "sure", ""),
    }
    held = words(section(page, "roles"))
    assert "president" in held and "Executive Committee" in held
    assert "approx.: its start is known only as 1995" in held and "Culture Forum" not in held
    is_member, roles, page = shown("2014-06-01")
    assert is_member and roles == {("chair", "Culture Forum", "possible", "end_partial")}
    held = words(section(page, "roles"))
    assert "Culture Forum" in held and "president" not in held and "Executive Committee" not in held
    is_member, roles, page = shown("1990-06-01")
    assert not is_member and not roles and "No role is recorded for this day." in section(page, "roles")
