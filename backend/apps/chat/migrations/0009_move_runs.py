"""Moves what messages and commands said about runs into the table of runs, and removes it there.

All in one transaction, and in a few statements however large the tables are. The triggers of `chat_searchentry` on
SQLite stay: no table that they name changes.

A message knew its latest run only. Of an earlier run, and of the run of a deleted answer, just the command was kept:
how those ended was never stored, so they become `interrupted`.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COLUMNS = """
    conversation_id, answer_id, number, kind, client_id, digest, session_id, writer, is_stop_requested, is_takeover,
    base, content_base, reasoning_base, status, finish_reason, error_code, prompt_tokens, completion_tokens,
    context_dropped, is_indexed, started_at, ended_at
"""
_LATEST_RUNS = f"""
    INSERT INTO chat_run ({_COLUMNS})
    SELECT
        message.conversation_id, message.id, message.run, COALESCE(NULLIF(message.started_by, ''), 'message'),
        command.client_id, command.digest, message.session_id, message.writer, message.is_stop_requested,
        message.seam IS NOT NULL, message.run_base,
        CASE WHEN message.run > 1 THEN COALESCE(message.seam, LENGTH(message.content)) ELSE 0 END,
        CASE WHEN message.run > 1 THEN LENGTH(message.reasoning) ELSE 0 END,
        message.status, message.finish_reason, message.error_code, message.prompt_tokens, message.completion_tokens,
        message.context_dropped, message.status NOT IN ('pending', 'streaming'), message.created_at,
        CASE WHEN message.status IN ('pending', 'streaming') THEN NULL
            ELSE COALESCE(message.ended_at, message.created_at) END
    FROM chat_message message
    LEFT JOIN chat_command command ON command.reply_id = message.id AND command.run = message.run
    WHERE message.role = 'assistant'
"""  # noqa: S608 - constants of this file
_EARLIER_RUNS = f"""
    INSERT INTO chat_run ({_COLUMNS})
    SELECT
        command.conversation_id, command.reply_id, command.run, command.kind, command.client_id, command.digest,
        NULL, NULL, FALSE, FALSE, 0, 0, 0, 'interrupted', NULL, NULL, NULL, NULL, 0, TRUE,
        COALESCE(message.created_at, conversation.created_at), COALESCE(message.created_at, conversation.created_at)
    FROM chat_command command
    JOIN chat_conversation conversation ON conversation.id = command.conversation_id
    LEFT JOIN chat_message message ON message.id = command.reply_id
    WHERE message.id IS NULL OR message.run <> command.run
"""  # noqa: S608
_LINKS = """
    UPDATE chat_message SET latest_run_id = chat_run.id FROM chat_run
    WHERE chat_run.answer_id = chat_message.id AND chat_run.number = chat_message.run
"""


def lock_tables(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep servers of the version before from writing what would not be moved; SQLite has one writer anyway."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("LOCK TABLE chat_conversation, chat_message, chat_command IN ACCESS EXCLUSIVE MODE")


class Migration(migrations.Migration):
    dependencies = [("chat", "0008_run")]

    operations = [
        migrations.RunPython(lock_tables),
        migrations.RunSQL([_LATEST_RUNS, _EARLIER_RUNS, _LINKS]),
        migrations.DeleteModel("Command"),
        migrations.RemoveConstraint("message", "one_active_answer"),
        migrations.RemoveIndex("message", "message_active"),
        migrations.RemoveField("message", "client_id"),
        migrations.RemoveField("message", "context_dropped"),
        migrations.RemoveField("message", "ended_at"),
        migrations.RemoveField("message", "error_code"),
        migrations.RemoveField("message", "finish_reason"),
        migrations.RemoveField("message", "is_stop_requested"),
        migrations.RemoveField("message", "run"),
        migrations.RemoveField("message", "run_base"),
        migrations.RemoveField("message", "seam"),
        migrations.RemoveField("message", "session_id"),
        migrations.RemoveField("message", "started_by"),
        migrations.RemoveField("message", "status"),
        migrations.RemoveField("message", "writer"),
    ]
