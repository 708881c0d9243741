import uuid

from django.db import migrations, models

from citynet.core.operations import Together

NAMES = (
    "award",
    "body",
    "city",
    "document",
    "network",
    "organisation",
    "person",
    "practice",
    "programme",
    "project",
    "source",
    "topic",
)


def identifier(**options):
    return models.UUIDField(
        default=uuid.uuid4, editable=False, verbose_name="permanent identifier", **options
    )


class Migration(migrations.Migration):
    dependencies = [("networks", "0004_uid")]

    operations = [
        Together(
            [
                *(migrations.AlterField(name, "uid", identifier(unique=True)) for name in NAMES),
                *(
                    migrations.AlterField(f"historical{name}", "uid", identifier(db_index=True))
                    for name in NAMES
                ),
            ]
        )
    ]
