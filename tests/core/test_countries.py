"""citynet.core.countries and collation: what countries are called, and in which order."""

import pytest
from django.utils.translation import override
from django_countries import countries

from citynet.core.alphabet import sort_key
from citynet.core.countries import CODES, country_name, country_names, named_countries


def test_a_country_is_called_as_cldr_calls_it_in_every_language():
    assert country_names("DE")[:5] == ["Germany", "Germania", "Allemagne", "Deutschland", "Alemania"]
    assert country_names("BA")[0] == "Bosnia & Herzegovina"
    assert "Bosnia and Herzegovina" in country_names("BA")  # ISO's, which people type as well
    assert (country_name("XK"), country_name("XK", "es"), country_name("UK"), country_names("ZZ")) == (
        *("Kosovo", "Kosovo", ""),
        [],
    )
    with override("fr"):
        assert (country_name("CI"), countries.name("CI")) == ("Côte d’Ivoire", "Côte d’Ivoire")
    assert [code for code in CODES if "" in (country_name(code, "en"), country_name(code, "de"))] == []


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Åland Islands", "Albania", "Austria", "Côte d’Ivoire", "Croatia", "Spain", "Türkiye"]),
        ("de", ["Ålandinseln", "Albanien", "Côte d’Ivoire", "Kroatien", "Österreich", "Spanien", "Türkei"]),
        ("es", ["Albania", "Austria", "Croacia", "España", "Islas Åland", "Túnez", "Turquía"]),
    ],
)
def test_countries_stand_in_the_order_of_the_languages_alphabet(language, names):
    codes = {country_name(code, language): code for code in CODES}
    with override(language):
        assert [
            name for _code, name in named_countries(sorted(codes.get(name, name) for name in names))
        ] == names


def test_accents_and_case_decide_only_between_words_that_are_otherwise_the_same():
    words = [
        "cote",
        "Cote",
        "coté",
        "côte",
        "Coté z",
        "cotes",
        "Cote d’Azur",
        "zoo",
        "Ångström",
        "9",
        "œuf",
        "oeuf",
    ]
    assert sorted(words, key=lambda word: sort_key(word, "fr")) == [
        *("9", "Ångström", "cote", "Cote", "coté", "côte", "Cote d’Azur", "Coté z", "cotes"),
        *("oeuf", "œuf", "zoo"),
    ]
    assert sorted(["ñu", "nube", "oca"], key=lambda word: sort_key(word, "es")) == ["nube", "ñu", "oca"]
    assert sorted(["ñu", "nube", "oca"], key=lambda word: sort_key(word, "it")) == ["ñu", "nube", "oca"]
