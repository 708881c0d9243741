from django.db import migrations, models

from citynet.core.operations import Together, identify


def fill(apps, schema_editor):
    identify(apps, "events", ["Series"])


class Migration(migrations.Migration):
    """Give every series a permanent identifier; the next migration asks for it. Events have theirs."""

    dependencies = [("events", "0001_initial")]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name=name,
                    name="uid",
                    field=models.UUIDField(null=True, editable=False, verbose_name="permanent identifier"),
                )
                for name in ("series", "historicalseries")
            ]
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
