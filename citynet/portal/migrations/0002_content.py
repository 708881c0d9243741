from django.db import migrations

from citynet.portal.roles import grant


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_groups"), ("content", "0001_initial")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
