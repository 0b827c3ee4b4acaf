"""An index of the terms of titles alone on PostgreSQL: a search sorts all titles that it finds."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        # One that was interrupted stays, and is not valid.
        schema_editor.execute("DROP INDEX IF EXISTS chat_searchentry_title_terms")
        schema_editor.execute(
            "CREATE INDEX CONCURRENTLY chat_searchentry_title_terms ON chat_searchentry USING gin (terms) "
            "WITH (gin_pending_list_limit = 512) WHERE message_id IS NULL"
        )


def drop_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX chat_searchentry_title_terms")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("chat", "0018_blind_models")]

    operations = [migrations.RunPython(create_index, drop_index, atomic=False)]
