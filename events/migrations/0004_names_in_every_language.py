"""Give names, summaries and texts a column in each further language, and lists in it an order by name."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce

from citynet.core.collation import CodePoints
from citynet.core.operations import Together
from citynet.core.translated import SortTextField

LANGUAGES = ("it", "fr", "de", "es")
MODELS = ("series", "event")
TEXTS = {
    "name": models.CharField(max_length=200, null=True, verbose_name="name"),
    "summary": models.TextField(
        blank=True, help_text="One or two sentences.", max_length=500, null=True, verbose_name="summary"
    ),
    "text": models.TextField(
        blank=True, help_text="Plain paragraphs; an empty line between two.", null=True, verbose_name="text"
    ),
}


def columns():
    for model in MODELS:
        for language in LANGUAGES:
            for name, field in TEXTS.items():
                for version in (model, f"historical{model}"):
                    yield migrations.AddField(version, f"{name}_{language}", field.clone())
            yield migrations.AddField(model, f"sort_text_{language}", SortTextField(language))


def indexes():
    for language in LANGUAGES:
        by_name = Coalesce(F(f"sort_text_{language}"), F("search_text"), output_field=models.TextField())
        for model in ("event",):
            name = f"{model}_by_name_{language}"
            yield migrations.AddIndex(model, models.Index(CodePoints(by_name), "id", name=name))


class Migration(migrations.Migration):
    dependencies = [("core", "0004_changed_at"), ("events", "0003_uid_unique")]

    operations = [Together([*columns()]), Together([*indexes()])]
