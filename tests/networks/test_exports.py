import csv
import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.translation import override

from citynet.core.columns import precision_of, public_columns
from citynet.core.export import Column, csv_stream
from citynet.core.models import State
from citynet.core.translated import OTHERS, attribute_of
from events import exports as events_exports
from events.models import EventLanguage
from networks import exports as networks_exports
from networks.models import (
    Body,
    BodyParent,
    City,
    CityName,
    DocumentParty,
    Membership,
    Network,
    Participation,
    Project,
)
from tests.events.make import (
    make_event,
    make_language,
    make_series,
    make_session,
    make_speaker,
    make_track,
)

from .make import (
    make_award,
    make_body,
    make_city,
    make_document,
    make_edition,
    make_figure,
    make_grant,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_person,
    make_practice,
    make_programme,
    make_project,
    make_role,
    make_source,
    make_topic,
    make_twinning,
    make_uptake,
    make_winner,
)

pytestmark = pytest.mark.django_db

COLUMNS = {**networks_exports.COLUMNS, **events_exports.COLUMNS}
STAFF_COLUMNS = {**networks_exports.STAFF_COLUMNS, **events_exports.STAFF_COLUMNS}
MODELS = sorted(STAFF_COLUMNS, key=lambda model: model._meta.label)


def rows_of(queryset, columns):
    text = b"".join(csv_stream(queryset, columns)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def make_world():
    """Make at least one row of every exported model, so that every column has a value in one of them."""
    period = {"start": "1991", "end": "199X", "confirmed_on": date(2021, 9, 27)}
    source = make_source(
        title="Source page",
        url="https://source.example/",
        published_on="2021-09",
        seen_on=date(2021, 9, 28),
        licence="Source licence",
        note="Source note",
    )
    fact = {"source": source, "quote": "said", "note": "a remark"}
    texts = {"website": "https://own.example/", "summary": "a summary", "text": "text"}
    now = timezone.now()
    window = {"publish_at": now - timedelta(days=1), "unpublish_at": now + timedelta(days=1)}
    topic = make_topic(parent=make_topic(), **texts, **window)
    city = make_city(
        local_name="local",
        latitude=44.5,
        longitude=11.3,
        population=390_000,
        population_year=2020,
        geonames_id=3181928,
        wikidata_id="Q1891",
        unlocode="ITBLQ",
        office="office",
        note="a remark",
        **texts,
        **window,
    )
    city.topics.add(topic)
    CityName.objects.create(city=city, name="another name")
    organisation = make_organisation(acronym="OO", country="BE", city=city, **texts, **window)
    person = make_person(title="mayor", city=city, organisation=organisation, **texts, **window)
    about = {**period, **texts, **window, "source": source, "note": "a remark"}
    network = make_network(
        acronym="NN",
        seat=city,
        host_organisation=organisation,
        predecessor=make_network(),
        **about,
    )
    network.topics.add(topic)
    body = make_body(network=network, acronym="BB", seats=12, **about)
    body.topics.add(topic)
    BodyParent.objects.create(body=body, parent=make_body(network=network))
    joint = make_membership(network=network, organisation=organisation)
    joint_city = make_membership(network=network, **fact, **window)
    make_membership(
        network=network, city=city, listed_as="listed", joint_with=joint, **period, **fact, **window
    )
    make_membership(network=network, organisation=organisation, category="partner", joint_with=joint_city)
    make_membership(network=network, city=city, category="partner")
    make_role(
        network=network,
        body=body,
        city=city,
        person=person,
        organisation=organisation,
        label="called",
        **period,
        **fact,
        **window,
    )
    make_twinning(city_a=city, **period, **fact, **window)
    funded = {**about, "acronym": "PP", "call": "call", "duration": "two years"}
    programme = make_programme(
        network=network, parent=make_programme(), predecessor=make_programme(), **funded
    )
    programme.topics.add(topic)
    project = make_project(network=network, programme=programme, parent=make_project(), **funded)
    project.topics.add(topic)
    make_participation(project=project, city=city, part=Participation.Part.LEAD, **period, **fact, **window)
    make_participation(project=project, organisation=organisation, part=Participation.Part.LEAD)
    make_grant(project=project, funder=organisation, **fact, **window)
    make_grant(programme=programme)
    practice = make_practice(city=city, year=2019, results="results", source=source, **texts, **window)
    practice.networks.add(network)
    practice.topics.add(topic)
    make_uptake(practice=practice, city=city, year=2020, **fact, **window)
    award = make_award(network=network, organisation=organisation, source=source, **texts, **window)
    edition = make_edition(award=award, **fact, **window)
    make_winner(
        edition=edition, city=city, practice=practice, category="food", prize="first", **fact, **window
    )
    document = make_document(
        date="2022-09-09",
        place="Rome",
        language="it",
        url="https://document.example/",
        stated_format="PDF, 630.35 kB",
        network=network,
        body=body,
        project=project,
        source=source,
        note="a remark",
        **texts,
        **window,
    )
    # Those three are read from the file at a save; this file is not there.
    type(document).objects.filter(pk=make_document().pk).update(
        file="documents/x.pdf", media_type="application/pdf", size=645478, checksum="00"
    )
    document.topics.add(topic)
    DocumentParty.objects.create(document=document, city=city)
    DocumentParty.objects.create(document=document, organisation=organisation)
    figure = {"network": network, "as_of": "2021-09-27", "confirmed_on": date(2021, 9, 27), **window}
    make_figure(body=body, **figure, **fact)
    make_figure(programme=programme, **figure)
    type(source).objects.filter(pk=source.pk).update(**window)

    series = make_series(network=network, body=body, source=source, note="a remark", **texts, **window)
    event = make_event(
        networks=[network],
        cities=[city],
        series=series,
        super_event=make_event(start="1991"),
        start_time="09:00",
        end_time="17:30",
        timezone="Europe/Rome",
        venue="venue",
        mode="hybrid",
        themes="themes",
        is_free=False,
        fee="12.50",
        currency="EUR",
        online_link="https://private.example/",
        attendance=400,
        **{**about, "end": "1991"},
    )
    event.body = body
    event.save()
    event.documents.add(document)
    event.topics.add(topic)
    make_language(event=event)
    make_language(event=event, language="el", use=EventLanguage.Use.INTERPRETATION)
    session = make_session(
        event=event,
        track=make_track(event=event),
        room="room",
        starts_at=now,
        ends_at=now,
        summary="a summary",
        **window,
    )
    make_speaker(session=session)
    make_speaker(session=session, person=person)
    for model in MODELS:
        texts = [attribute_of(name, code) for name in getattr(model, "translated", ()) for code in OTHERS]
        if texts:
            model._base_manager.update(**dict.fromkeys(texts, "in another language"))


@pytest.mark.parametrize("columns", [COLUMNS, STAFF_COLUMNS], ids=["public", "staff"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_exported_column_has_a_value(model, columns):
    make_world()
    rows = rows_of(model.objects.order_by("pk"), columns[model])
    assert [name for name in rows[0] if not any(row[name] for row in rows)] == []
    assert len({column.name for column in columns[model]}) == len(columns[model])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_public_row_says_nothing_of_drafts_beside_it(model):
    make_world()
    others = [other for other in MODELS if other is not model]
    for other in others:
        other.objects.update(state=State.DRAFT)
    said = rows_of(model.objects.published(), COLUMNS[model]) or rows_of(model.objects.all(), COLUMNS[model])
    assert said
    hidden = [
        value
        for other in others
        for name in ("name", "slug", "publisher")
        if name in {field.name for field in other._meta.fields}
        for value in other.objects.values_list(name, flat=True)
    ]
    cells = {part for row in said for cell in row.values() for part in cell.split("; ")}
    assert cells & set(hidden) == set()


def test_the_public_files_hold_no_private_column():
    public = {column.name for columns in COLUMNS.values() for column in columns}
    private = {"online_link", "state", "publish_at", "unpublish_at", "created"}
    assert public & private == set()
    make_world()
    for model, columns in COLUMNS.items():
        assert b"private.example" not in b"".join(csv_stream(model.objects.all(), columns))


@pytest.mark.parametrize("language", ["en", "it"])
def test_staff_have_every_language_in_columns_of_their_own_and_the_public_that_of_the_page(language):
    make_city(name="Munich", slug="munich", name_it="Monaco di Baviera", summary="A city")
    with override(language):
        staff = rows_of(City.objects.all(), STAFF_COLUMNS[City])[0]
        public = rows_of(City.objects.all(), COLUMNS[City])[0]
    texts = {name: text for name, text in staff.items() if name.startswith(("name", "summary"))}
    assert texts == {
        **{"name": "Munich", "name_it": "Monaco di Baviera", "name_fr": "", "name_de": "", "name_es": ""},
        **{"summary": "A city", "summary_it": "", "summary_fr": "", "summary_de": "", "summary_es": ""},
    }
    assert public["name"] == ("Munich" if language == "en" else "Monaco di Baviera")
    assert [name for name in public if name.startswith(("name", "summary"))] == ["name", "summary"]


def test_no_column_is_a_database_id():
    for model, columns in STAFF_COLUMNS.items():
        for path in (column.source or column.name for column in columns):
            if isinstance(path, str):
                opts = model._meta
                *relations, name = path.split("__")
                for relation in relations:
                    opts = opts.get_field(relation).related_model._meta
                field = opts.get_field(name)
                assert (path, field.is_relation, field.primary_key) == (path, False, False)


def test_the_columns_of_a_membership_are_these():
    network = make_network(name="Eurocities", slug="eurocities")
    city = make_city(name="Bologna", slug="bologna")
    make_membership(
        network=network, city=city, start="1991", end="[..2021-09-27]", source=make_source(publisher="It")
    )
    row = rows_of(Membership.objects.all(), COLUMNS[Membership])[0]
    assert row.pop("last_updated")[:4].isdigit()
    assert row == {
        "network": "Eurocities",
        "network_slug": "eurocities",
        "city": "Bologna",
        "city_slug": "bologna",
        "city_country": "IT",
        "organisation": "",
        "organisation_slug": "",
        "category": "full",
        "listed_as": "",
        "start": "1991",
        "start_precision": "year",
        "end": "[..2021-09-27]",
        "end_precision": "by",
        "confirmed_on": "",
        "joint_with_city": "",
        "joint_with_organisation": "",
        "source_publisher": "It",
        "source_title": "",
        "source_url": "",
        "quote": "",
        "note": "",
    }


def test_a_list_of_cities_leaves_with_their_networks_of_the_asked_day():
    city, left, stays = make_city(), make_network(slug="left"), make_network(slug="stays")
    hidden = make_network(slug="hidden", state=State.DRAFT)
    make_membership(city=city, network=left, start="1991", end="1999")
    make_membership(city=city, network=stays, start="1995")
    make_membership(city=city, network=hidden, start="1991")
    networks = {
        day: rows_of(City.objects.all(), networks_exports.city_state(day))[0]
        for day in ("1990-06-01", "1995", "1999-06-01")
    }
    assert networks == {
        "1990-06-01": {"on": "1990-06-01", "networks": "", "only_possible": ""},
        "1995": {
            "on": "1995",
            "networks": "left; stays",
            "only_possible": "",
        },
        "1999-06-01": {
            "on": "1999-06-01",
            "networks": "left; stays",
            "only_possible": "left: end_partial",
        },
    }


def test_a_list_of_networks_leaves_with_the_number_of_its_members_that_day():
    network, joint = make_network(slug="counted"), make_membership(start="1990")
    make_membership(network=network, city=joint.city, start="1991")
    make_membership(network=network, start="1991", joint_with=joint)
    make_membership(network=network, start="2001")
    columns = [networks_exports.network_state(day) for day in ("1990-12-31", "1995", "2001")]
    rows = Network.objects.filter(slug="counted")
    assert [rows_of(rows, each)[0]["member_cities"] for each in columns] == ["0", "1", "2"]


def test_a_list_of_groups_leaves_with_who_chairs_them_that_day():
    body = make_body()
    role = {"body": body, "network": body.network}
    make_role(**role, post="chair", city=make_city(slug="bologna"), start="2013", end="2014")
    make_role(**role, post="member", city=make_city(slug="lyon"), start="2013")
    make_role(**role, post="co_chair", city=None, person=make_person(name="Ada"), start="2014")
    chairs = [
        rows_of(Body.objects.all(), networks_exports.body_state(day))[0]
        for day in ("2013", "2014-06", "2015")
    ]
    assert [(row["chair_cities"], row["chair_people"]) for row in chairs] == [
        ("bologna", ""),
        ("bologna", "Ada"),
        ("", "Ada"),
    ]


def test_a_list_of_people_leaves_with_the_roles_that_they_hold_that_day(client):
    person = make_person(slug="ada")
    network, body = make_network(slug="left"), make_body(slug="forum", network=make_network(slug="stays"))
    make_role(person=person, network=network, post="president", start="1991", end="1999")
    make_role(person=person, network=body.network, body=body, post="chair", start="1995")
    make_role(person=person, network=network, post="member", start="1991", state=State.DRAFT)
    make_role(person=person, network=make_network(slug="hidden", state=State.DRAFT), post="member")
    hidden = make_body(slug="secret", network=network, state=State.DRAFT)
    make_role(person=person, network=network, body=hidden, post="treasurer", start="1991")
    columns = ("on", "posts", "groups", "networks")
    rows = {}
    for day in ("1990-06-01", "1995", "2000-01-01"):
        text = b"".join(client.get(f"/people.csv?on={day}")).decode("utf-8-sig")
        rows[day] = [[row[name] for name in columns] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert rows == {
        "1990-06-01": [],
        "1995": [["1995", "chair; president", "forum", "left; stays"]],
        "2000-01-01": [["2000-01-01", "chair", "forum", "stays"]],
    }


def test_a_project_leaves_with_the_organisations_that_lead_it():
    project = make_project()
    lead, partner = make_organisation(slug="lead"), make_organisation(slug="partner")
    make_participation(project=project, organisation=lead, part=Participation.Part.LEAD)
    make_participation(project=project, organisation=partner)
    (row,) = rows_of(Project.objects.all(), COLUMNS[Project])
    assert (row["lead_organisations"], row["organisations"]) == ("lead", "lead; partner")


@pytest.mark.parametrize(
    ("start", "precision"),
    [
        ("", ""),
        ("1991", "year"),
        ("199X", "decade"),
        ("2009-09", "month"),
        ("2015-10-15", "day"),
        ("[..2021-09-27]", "by"),
        ("[..2021]", "by"),
        ("[..2021-09]", "by"),
        ("[..199X]", "by"),
    ],
)
def test_the_database_knows_the_precision_of_a_date_as_python_does(start, precision):
    network = make_network(start=start)
    assert network.start.precision == precision
    assert Network.objects.values_list(precision_of("start"), flat=True).get() == precision


def test_a_misspelt_path_is_refused_at_once():
    with pytest.raises(FieldDoesNotExist):
        public_columns(City, (Column("nonsense"),))
