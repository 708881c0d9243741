"""“How many members has Eurocities?”, asked of the demo."""

import csv
import io

import pytest

from tests.page import words

from .demo import loaded  # noqa: F401


@pytest.fixture(autouse=True)
def demo(loaded, db):  # noqa: F811
    return loaded


GENOA = ("The host city, Genoa", "Page on EUROCITIES", "")
BOLOGNA = ("Comune di Bologna", "Page on EUROCITIES", "2021-09-27")
MILAN = ("Comune di Milano", "Page on networks and partnerships", "2022-09-01")


def read_file(client, address):
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_three_pages_state_three_numbers_each_beside_the_count_of_its_day(client, time_machine):
    time_machine.move_to("2026-11-22 12:00:00+00:00")
    rows = read_file(client, "/networks/eurocities/numbers.csv")
    names = ("qualifier", "value", "source_publisher", "source_title", "source_date", "counted_to", "counted")
    stated = {
        metric: [tuple(row[name] for name in names) for row in rows if row["metric"] == metric]
        for metric in ("member_cities", "countries")
    }
    assert stated == {
        "member_cities": [
            ("over", "140", *GENOA, "2026-11-22", "49"),
            ("over", "140", *BOLOGNA, "2021-09-27", "49"),
            ("over", "190", *MILAN, "2022-09-01", "49"),
        ],
        "countries": [
            ("exactly", "39", *GENOA, "2026-11-22", "19"),
            ("exactly", "35", *BOLOGNA, "2021-09-27", "19"),
            ("over", "39", *MILAN, "2022-09-01", "19"),
        ],
    }
    page = words(client.get("/networks/eurocities/numbers/").content.decode())
    assert (
        "Member cities more than 140 no date 49 today, since the statement has no date between 24 and 49, "
        "since dates are partial 91 fewer here The host city, Genoa: Page on EUROCITIES the page gives no date"
    ) in page
    assert (
        "35 27 September 2021 19 between 13 and 19, since dates are partial 16 fewer here "
        "Comune di Bologna: Page on EUROCITIES page of 27 September 2021 The page itself: comune.bologna.it "
        "last confirmed on 27 September 2021"
    ) in page
    everything = read_file(client, "/numbers.csv")
    assert [row for row in everything if row["network_slug"] == "eurocities"] == rows
    assert len(everything) == 32


def test_genoa_and_bologna_contradict_each_other_on_the_number_of_countries(client):
    rows = read_file(client, "/contradictions.csv?network=eurocities")
    assert [
        (row["first_says"], row["first_publisher"], row["second_says"], row["second_publisher"])
        for row in rows
        if row["kind"] == "stated"
    ] == [
        ("39 countries", GENOA[0], "35 countries", BOLOGNA[0]),
        ("39 countries", GENOA[0], "more than 39 countries", MILAN[0]),
    ]
