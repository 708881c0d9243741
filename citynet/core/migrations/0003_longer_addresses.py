from django.db import migrations, models


class LongerText(migrations.AlterField):
    """Let a column hold longer texts, on PostgreSQL.

    SQLite holds texts of any length already. There Django would make the table anew, without the triggers
    that keep the full-text index in step.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    database_backwards = database_forwards


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search")]

    operations = [
        LongerText(model_name="searchentry", name="slug", field=models.CharField(max_length=200)),
    ]
