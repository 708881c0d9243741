"""The index of search: entries, the words of names, and what each database makes of them.

SQLite has a full-text table (FTS5) that triggers keep in step with the entries; PostgreSQL a generated
column of lexemes. Both index the words as `core.search_index` has cut them, and parse nothing themselves: the
`ascii` tokenizer takes every other letter as it is, and the cast to tsvector takes a word for a lexeme.
"""

from django.db import migrations, models

from citynet.core.collation import CodePoints

COLUMNS = "keys, names, words"
OLD = ", ".join(f"old.{column}" for column in COLUMNS.split(", "))
NEW = ", ".join(f"new.{column}" for column in COLUMNS.split(", "))
FORGET = f"INSERT INTO core_searchindex(core_searchindex, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD});"
LEARN = f"INSERT INTO core_searchindex(rowid, {COLUMNS}) VALUES (new.id, {NEW});"
SQLITE = (
    f"CREATE VIRTUAL TABLE core_searchindex USING fts5({COLUMNS}, content='core_searchentry',"
    " content_rowid='id', tokenize='ascii', prefix='1 2 3 4 5 6', detail='column')",
    f"CREATE TRIGGER core_searchentry_added AFTER INSERT ON core_searchentry BEGIN {LEARN} END",
    f"CREATE TRIGGER core_searchentry_deleted AFTER DELETE ON core_searchentry BEGIN {FORGET} END",
    "CREATE TRIGGER core_searchentry_changed AFTER UPDATE ON core_searchentry"
    " WHEN old.id <> new.id OR old.keys <> new.keys OR old.names <> new.names OR old.words <> new.words"
    f" BEGIN {FORGET} {LEARN} END",
)
LEXEMES = " || ".join(
    rf"setweight(regexp_replace({column}, '(\S+)', '\1:1', 'g')::tsvector, '{weight}')"
    for column, weight in (("names", "A"), ("words", "B"), ("keys", "C"))
)
POSTGRESQL = (
    f"ALTER TABLE core_searchentry ADD COLUMN lexemes tsvector GENERATED ALWAYS AS ({LEXEMES}) STORED",
    "CREATE INDEX searchentry_by_lexemes ON core_searchentry USING gin (lexemes) WITH (fastupdate = off)",
)


def make_index(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE core_searchindex")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_data_version")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("slug", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=300)),
                ("keys", models.TextField()),
                ("names", models.TextField()),
                ("words", models.TextField()),
                ("prominence", models.SmallIntegerField()),
                ("publish_at", models.DateTimeField(null=True)),
                ("unpublish_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["-updated_at", "-id"], name="searchentry_by_change")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="searchentry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                ("mirrored", models.CharField(max_length=60)),
                ("length", models.SmallIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(CodePoints("word"), name="searchword_by_beginning"),
                    models.Index(CodePoints("mirrored"), name="searchword_by_end"),
                ],
                "constraints": [models.UniqueConstraint(fields=("word",), name="searchword_once")],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
