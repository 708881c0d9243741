"""What countries are called in each of our languages, by the Unicode CLDR (as Babel has it).

django-countries keeps the codes of ISO 3166-1 and the field; its own names are those of ISO, made for
machines ("Venezuela (Bolivarian Republic of)"), and not all of them are translated. NAMES in its settings
puts CLDR's in their place, so that forms, menus, pages and files say the same. CLDR has Kosovo (XK), which
ISO leaves to its users, as GeoNames has it.
"""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import override
from django_countries.data import COUNTRIES

from .alphabet import sort_key
from .languages import active_language


def country_name(code, language=None):
    """Name a country by its ISO 3166-1 code, in the active language unless told; empty for one that is none."""
    return names_in(language or active_language()).get(code, "")


def country_names(code):
    """Give every name that a country has in our languages, English first, then ISO's; none twice.

    For searching: who types "Bosnia and Herzegovina" finds what CLDR calls "Bosnia & Herzegovina".
    """
    names = [country_name(code, language) for language, _name in settings.LANGUAGES]
    with override(None):
        names.append(str(COUNTRIES.get(code, "")))
    return list(dict.fromkeys(name for name in names if name))


def only_language_of(code):
    """Give the language of a country that has no other official one, not even in a region; else an empty text.

    Of Portugal "pt"; nothing of Belgium, nor of Italy, where Bolzano is Bozen, too.
    """
    languages = get_official_languages(code, regional=True, de_facto=True)
    return languages[0].replace("_", "-") if len(languages) == 1 else ""


def named_countries(codes):
    """Give [(code, name)] in the active language and by its alphabet; a code that is none names itself."""
    language = active_language()
    named = [(code, country_name(code, language) or code) for code in codes]
    return sorted(named, key=lambda pair: sort_key(pair[1], language))


@lru_cache
def names_in(language):
    """Give {code: name} of all countries in a language; in English, where CLDR does not know the language."""
    try:
        territories = Locale.parse(language, sep="-").territories
    except UnknownLocaleError:
        return names_in(settings.LANGUAGE_CODE)
    return {code: territories[code] for code in CODES if code in territories}


CODES = (*COUNTRIES, "XK")
NAMES = {code: lazy(country_name, str)(code) for code in CODES}  # settings.COUNTRIES_OVERRIDE
