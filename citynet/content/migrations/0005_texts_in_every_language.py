"""Give names, summaries and texts a column in each further language, and lists in it an order by name."""

from django.db import migrations, models

from citynet.core.operations import Together
from citynet.core.rich_text import RichTextField
from citynet.core.translated import SortTextField

LANGUAGES = ("it", "fr", "de", "es")
MODELS = ("page", "news")
TEXTS = {
    "name": models.CharField(max_length=200, null=True, verbose_name="name"),
    "summary": models.TextField(
        blank=True, help_text="One or two sentences.", max_length=500, null=True, verbose_name="summary"
    ),
    "text": RichTextField(blank=True, null=True, verbose_name="text"),
}


def columns():
    for model in MODELS:
        for language in LANGUAGES:
            for name, field in TEXTS.items():
                for version in (model, f"historical{model}"):
                    yield migrations.AddField(version, f"{name}_{language}", field.clone())
            yield migrations.AddField(model, f"sort_text_{language}", SortTextField(language))


class Migration(migrations.Migration):
    dependencies = [("content", "0004_media_titles")]

    operations = [Together([*columns()])]
