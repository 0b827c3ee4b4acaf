"""The index that searches read: GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The terms are ready-made: `ascii` parts them at blanks and leaves every other character alone. `detail=none` keeps no
# positions: a query asks for terms, not for phrases. A value of the column moves into the FTS5 table, so that its own
# table stays narrow: a frequent term is looked up there once for each of its many rows.
_SQLITE = (
    "CREATE VIRTUAL TABLE chat_searchentry_terms USING fts5(terms, tokenize='ascii', detail=none, columnsize=0)",
    """CREATE TRIGGER chat_searchentry_added AFTER INSERT ON chat_searchentry BEGIN
        INSERT INTO chat_searchentry_terms(rowid, terms) VALUES (new.id, new.terms);
        UPDATE chat_searchentry SET terms = '' WHERE id = new.id;
    END""",
    """CREATE TRIGGER chat_searchentry_changed AFTER UPDATE OF terms ON chat_searchentry WHEN new.terms <> '' BEGIN
        UPDATE chat_searchentry_terms SET terms = new.terms WHERE rowid = new.id;
        UPDATE chat_searchentry SET terms = '' WHERE id = new.id;
    END""",
    """CREATE TRIGGER chat_searchentry_removed AFTER DELETE ON chat_searchentry BEGIN
        DELETE FROM chat_searchentry_terms WHERE rowid = old.id;
    END""",
)
# A short list of rows not yet merged into the index: searches read all of it.
_POSTGRESQL = (
    "CREATE INDEX chat_searchentry_terms ON chat_searchentry USING gin (terms) WITH (gin_pending_list_limit = 512)",
)


def create_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX chat_searchentry_terms")
        return
    for trigger in ("added", "removed", "changed"):
        schema_editor.execute(f"DROP TRIGGER chat_searchentry_{trigger}")
    schema_editor.execute("DROP TABLE chat_searchentry_terms")


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [migrations.RunPython(create_index, drop_index)]
