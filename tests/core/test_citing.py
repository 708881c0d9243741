"""How pages are cited: in words, in BibTeX, in RIS."""

import datetime
import re

import pytest

from citynet.core.citing import Citation, latex, one_line
from tests.events.make import make_event
from tests.networks import make

TODAY = datetime.date(2026, 11, 22)
HOSTILE = 'R&D_{x}%\n"50 #1 $~^\\ \x00 \u2028Ünïcode\r\nER  - '


@pytest.fixture
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


def bibtex_fields(entry):
    """Read an entry as BibTeX does: braces balance, a backslash hides none from the count; give its fields."""
    kind, rest = entry.split("{", 1)
    key, rest = rest.split(",", 1)
    assert kind == "@misc"
    assert rest.endswith(",\n}\n")
    fields, depth, value = {}, 0, ""
    for letter in rest.rstrip().removesuffix("}"):
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
        if letter == "," and depth == 0:
            name, _equals, text = value.partition("=")
            fields[name.strip()] = text.strip()
            value = ""
        else:
            value += letter
    assert (depth, value.strip()) == (0, "")
    return key, fields


def ris_fields(text):
    """Read a reference as the format's description has it: six characters of tag a line, CR and LF at its end."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines)
    return [(line[:2], line[6:]) for line in lines]


CITATION = Citation(
    title="Bologna",
    address="https://city.example/cities/bologna/?on=2026-11-21",
    accessed=TODAY,
    identifier="https://city.example/id/0edabe0c-fa82-445b-b877-a6b011cd9da2/",
    state="as it stood on 21 November 2026",
    updated=datetime.date(2025, 2, 3),
)


def test_a_citation_says_all_that_it_knows_in_words():
    assert CITATION.text() == (
        "“Bologna”. citynet. As it stood on 21 November 2026. Last updated on 3 February 2025. "
        "https://city.example/cities/bologna/?on=2026-11-21 (accessed on 22 November 2026). "
        "Permanent identifier: https://city.example/id/0edabe0c-fa82-445b-b877-a6b011cd9da2/"
    )
    bare = Citation("Networks", "https://city.example/networks/", TODAY)
    assert (
        bare.text() == "“Networks”. citynet. https://city.example/networks/ (accessed on 22 November 2026)."
    )


def test_bibtex_holds_every_field():
    assert bibtex_fields(CITATION.bibtex()) == (
        "citynet-cities-bologna-2026-11-21",
        {
            "author": "{{citynet}}",
            "title": "{{Bologna}}",
            "howpublished": r"{\url{https://city.example/cities/bologna/?on=2026-11-21}}",
            "year": "{2025}",
            "month": "feb",
            "note": "{As it stood on 21 November 2026; last updated on 3 February 2025; "
            "accessed on 22 November 2026}",
            "url": "{https://city.example/id/0edabe0c-fa82-445b-b877-a6b011cd9da2/}",
            "urldate": "{2026-11-22}",
        },
    )


def test_ris_holds_every_field():
    assert ris_fields(CITATION.ris()) == [
        ("TY", "ELEC"),
        ("ID", "0EDABE0CFA82445BB877"),
        ("AU", "citynet"),
        ("TI", "Bologna"),
        ("PB", "citynet"),
        ("PY", "2025"),
        ("DA", "2025/02/03/"),
        ("Y2", "2026/11/22/"),
        ("UR", "https://city.example/cities/bologna/?on=2026-11-21"),
        ("N1", "As it stood on 21 November 2026"),
        ("N1", "Permanent identifier: https://city.example/id/0edabe0c-fa82-445b-b877-a6b011cd9da2/"),
        ("ER", ""),
    ]


def test_no_name_ends_a_line_or_a_field_or_steers_latex():
    cited = Citation(HOSTILE, "https://city.example/cities/?q=a%25b&x={y}\\^~", TODAY)
    _key, fields = bibtex_fields(cited.bibtex())
    assert fields["title"] == (
        r"{{R\&D\_\{x\}\% "
        r'"50 \#1 \$\textasciitilde{}\textasciicircum{}\textbackslash{} Ünïcode ER -}}'
    )
    assert fields["howpublished"] == r"{\url{https://city.example/cities/?q=a%25b&x=%7By%7D%5C%5E%7E}}"
    assert dict(ris_fields(cited.ris()))["TI"] == 'R&D_{x}% "50 #1 $~^\\ Ünïcode ER -'
    assert [tag for tag, _value in ris_fields(cited.ris())].count("ER") == 1
    assert "\n" not in cited.text()
    assert (latex("a\tb"), one_line("\ud800\x07 a\x85b")) == ("a b", "a b")


def test_lists_under_other_filters_have_other_keys_of_letters_digits_and_hyphens():
    addresses = (
        "cities/?country=IT",
        "cities/?country=FR",
        "cities/?on=1995",
        "cities/",
        "",
        "it/cities/ü_{}",
    )
    keys = [Citation("", f"https://city.example:8000/{address}", TODAY).key for address in addresses]
    assert len(set(keys)) == len(keys)
    assert keys[2:5] == ["citynet-cities-1995", "citynet-cities", "citynet"]
    assert all(re.fullmatch(r"[a-zA-Z0-9-]+", key) for key in keys)


def cited(client, address):
    """Give the link to this state that a page offers, and the files of its citation."""
    content = client.get(address).content.decode()
    link = re.search(r'<pre id="cite-link">http://testserver([^<]*)</pre>', content)[1]
    files = re.findall(r'href="([^"]*\.(?:bib|ris)[^"]*)"', content)
    return link.replace("&amp;", "&"), [file.replace("&amp;", "&") for file in files]


@pytest.mark.django_db
def test_the_page_of_a_record_is_cited_with_the_asked_day_or_today_and_its_files_say_the_same(client, today):
    make.make_city(name="R&D_{x}%", slug="bologna")
    make_event(slug="forum", start="2026-03-01")
    assert cited(client, "/cities/bologna/") == (
        "/cities/bologna/?on=2026-11-22",
        ["/cities/bologna.bib", "/cities/bologna.ris"],
    )
    assert cited(client, "/cities/bologna/?on=june+1995&page=2") == (
        "/cities/bologna/?on=1995-06",
        ["/cities/bologna.bib?on=1995-06", "/cities/bologna.ris?on=1995-06"],
    )
    assert cited(client, "/events/forum/?on=1995")[0] == "/events/forum/"
    page = client.get("/cities/bologna/?on=1995-06")
    for format, content_type in (
        ("bib", "application/x-bibtex; charset=utf-8"),
        ("ris", "application/x-research-info-systems; charset=utf-8"),
    ):
        response = client.get(f"/cities/bologna.{format}?on=1995-06")
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"] == f'attachment; filename="citynet-bologna.{format}"'
        pre = re.search(rf'<pre id="cite-{format}">(.*?)</pre>', page.content.decode(), re.DOTALL)[1]
        assert response.content.decode() == pre.replace("&amp;", "&")
    assert client.get("/cities/bologna.pdf").status_code == 404
    assert client.get("/cities/nowhere.bib").status_code == 404


@pytest.mark.django_db
def test_the_citation_knows_when_a_fact_on_the_page_last_changed(client, time_machine):
    time_machine.move_to(datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC))
    city = make.make_city(slug="bologna")
    time_machine.move_to(datetime.datetime(2026, 2, 3, 12, tzinfo=datetime.UTC))
    make.make_membership(city=city, start="1991")
    fields = dict(ris_fields(client.get("/cities/bologna.ris").content.decode()))
    assert fields["DA"] == "2026/02/03/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "link", "file"),
    [
        ("/cities/?country=IT&sort=-population&page=2", "/cities/?country=IT&on=2026-11-22", "country=IT"),
        (
            "/cities/?country=IT&on=1995-06-01",
            "/cities/?country=IT&on=1995-06-01",
            "country=IT&on=1995-06-01",
        ),
        # Asked about today, these would find others: no project or network that is over.
        ("/networks/", "/networks/", ""),
        ("/networks/?status=active", "/networks/?status=active&on=2026-11-22", "status=active"),
        ("/events/", "/events/", ""),
    ],
)
def test_a_list_is_cited_with_its_filters_and_with_a_day_where_that_finds_the_same(
    client, today, address, link, file
):
    found, files = cited(client, address)
    assert found == link
    path = link.partition("/?")[0].rstrip("/")
    assert [file.replace("sort=-population", "").replace("&&", "&").strip("&?") for file in files] == [
        f"{path}.{format}?{file}".strip("?") for format in ("bib", "ris")
    ]
    response = client.get(files[1])
    assert dict(ris_fields(response.content.decode()))["UR"] == f"http://testserver{link}"
    assert response["Content-Disposition"] == f'attachment; filename="citynet-{path.strip("/")}.ris"'


@pytest.mark.django_db
def test_other_pages_are_cited_too(client, today):
    assert cited(client, "/") == ("/?on=2026-11-22", [])
    assert cited(client, "/?on=1995")[0] == "/?on=1995"
    assert cited(client, "/about/data/?page=1") == ("/about/data/?page=1", [])
    assert cited(client, "/events/calendar/") == ("/events/calendar/?month=2026-11", [])
    assert cited(client, "/events/agenda/?kind=summit")[0] == "/events/agenda/?kind=summit"
    assert cited(client, "/search/?q=milan") == ("/search/?q=milan&on=2026-11-22", [])
