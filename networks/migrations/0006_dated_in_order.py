"""Indexes for what changed of memberships and roles between two days: the newest first, of all networks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0005_uid_unique"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["-start_earliest", "id"], name="networks_me_start_e_420a52_idx"),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["-end_latest", "id"], name="networks_me_end_lat_129f7b_idx"),
        ),
        migrations.AddIndex(
            model_name="role",
            index=models.Index(fields=["-start_earliest", "id"], name="networks_ro_start_e_dbf419_idx"),
        ),
        migrations.AddIndex(
            model_name="role",
            index=models.Index(fields=["-end_latest", "id"], name="networks_ro_end_lat_a4c468_idx"),
        ),
    ]
