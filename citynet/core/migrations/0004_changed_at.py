from django.db import migrations, models


def begin_with_the_last_change_of_a_record(apps, schema_editor):
    last = apps.get_model("core", "SearchEntry").objects.aggregate(at=models.Max("updated_at"))["at"]
    apps.get_model("core", "DataVersion").objects.update(changed_at=last)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_longer_addresses")]

    operations = [
        migrations.AddField("dataversion", "changed_at", models.DateTimeField(editable=False, null=True)),
        migrations.RunPython(begin_with_the_last_change_of_a_record, migrations.RunPython.noop),
    ]
