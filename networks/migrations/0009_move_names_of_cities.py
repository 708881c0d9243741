"""Move each city's name in a language of the site from the further names into the column of that language.

Of several in a language, the one that was written first is its name; the others stay further names.
"""

from django.db import migrations
from django.db.models import Case, Exists, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

LANGUAGES = ("it", "fr", "de", "es")
LINE = Value("\n")
AT_ONCE = 2_000


def rows_of(apps, schema_editor, *models):
    alias = schema_editor.connection.alias
    return [apps.get_model("networks", model)._base_manager.using(alias) for model in models]


def lines(*expressions):
    return Concat(*expressions, output_field=TextField())


def move(apps, schema_editor):
    """Run three statements a language, which hold nothing in memory.

    A further name has its folded text in `search_text`; the city's own gets it as a line, if it lacks it.
    """
    cities, names = rows_of(apps, schema_editor, "City", "CityName")
    for language in LANGUAGES:
        first = names.filter(city=OuterRef("pk"), language=language).order_by("pk")
        cities.filter(Exists(first)).update(
            **{
                f"name_{language}": Subquery(first.values("name")[:1]),
                f"sort_text_{language}": Subquery(first.values("search_text")[:1]),
            }
        )
        folded = F(f"sort_text_{language}")
        place = StrIndex(lines(LINE, F("search_text"), LINE), lines(LINE, folded, LINE))
        cities.filter(**{f"sort_text_{language}__isnull": False}).update(
            search_text=Case(
                When(GreaterThan(place, 0), then=F("search_text")),
                default=lines(F("search_text"), LINE, folded),
                output_field=TextField(),
            )
        )
        moved = cities.filter(pk=OuterRef("city"), **{f"name_{language}": OuterRef("name")})
        names.filter(Exists(moved), language=language).delete()


def move_back(apps, schema_editor):
    """Keep the names as further ones, in batches; the columns that hold them go with the migration before."""
    cities, names = rows_of(apps, schema_editor, "City", "CityName")
    model = apps.get_model("networks", "CityName")
    for language in LANGUAGES:
        found = cities.exclude(**{f"name_{language}": None}).exclude(**{f"name_{language}": ""})
        batch = []
        for pk, name, folded in found.values_list(
            "pk", f"name_{language}", f"sort_text_{language}"
        ).iterator():
            batch.append(model(city_id=pk, name=name, language=language, search_text=folded or ""))
            if len(batch) == AT_ONCE:
                names.bulk_create(batch, ignore_conflicts=True)
                batch = []
        names.bulk_create(batch, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("networks", "0008_names_in_every_language")]

    operations = [migrations.RunPython(move, move_back)]
