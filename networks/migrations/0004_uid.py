from django.db import migrations, models

from citynet.core.operations import Together, identify

NAMES = (
    "Award",
    "Body",
    "City",
    "Document",
    "Network",
    "Organisation",
    "Person",
    "Practice",
    "Programme",
    "Project",
    "Source",
    "Topic",
)


def fill(apps, schema_editor):
    identify(apps, "networks", NAMES)


class Migration(migrations.Migration):
    """Give every record a permanent identifier; the next migration asks for it.

    https://docs.djangoproject.com/en/5.2/howto/writing-migrations/#migrations-that-add-unique-fields
    """

    dependencies = [("networks", "0003_city_by_position")]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name=f"{prefix}{name}".lower(),
                    name="uid",
                    field=models.UUIDField(null=True, editable=False, verbose_name="permanent identifier"),
                )
                for name in NAMES
                for prefix in ("", "Historical")
            ]
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
