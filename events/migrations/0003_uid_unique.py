import uuid

from django.db import migrations, models

from citynet.core.operations import Together


def identifier(**options):
    return models.UUIDField(
        default=uuid.uuid4, editable=False, verbose_name="permanent identifier", **options
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_uid")]

    operations = [
        Together(
            [
                *(
                    migrations.AlterField(name, "uid", identifier(unique=True))
                    for name in ("event", "series")
                ),
                *(
                    migrations.AlterField(f"historical{name}", "uid", identifier(db_index=True))
                    for name in ("event", "series")
                ),
            ]
        )
    ]
