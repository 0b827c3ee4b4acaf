from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def name_conversations_by_id(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Replace the titles of deleted conversations in the administration's log by their ids."""
    entries = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    entries.filter(content_type__app_label="chat", content_type__model="conversation").update(
        object_repr=F("object_id")
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_run_usage"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [migrations.RunPython(name_conversations_by_id, migrations.RunPython.noop)]
