from django.db import migrations

from citynet.portal.roles import grant


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_ratings"), ("content", "0003_ratings")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
