"""The filters and tags of every page."""

import datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from citynet.core.days import AskedDay
from citynet.core.details import Evidence
from citynet.core.models import State
from citynet.core.templatetags.citynet import (
    event_dates,
    hostname,
    language_name,
    partial_date,
    period,
    public,
)
from events.models import Event
from networks.models import City, Membership, Network, Organisation, Source
from tests.page import words


def render(text, on="", path="/", **context):
    request = RequestFactory().get(path, {"on": on} if on else {})
    template = Template("{% load citynet %}" + text)
    return template.render(Context({"asked": AskedDay(request), "request": request, **context}))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("1991", "", "since 1991"),
        ("2009-09", "", "since September 2009"),
        ("199X", "", "since the 1990s"),
        ("", "199X", "until the 1990s"),
        ("199X", "200X", "1990s – 2000s"),
        ("[..2015]", "", "began by 2015, date unknown"),
        ("[..2015]", "2020", "began by 2015, date unknown – 2020"),
        ("[..2015]", "[..2020]", "began by 2015, date unknown – ended by 2020, date unknown"),
        ("", "", "start not known"),
        ("1993", "1999", "1993 – 1999"),
        ("2020", "2020", "2020"),
        ("", "2014", "until 2014"),
        ("1991", "[..2021-09-27]", "1991 – ended by 27 September 2021, date unknown"),
        ("", "[..2021-09-27]", "ended by 27 September 2021, date unknown"),
    ],
)
def test_a_period_is_written_as_exactly_as_it_is_known(start, end, words):
    assert period(Membership(start=start, end=end)) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019-04-03", "2019-04-05", "3 – 5 April 2019"),
        ("2019-04-30", "2019-05-02", "30 April 2019 – 2 May 2019"),
        ("2019-04-03", "", "3 April 2019"),
        ("2022", "", "2022"),
        ("", "", "date not known"),
    ],
)
def test_the_dates_of_an_event_are_written_short(start, end, words):
    assert event_dates(Event(start=start, end=end)) == words


@pytest.mark.parametrize(
    ("language", "first", "third"),
    [
        ("en", "1 – 3 April 2019", "3 – 5 April 2019"),
        ("it", "1º – 3 aprile 2019", "3 – 5 aprile 2019"),
        ("fr", "1er – 3 avril 2019", "3 – 5 avril 2019"),
        ("de", "1. – 3. April 2019", "3. – 5. April 2019"),
        ("es", "1 – 3 de abril de 2019", "3 – 5 de abril de 2019"),
    ],
)
def test_the_days_of_an_event_are_written_as_in_the_language(language, first, third):
    with override(language):
        assert event_dates(Event(start="2019-04-01", end="2019-04-03")) == first
        assert event_dates(Event(start="2019-04-03", end="2019-04-05")) == third


@pytest.mark.parametrize(
    ("language", "first", "in_a_year"),
    [
        ("it", "1º novembre 2026", "1º novembre"),
        ("fr", "1er novembre 2026", "1er novembre"),
        ("de", "1. November 2026", "1. November"),
        ("es", "1 de noviembre de 2026", "1 de noviembre"),
    ],
)
def test_a_day_and_a_moment_are_written_like_any_date(language, first, in_a_year):
    template = Template(
        "{% load citynet %}{{ day|day }}, {{ moment|day:'MONTH_DAY_FORMAT' }}, {{ none|day }}"
    )
    moment = datetime.datetime(2026, 11, 1, 23, 30, tzinfo=datetime.UTC)
    with override(language):
        shown = template.render(Context({"day": moment.date(), "moment": moment, "none": None}))
    assert shown == f"{first}, {in_a_year}, "


def test_a_partial_date_is_written_in_words():
    assert partial_date("2009-09") == "September 2009"
    assert partial_date(None) == ""


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("el", "Greek"),
        ("EN", "English"),
        ("sr-Latn", "Serbian (Latin)"),
        ("pt-PT", "Portuguese"),
        ("mt", "Maltese"),
    ],
)
def test_a_language_is_named_in_words(code, name):
    assert language_name(code) == name


def test_a_language_that_is_not_known_keeps_its_code():
    assert language_name("xx-Klingon") == "xx-Klingon"


def test_a_language_is_named_as_within_a_sentence():
    """Romance languages write no capital letter there, as Django's names of languages do."""
    with override("es"):
        assert (language_name("en"), language_name("sr-Latn")) == ("inglés", "serbio (latino)")
    with override("de"):
        assert (language_name("en"), language_name("mt")) == ("Englisch", "Maltesisch")


def test_a_site_is_known_by_its_host_name():
    assert hostname("https://www.eurocities.eu/about?x=1") == "eurocities.eu"
    assert hostname("no address") == "no address"


def test_only_a_published_record_is_public():
    city = City(state=State.PUBLISHED)
    assert public(city) is city
    assert public(City(state=State.DRAFT)) is None
    assert public(None) is None


def test_links_carry_the_asked_day_on():
    city = City(name="Bologna", slug="bologna")
    assert render("{% page_of city %}", city=city) == "/cities/bologna/"
    assert render("{% page_of city %}", on="June 1995", city=city) == "/cities/bologna/?on=1995-06"
    assert (
        render("{% link_to city %}", on="1995", city=city) == '<a href="/cities/bologna/?on=1995">Bologna</a>'
    )


@pytest.mark.parametrize(
    ("text", "on", "address"),
    [
        ("{% list_of 'networks:city_list' %}", "", "/cities/"),
        ("{% list_of 'networks:city_list' %}", "June 1995", "/cities/?on=1995-06"),
        ("{% list_of 'networks:city_list' country='IT' %}", "1995", "/cities/?country=IT&amp;on=1995"),
        ("{% list_of 'networks:city_list' country='&x' %}", "", "/cities/?country=%26x"),
        ("{% list_of 'networks:project_list' topic='food' %}", "1995", "/projects/?topic=food&amp;on=1995"),
    ],
)
def test_links_to_a_list_carry_the_asked_day_on(text, on, address):
    assert render(text, on=on) == address


def test_a_list_as_a_file_keeps_its_filters_and_the_asked_day():
    text = "{% list_of 'networks:city_list' format='geojson' network='c40' %}"
    assert render(text) == "/cities.geojson?network=c40"
    assert render(text, on="2019") == "/cities.geojson?network=c40&amp;on=2019"


def test_a_link_to_what_has_no_page_is_its_name():
    assert render("{% link_to source %}", source=Organisation(name="A & B")) == "A &amp; B"
    assert render("{% link_to nothing %}", nothing=None) == ""


def test_a_link_escapes_what_an_editor_typed():
    city = City(name="<script>", slug="x")
    assert render("{% link_to city %}", city=city) == '<a href="/cities/x/">&lt;script&gt;</a>'


@pytest.mark.parametrize(
    ("start", "end", "founded", "on", "doubt"),
    [
        ("1995", "", "1986", "", ""),
        ("1995", "", "1986", "1996-01-01", ""),
        ("1995", "", "1986", "1995-06-01", "its start is known only as 1995"),
        ("1995", "", "1986", "1995", ""),
        ("1995-12-31", "", "1986", "1995", ""),
        ("199X", "", "1986", "1995", "its start is known only as 1990s"),
        ("", "", "1986", "1995", "its start is not known"),
        ("", "", "1995", "1995-06-01", "its start is not known; the start of EC is known only as 1995"),
        ("[..2001]", "", "1986", "1995", "it began by 2001, nobody knows when"),
        ("1990", "1995-06", "1986", "1995-06-02", "its end is known only as June 1995"),
        ("1990", "1995-06", "1986", "1995-06", ""),
        ("1990", "[..2021-09-27]", "1986", "1995", "it ended by 27 September 2021, nobody knows when"),
    ],
)
def test_a_row_that_only_may_hold_on_the_asked_day_says_why(start, end, founded, on, doubt):
    network = Network(acronym="EC", start=founded)
    row = Membership(start=start, end=end, network=network)
    for dated in (row, network):
        dated.set_bounds()
    marked = f'<span class="approx"><b>approx.:</b> {doubt}</span>' if doubt else ""
    assert render("{% approx row %}", on=on, row=row) == marked


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/cities/", ' aria-current="page"'),
        ("/cities/bologna/", ' aria-current="true"'),
        ("/networks/", ""),
    ],
)
def test_the_section_of_a_page_is_marked_in_the_navigation(path, mark):
    html = render('{% section_link "networks:city_list" "Cities" %}', path=path)
    assert html == f'<li><a href="/cities/"{mark}>Cities</a></li>'


def evidence_and_row(**kwargs):
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return Evidence(City(updated_at=moment)), Membership(updated_at=moment, **kwargs)


def test_evidence_numbers_a_source_once_and_says_what_is_known_of_it():
    source = Source(pk=1, publisher="Comune di Bologna", state=State.PUBLISHED)
    evidence, row = evidence_and_row(
        source=source, confirmed_on=datetime.date(2021, 9, 27), note="As listed."
    )
    text = "{% evidence_of row %}{% evidence_of row %}"
    once = "source 1 last confirmed on 27 September 2021 As listed."
    assert words(render(text, evidence=evidence, row=row)) == f"{once} {once}"
    assert evidence.sources == [source]


@pytest.mark.parametrize("source", [None, Source(pk=1, publisher="Secret", state=State.DRAFT)])
def test_evidence_says_that_no_public_source_is_given(source):
    evidence, row = evidence_and_row(source=source)
    html = render("{% evidence_of row %}", evidence=evidence, row=row)
    assert words(html) == "no source given"
    assert "Secret" not in html
    assert evidence.sources == []


def test_the_page_was_last_updated_when_its_latest_fact_was():
    evidence, row = evidence_and_row()
    row.updated_at += datetime.timedelta(days=5)
    render("{% evidence_of row %}", evidence=evidence, row=row)
    assert evidence.updated_at == row.updated_at


def test_an_icon_is_drawn_from_the_sprite_and_says_nothing_itself():
    assert render('{% icon "city" %}') == (
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="/static/img/icons.svg#city"></use></svg>'
    )
    assert "#group" in render('{% icon "body" %}')


def test_an_icon_is_asked_for_by_a_name_that_is_escaped():
    assert "<script>" not in render("{% icon name %}", name='"><script>')


def test_a_section_has_a_heading_and_is_listed_when_there_are_three():
    evidence, _row = evidence_and_row()
    two = '{% section "a" title %}1{% endsection %}{% section "b" "Long words" "Short" %}2{% endsection %}'
    html = render("{% with_contents %}" + two + "{% endwith_contents %}", evidence=evidence, title="A & B")
    assert html == (
        '<section aria-labelledby="a"><h2 id="a">A &amp; B</h2>1</section>'
        '<section aria-labelledby="b"><h2 id="b">Long words</h2>2</section>'
    )
    three = two + '{% section "c" "C" %}3{% endsection %}'
    evidence, _row = evidence_and_row()
    html = render("{% with_contents %}" + three + "{% endwith_contents %}", evidence=evidence, title="A & B")
    assert words(html.partition("</nav>")[0]) == "On this page A & B Short C"
    assert html.count("<section") == 3


def test_one_language_needs_no_menu(settings):
    settings.LANGUAGES = [("en", "English")]
    html = render("{% language_menu %}")
    assert (words(html), "<details" in html) == ("English", False)


def test_the_languages_are_told_in_their_own_words(settings):
    settings.LANGUAGES = [("en", "English"), ("it", "Italian")]
    html = render("{% language_menu %}", path="/cities/")
    assert words(html) == "English Choose another language English Italiano"
    assert '<a href="/cities/" lang="en" hreflang="en" aria-current="true">English</a>' in " ".join(
        html.split()
    )
