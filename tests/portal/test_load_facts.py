import csv
import io

import pytest
from django.core.management import CommandError, call_command

from citynet.portal.facts.tables import TABLES
from citynet.portal.management.commands import load_facts
from events.models import Event, EventHost, Session, Speaker
from networks.models import (
    AwardWinner,
    BodyParent,
    City,
    CityName,
    Membership,
    Network,
    Role,
    Topic,
    Twinning,
)
from tests.networks.make import make_city, make_membership, make_network, make_topic

pytestmark = pytest.mark.django_db

CITIES = "slug,name,country\nbologna,Bologna,IT\nleipzig,Leipzig,DE\n"
NETWORKS = "slug,name,kind,start\neurocities,Eurocities,association,1986\n"
MEMBERSHIPS = "network,city,category,start\neurocities,bologna,full,1991\n"


def write(folder, **files):
    """Write each file, named by its keyword, as text or bytes."""
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def run(folder):
    out = io.StringIO()
    call_command("load_facts", folder, stdout=out)
    return out.getvalue().strip()


def refusal(folder):
    """Load the folder, which must fail and leave no city, and give the lines of the message."""
    before = City.objects.count(), Network.objects.count()
    with pytest.raises(CommandError) as error:
        run(folder)
    assert (City.objects.count(), Network.objects.count()) == before
    first, *lines = str(error.value).splitlines()
    assert first == "Nothing was loaded."
    return lines


# What is loaded


def test_what_staff_export_comes_back_in_every_language(admin_client, tmp_path):
    """From the Italian admin: names are in the columns of their language, whatever the page's is."""
    topic = make_topic(name="Food", slug="food", name_it="Cibo")
    city = make_city(name="Munich", slug="munich", name_it="Monaco di Baviera", summary_de="=Stadt; „schön“")
    city.topics.add(topic)
    for plural, model in (("cities", "city"), ("topics", "topic")):
        response = admin_client.get(f"/it/admin/networks/{model}/export/")
        rows = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
        kept = [{name: row[name] for name in row if name in TABLES[plural].columns} for row in rows]
        text = io.StringIO()
        table = csv.DictWriter(text, kept[0])
        table.writeheader()
        table.writerows(kept)
        write(tmp_path, **{plural: text.getvalue()})
    assert run(tmp_path) == "Nothing changed: 2 rows in 2 files are as they were."
    City.objects.update(name="Monaco", name_it=None, summary_de=None)
    assert run(tmp_path) == "Loaded 2 rows from 2 files: 0 added, 1 changed, 1 as they were."
    city.refresh_from_db()
    assert (city.name_en, city.name_it, city.summary_de) == ("Munich", "Monaco di Baviera", "=Stadt; „schön“")


def test_rows_are_loaded_published_and_with_the_reason_in_their_history(tmp_path):
    assert run(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=MEMBERSHIPS)) == (
        "Loaded 4 rows from 3 files: 4 added, 0 changed, 0 as they were."
    )
    membership = Membership.objects.get()
    assert (membership.network.slug, membership.city.slug, membership.start) == (
        "eurocities",
        "bologna",
        "1991",
    )
    assert membership.start_latest.isoformat() == "1991-12-31"
    assert Membership.objects.published().on("1991-07-01").get() == membership
    assert City.objects.matching("lèipzig").get().slug == "leipzig"
    assert [row.history_change_reason for row in membership.history.all()] == ["load_facts"]


def test_files_may_be_absent_and_rows_link_to_what_is_on_the_site(tmp_path):
    city, network = make_city(slug="bologna"), make_network(slug="eurocities")
    run(write(tmp_path, memberships=MEMBERSHIPS))
    assert Membership.objects.get(city=city, network=network).start == "1991"


def test_a_byte_order_mark_windows_line_ends_and_other_orders_of_columns_are_read(tmp_path):
    run(write(tmp_path, cities=b'\xef\xbb\xbfcountry,slug,name\r\nIT,forli,"Forl\xc3\xac"\r\n\r\n'))
    assert City.objects.get().name == "Forlì"


def test_dates_are_read_as_everywhere_in_citynet(tmp_path):
    make_city(slug="bologna"), make_network(slug="eurocities")
    rows = "network,city,start,end\neurocities,bologna,Sept 2009,31/12/2014\n"
    run(write(tmp_path, memberships=rows))
    membership = Membership.objects.get()
    assert (membership.start, membership.end, membership.category) == ("2009-09", "2014-12-31", "full")


def test_a_row_may_link_to_a_later_row_of_its_file(tmp_path):
    run(write(tmp_path, topics="slug,name,parent\nhousing,Housing,social\nsocial,Social affairs,\n"))
    assert Topic.objects.get(slug="housing").parent.slug == "social"


def test_cells_with_several_links_are_set_as_a_whole(tmp_path):
    make_topic(slug="food"), make_topic(slug="climate"), make_topic(slug="mobility")
    networks = "slug,name,kind,topics\nmufpp,MUFPP,pact,%s\n"
    run(write(tmp_path, networks=networks % "food; climate"))
    assert run(write(tmp_path, networks=networks % "mobility; food")) == (
        "Loaded 1 row from 1 file: 0 added, 1 changed, 0 as they were."
    )
    network = Network.objects.get()
    assert sorted(network.topics.values_list("slug", flat=True)) == ["food", "mobility"]
    assert [row.history_type for row in network.history.all()] == ["~", "+"]


def test_two_members_that_take_part_as_one_are_joined(tmp_path):
    rows = "network,city,joint_with\neurocities,leipzig,bologna\neurocities,bologna,\n"
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=rows))
    assert Membership.objects.get(city__slug="leipzig").joint_with.city.slug == "bologna"
    assert Membership.objects.participations().get().city.slug == "bologna"


def test_an_event_is_loaded_with_hosts_programme_and_speakers(tmp_path):
    files = {
        "events": "slug,name,kind,networks,start,timezone,themes,is_free\n"
        'agm,AGM,assembly,eurocities,2021-11-04,Europe/Berlin,"Housing\nFood",no\n',
        "event_hosts": "event,city,position\nagm,leipzig,1\nagm,bologna,2\n",
        "tracks": "event,name\nagm,Climate\n",
        "sessions": "event,title,track,starts_at\nagm,Opening,,2021-11-04T09:00+01:00\nagm,Cities,Climate,\n",
        "people": "slug,name\nboni,Anna Lisa Boni\n",
        "speakers": "event,session,name,person,city\nagm,Opening,,boni,\nagm,Cities,A. Speaker,,leipzig\n",
    }
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, **files))
    event = Event.objects.get()
    assert (event.theme_list(), event.is_free, str(event.timezone)) == (
        ["Housing", "Food"],
        False,
        "Europe/Berlin",
    )
    assert [host.city.slug for host in EventHost.objects.all()] == ["leipzig", "bologna"]
    assert Session.objects.get(title="Cities").track.name == "Climate"
    assert Session.objects.get(title="Opening").starts_at.isoformat() == "2021-11-04T08:00:00+00:00"
    assert sorted(map(str, Speaker.objects.all())) == ["A. Speaker", "Anna Lisa Boni"]
    assert run(tmp_path).startswith("Nothing changed: 12 rows in 8 files")


def test_winners_are_found_by_award_and_year(tmp_path):
    files = {
        "awards": "slug,name,network\npact,Pact Awards,eurocities\n",
        "award_editions": "award,year\npact,2016\npact,2017\n",
        "award_winners": "award,year,category,city\npact,2017,Governance,bologna\n",
    }
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, **files))
    assert AwardWinner.objects.get().edition.year == 2017
    assert run(tmp_path).startswith("Nothing changed")


def test_every_entity_of_the_model_has_a_file():
    assert sorted(TABLES) == sorted(
        "topics cities city_names organisations people sources networks memberships bodies body_parents roles "
        "twinnings programmes projects grants participations practices uptakes awards award_editions "
        "award_winners documents document_parties figures series events event_hosts event_languages sessions "
        "tracks speakers news".split()
    )


# A second load


def test_a_second_load_changes_nothing_and_says_so(tmp_path):
    twins = "city_a,city_b,start\nleipzig,bologna,1962\n"
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=MEMBERSHIPS, twinnings=twins))
    stamps = list(City.objects.values_list("updated_at", flat=True))
    assert run(tmp_path) == "Nothing changed: 5 rows in 4 files are as they were."
    assert list(City.objects.values_list("updated_at", flat=True)) == stamps
    assert (City.history.count(), Membership.history.count(), Twinning.objects.count()) == (2, 1, 1)


def test_a_pair_of_twins_is_the_same_in_either_order(tmp_path):
    run(write(tmp_path, cities=CITIES, twinnings="city_a,city_b\nleipzig,bologna\n"))
    assert run(write(tmp_path, twinnings="city_a,city_b\nbologna,leipzig\n")).startswith("Nothing changed")


def test_only_what_differs_is_changed(tmp_path):
    run(write(tmp_path, cities=CITIES))
    changed = CITIES.replace("Leipzig", "Leipzig on the Pleiße")
    assert (
        run(write(tmp_path, cities=changed))
        == "Loaded 2 rows from 1 file: 0 added, 1 changed, 1 as they were."
    )
    leipzig = City.objects.get(slug="leipzig")
    assert City.objects.matching("pleisse").get() == leipzig
    reasons = [(row.history_type, row.history_change_reason) for row in leipzig.history.all()]
    assert reasons == [("~", "load_facts"), ("+", "load_facts")]
    assert City.objects.get(slug="bologna").history.count() == 1


def test_the_files_win_for_the_columns_that_they_hold(tmp_path):
    run(write(tmp_path, cities=CITIES))
    City.objects.get(slug="bologna").delete()
    city = make_city(slug="bologna", name="Bononia", office="International Relations", state="draft")
    run(tmp_path)
    city.refresh_from_db()
    assert (city.name, city.office, city.state) == ("Bologna", "International Relations", "draft")


def test_an_empty_cell_empties_the_field(tmp_path):
    city = make_city(slug="bologna", name="Bologna", population=390_000, local_name="Bulåggna")
    run(write(tmp_path, cities="slug,name,country,population,local_name\nbologna,Bologna,IT,,\n"))
    city.refresh_from_db()
    assert (city.population, city.local_name) == (None, "")


def test_records_that_are_not_in_the_files_are_left_alone(tmp_path):
    own = make_membership(city=make_city(slug="rome"), start="2001")
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=MEMBERSHIPS))
    own.refresh_from_db()
    assert (own.start, Membership.objects.count()) == ("2001", 2)


# What is refused


def test_one_bad_row_in_the_last_file_and_nothing_is_loaded(tmp_path):
    twins = "city_a,city_b,start\nbologna,leipzig,once upon a time\n"
    folder = write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=MEMBERSHIPS, twinnings=twins)
    assert refusal(folder) == [
        "twinnings.csv, line 2, column start: “once upon a time” is not a date we can read. Write a year (1991), "
        "a month (2009-09 or Sept 2009), a day (2015-10-15 or 15/10/2015), a decade (1990s), or “by 2015”."
    ]


def test_what_only_the_database_refuses_is_named_and_nothing_is_loaded(tmp_path):
    twins = "city_a,city_b\nbologna,leipzig\nbologna,bologna\n"
    assert refusal(write(tmp_path, cities=CITIES, twinnings=twins)) == [
        "twinnings.csv, line 3: A city is not its own twin."
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("slug,name,country\nforli,Forlì\n", "line 2: 2 cells, but the header has 3 columns."),
        ("slug,name,country\nforli,Forlì,IT,\n", "line 2: 4 cells, but the header has 3 columns."),
        ("slug,name,country\n,Forlì,IT\n", "line 2, column slug: this must not be empty."),
        ("slug,name,country\nforli,Forlì,ZZ\n", "line 2, column country: “ZZ” is not known."),
        (
            "slug,name,country,latitude\nforli,Forlì,IT,91\n",
            "line 2, column latitude: Ensure this value is less than or equal to 90.",
        ),
        (
            "slug,name,country,latitude\nforli,Forlì,IT,nan\n",
            "line 2, column latitude: “nan” is not a number, like 44.49 or -0.12.",
        ),
        (
            "slug,name,country,population\nforli,Forlì,IT,1_000\n",
            "line 2, column population: “1_000” is not a whole number, like 1200.",
        ),
        (
            "slug,name,country,topics\nforli,Forlì,IT,food; tea\n",
            "line 2, column topics: “tea” is neither in topics.csv nor on the site.",
        ),
        (
            "slug,name,country,topics\nforli,Forlì,IT,food; food\n",
            "line 2, column topics: “food” is there twice.",
        ),
        (
            "slug,name,country,note\nforli,Forlì,IT,a\0b\n",
            "line 2, column note: the character U+0000 is not text. Delete it.",
        ),
        (
            b"slug,name,country\nforli,Forl\xec,IT\n",
            "line 2, column name: this is not UTF-8. Save the file as “CSV UTF-8”.",
        ),
        (
            "slug,name,country\nforli,Forlì,IT\n".encode("utf-16"),
            "line 1: in the names of the columns: this is not UTF-8. Save the file as “CSV UTF-8”.",
        ),
        ('slug,name,country\nforli,"Forlì,IT\n', "line 2: this is not CSV: unexpected end of data."),
        ("", "line 1: the file is empty; its first line must name the columns."),
        ("slug,name\nforli,Forlì\n", "line 1, column country: this column is missing."),
        ("slug,name,country,name\n", "line 1, column name: this column is there twice."),
        (
            "slug,name,country\nforli,Forlì,IT\nx,Y,IT\nforli,Forlì,IT\n",
            "line 4: the same slug as in line 2.",
        ),
    ],
)
def test_the_message_names_file_line_column_and_reason(tmp_path, rows, message):
    make_topic(slug="food")
    assert refusal(write(tmp_path, cities=rows)) == [f"cities.csv, {message}"]


def test_an_unknown_column_is_refused_with_the_names_of_the_columns(tmp_path):
    assert refusal(write(tmp_path, tracks="event,name,colour\n")) == [
        "tracks.csv, line 1, column colour: there is no such column. The columns are event, name, position."
    ]


def test_an_unknown_file_is_refused(tmp_path):
    (line,) = refusal(write(tmp_path, membership=MEMBERSHIPS))
    assert line.startswith("membership.csv: no such file is known. The names are topics.csv, cities.csv, ")


def test_lines_are_counted_as_an_editor_does(tmp_path):
    rows = 'slug,name,country,note\nbologna,Bologna,IT,"one\ntwo\n\nfour"\n\nrome,Rome,??,\n'
    assert refusal(write(tmp_path, cities=rows)) == ["cities.csv, line 7, column country: “??” is not known."]


def test_a_wrong_choice_is_answered_with_the_choices(tmp_path):
    rows = "slug,name,kind\nmufpp,MUFPP,treaty\n"
    assert refusal(write(tmp_path, networks=rows)) == [
        "networks.csv, line 2, column kind: “treaty” is not one of association, pact, forum, coalition, mission, "
        "coordination."
    ]


def test_an_event_needs_a_network(tmp_path):
    rows = "slug,name,kind,networks\nagm,AGM,assembly,;\n"
    assert refusal(write(tmp_path, events=rows)) == [
        "events.csv, line 2, column networks: this must not be empty."
    ]


def test_a_moment_needs_its_offset(tmp_path):
    rows = "event,title,starts_at\nagm,Opening,2021-11-04T09:00\n"
    assert refusal(write(tmp_path, sessions=rows))[0] == (
        "sessions.csv, line 2, column starts_at: “2021-11-04T09:00” is not a moment like 2021-10-13T09:00+02:00."
    )


def test_several_mistakes_are_named_at_once_and_a_refused_file_is_not_named_for_its_links(tmp_path):
    cities = "slug,name,country\nbologna,Bologna,??\nleipzig,,DE\n"
    memberships = "network,city\neurocities,bologna\nc40,leipzig\n"
    assert refusal(write(tmp_path, cities=cities, networks=NETWORKS, memberships=memberships)) == [
        "cities.csv, line 2, column country: “??” is not known.",
        "cities.csv, line 3, column name: this must not be empty.",
        "memberships.csv, line 3, column network: “c40” is neither in networks.csv nor on the site.",
    ]


def test_no_more_than_twenty_mistakes_are_named(tmp_path):
    rows = "".join(f"c{number},City {number},??\n" for number in range(23))
    lines = refusal(write(tmp_path, cities="slug,name,country\n" + rows))
    assert (len(lines), lines[19], lines[20]) == (
        21,
        "cities.csv, line 21, column country: “??” is not known.",
        "… and 3 more.",
    )


def test_memberships_that_overlap_in_the_file_are_refused(tmp_path):
    rows = "network,city,start,end\neurocities,bologna,1991,1999\neurocities,bologna,1995,\n"
    lines = refusal(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=rows))
    assert [line[: line.index(":")] for line in lines] == [
        "memberships.csv, line 2",
        "memberships.csv, line 3",
    ]
    assert "Bologna is already a member of Eurocities in this category at that time." in lines[0]


def test_memberships_that_overlap_with_one_on_the_site_are_refused(tmp_path):
    make_membership(
        city=make_city(slug="bologna", name="Bologna"), network=make_network(slug="eurocities"), start="1990"
    )
    (line,) = refusal(write(tmp_path, memberships=MEMBERSHIPS))
    assert line.startswith("memberships.csv, line 2: Bologna is already a member of ")


def test_joining_again_is_a_new_row(tmp_path):
    rows = "network,city,start,end\neurocities,bologna,1991,1999\neurocities,bologna,2005,\n"
    run(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=rows))
    assert sorted(Membership.objects.values_list("start", "end")) == [("1991", "1999"), ("2005", "")]


@pytest.mark.parametrize("parties", ["network,start\neurocities,\n", "network,city,start\neurocities,,\n"])
def test_a_membership_without_a_member_is_refused(tmp_path, parties):
    assert refusal(write(tmp_path, networks=NETWORKS, memberships=parties)) == [
        "memberships.csv, line 2: Choose a city or an organisation as the member: exactly one."
    ]


def test_an_end_before_the_start_is_refused(tmp_path):
    rows = "network,city,start,end\neurocities,bologna,1999,1991\n"
    assert refusal(write(tmp_path, cities=CITIES, networks=NETWORKS, memberships=rows)) == [
        "memberships.csv, line 2, column end: The end lies before the start. Correct one of the two dates."
    ]


def test_a_role_in_a_group_of_another_network_is_refused(tmp_path):
    networks = NETWORKS + "c40,C40,association,2005\n"
    bodies = "slug,name,kind,network\nboard,Board,board,c40\n"
    rows = "network,body,post,city\neurocities,board,chair,bologna\n"
    assert refusal(write(tmp_path, cities=CITIES, networks=networks, bodies=bodies, roles=rows)) == [
        "roles.csv, line 2, column body: This group belongs to another network."
    ]
    assert Role.objects.count() == 0


def test_groups_that_sit_under_each_other_are_refused(tmp_path):
    bodies = "slug,name,kind,network\na,A,forum,eurocities\nb,B,forum,eurocities\n"
    rows = "body,parent\na,b\nb,a\n"
    lines = refusal(write(tmp_path, networks=NETWORKS, bodies=bodies, body_parents=rows))
    assert lines[0] == (
        "body_parents.csv, line 2, column parent: "
        "That would be a circle: the parent sits, directly or not, under this group."
    )
    assert BodyParent.objects.count() == 0


def test_rows_that_link_to_each_other_in_a_circle_are_refused(tmp_path):
    rows = "slug,name,kind,predecessor\na,A,pact,b\nb,B,pact,a\n"
    assert refusal(write(tmp_path, networks=rows)) == [
        "networks.csv, line 2: a circle: what this links to links back to it.",
        "networks.csv, line 3: a circle: what this links to links back to it.",
    ]


def test_what_a_changed_record_breaks_is_named(tmp_path):
    make_city(slug="bologna", name="Bologna", country="IT")
    make_city(slug="other", name="Other", country="IT")
    (line,) = refusal(write(tmp_path, cities="slug,name,country\nother,Bologna,IT\n"))
    assert line.startswith(
        "cities.csv, line 2: A city of this country and name, without a GeoNames id, is here"
    )


def test_a_folder_that_is_none_or_empty_is_refused(tmp_path):
    with pytest.raises(CommandError, match="nowhere is not a folder"):
        run(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="There is no CSV file in"):
        run(tmp_path)


# Cost and comfort


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path, django_assert_num_queries):
    def names(count):
        rows = "".join(f"bologna,Name {number},\n" for number in range(count))
        return write(tmp_path, cities=CITIES, city_names="city,name,language\n" + rows)

    run(names(1))
    with django_assert_num_queries(6):
        run(names(1))
    run(names(100))
    assert CityName.objects.count() == 100
    with django_assert_num_queries(6):
        run(names(100))


@pytest.mark.parametrize(
    ("is_terminal", "verbosity", "is_shown"), [(True, 1, True), (False, 1, False), (True, 0, False)]
)
def test_progress_is_shown_on_a_terminal_only(tmp_path, is_terminal, verbosity, is_shown):
    class Terminal(io.StringIO):
        def isatty(self):
            return is_terminal

    err = Terminal()
    call_command(
        load_facts.Command(),
        write(tmp_path, cities=CITIES),
        stderr=err,
        stdout=io.StringIO(),
        verbosity=verbosity,
    )
    assert ("2/2" in err.getvalue(), bool(err.getvalue())) == (is_shown, is_shown)
