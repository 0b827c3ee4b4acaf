"""The bytes of each user's texts, which `STORAGE_PER_USER` bounds."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Sum

from apps.core.text_size import TextBytes

ROW_BYTES = 1024


def count_stored_texts(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    change_count, conversation, message = (
        apps.get_model("chat", name) for name in ("ChangeCount", "Conversation", "Message")
    )
    # One short transaction for each user: their turns wait for the row.
    for owner_id in list(change_count.objects.values_list("owner_id", flat=True)):
        own = conversation.objects.filter(owner_id=owner_id).aggregate(
            rows=Count("id"), texts=Sum(TextBytes("system_prompt"))
        )
        written = message.objects.filter(conversation__owner_id=owner_id).aggregate(
            rows=Count("id"), texts=Sum(TextBytes("content") + TextBytes("reasoning"))
        )
        counted = sum(found["rows"] * ROW_BYTES + (found["texts"] or 0) for found in (own, written))
        change_count.objects.filter(owner_id=owner_id).update(text_bytes=counted)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("chat", "0019_title_terms_index")]

    operations = [
        migrations.AddField(
            model_name="changecount",
            name="text_bytes",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(count_stored_texts, migrations.RunPython.noop),
    ]
