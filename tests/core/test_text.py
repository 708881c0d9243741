import pytest
from hypothesis import given
from hypothesis import strategies as st

from citynet.core.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("Malmö", "malmo"),
        ("Zürich", "zurich"),
        ("  São   Paulo ", "sao paulo"),
        ("Tromsø", "tromso"),
        ("Weißenfels", "weissenfels"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "diyarbakir"),
        ("Ævar þ", "aevar th"),
        ("20 ℃", "20 °c"),
        ("ΑΧΑΡΝΈΣ", "αχαρνεσ"),
    ],
)
def test_text_is_folded_as_people_type_it(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_what_is_folded_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)
