"""The migration that moves runs out of messages and commands loses nothing, on either database."""

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tools.repository import BACKEND

OWNER, TALK, NOW = uuid4(), uuid4(), datetime(2026, 11, 1, 12, tzinfo=UTC)
QUESTION, FIRST, CONTINUED, ACTIVE = uuid4(), uuid4(), uuid4(), uuid4()
COMMANDS = {name: uuid4() for name in ("first", "began", "continued", "deleted")}
SESSION, WRITER = uuid4(), uuid4()

MIGRATE_AND_SHOW = """
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
from apps.chat.conversations.message_view import view_message
from apps.chat.models import Message, Run
from apps.chat.search.index import rebuild_search_index
from apps.chat.search.query import find_search_hits
views = [view_message(message, []) for message in Message.objects.select_related("latest_run")]
names = "status run seq content reasoning finish_reason error_code prompt_tokens context_dropped".split()
runs = [
    {
        name: bytes(value).decode() if name == "digest" and value else str(value)
        for name, value in vars(run).items() if name[0] != "_" and name not in ("id", "started_at")
    }
    for run in Run.objects.order_by("number", "kind", "client_id")
]
rebuild_search_index()
hits = [str(hit.message_id) for hit in find_search_hits(Message.objects.first().conversation.owner_id, "whole")]
print(json.dumps([{str(view.id): [getattr(view, name) for name in names] for view in views}, runs, hits]))
"""


class OldDatabase:
    """A database of the version before the table of runs: filled by SQL, then upgraded."""

    def __init__(self, folder: Path, url: str) -> None:
        self._environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": url}
        self._file, self._url = folder / "chat.sqlite3", url

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=BACKEND, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def insert(self, table: str, **values: Any) -> None:
        names = ", ".join(values)
        if self._url:
            marks = ", ".join(["%s"] * len(values))
            with psycopg.connect(self._url) as connection:
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            return
        marks = ", ".join("?" * len(values))
        plain = [value.hex if isinstance(value, UUID) else value for value in values.values()]
        plain = [str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value for value in plain]
        with sqlite3.connect(self._file) as connection:
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain)  # noqa: S608


@pytest.fixture
def old_database(pytestconfig: pytest.Config, request: pytest.FixtureRequest, tmp_path: Path) -> OldDatabase:
    is_postgres = pytestconfig.getoption("services") == "postgres"
    database = OldDatabase(tmp_path, request.getfixturevalue("own_database_url") if is_postgres else "")
    database.manage("migrate", "chat", "0007", "--verbosity=0")
    return database


def fill(database: OldDatabase) -> None:
    user = {"id": OWNER, "username": "owner", "email": "owner@example.org", "password": "x"}
    flags = {"is_superuser": False, "is_staff": False, "is_active": True, "date_joined": NOW}
    database.insert("users_user", **user, **flags)
    talk = {"id": TALK, "public_id": TALK, "owner_id": OWNER, "title": "Talk", "is_title_automatic": False}
    more = {"model": "m", "system_prompt": "", "temperature": 0.7, "is_archived": False, "is_pinned": False}
    times = {"revision": 3, "created_at": NOW, "updated_at": NOW}
    database.insert("chat_conversation", **talk, **more, **times)
    insert_message(database, QUESTION, role="user", content="Question", run=0, seq=0, status="complete", parent_id=None)
    insert_message(
        database, FIRST, content="Whole", finish_reason="stop", prompt_tokens=7, seq=3, client_id=COMMANDS["first"]
    )
    insert_message(
        database, CONTINUED, content="Half and rest", reasoning="hm", status="error", error_code="AI_ERROR", run=2,
        run_base=4, seq=8, started_by="continue", client_id=COMMANDS["continued"], context_dropped=2,
    )  # fmt: skip
    insert_message(
        database, ACTIVE, content="So far", status="streaming", run=2, run_base=1, seq=2, started_by="continue", seam=3,
        ended_at=None, writer=WRITER, is_stop_requested=True,
    )  # fmt: skip
    for name, reply, run in (
        ("first", FIRST, 1),
        ("began", CONTINUED, 1),
        ("continued", CONTINUED, 2),
        ("deleted", None, 1),
    ):
        kind = "continue" if name == "continued" else "message"
        command = {"client_id": COMMANDS[name], "kind": kind, "digest": name.encode(), "reply_id": reply, "run": run}
        database.insert("chat_command", conversation_id=TALK, **command)


def insert_message(database: OldDatabase, message_id: UUID, **values: Any) -> None:
    fields = {
        "conversation_id": TALK, "parent_id": QUESTION, "depth": 1, "role": "assistant", "reasoning": "", "run": 1,
        "run_base": 0, "started_by": "message", "status": "complete", "model_used": "m", "context_dropped": 0,
        "created_at": NOW, "ended_at": NOW, "is_stop_requested": False, "session_id": SESSION,
    }  # fmt: skip
    database.insert("chat_message", id=message_id, **{**fields, **values})


def run(number: int, kind: str, **values: Any) -> dict[str, str]:
    fields = {
        "conversation_id": TALK, "answer_id": None, "number": number, "kind": kind, "client_id": None, "digest": None,
        "session_id": None, "writer": None, "is_stop_requested": False, "is_takeover": False, "base": 0,
        "content_base": 0, "reasoning_base": 0, "tail_content": "", "tail_reasoning": "", "tail_seq": 0,
        "status": "interrupted", "finish_reason": None, "error_code": None,
        "prompt_tokens": None, "completion_tokens": None, "cached_tokens": None, "reasoning_tokens": None,
        "context_dropped": 0, "images_dropped": 0, "is_indexed": True, "ended_at": NOW,
    }  # fmt: skip
    if name := values.pop("command", None):
        values |= {"client_id": COMMANDS[name], "digest": name}
    return {name: str(value) for name, value in {**fields, **values}.items()}


def test_messages_and_commands_become_runs(old_database: OldDatabase) -> None:
    fill(old_database)
    messages, runs, hits = json.loads(old_database.manage("shell", "--no-imports", "--command", MIGRATE_AND_SHOW))

    assert messages == {
        str(QUESTION): ["complete", 0, 0, "Question", "", None, None, None, 0],
        str(FIRST): ["complete", 1, 3, "Whole", "", "stop", None, 7, 0],
        str(CONTINUED): ["error", 2, 8, "Half and rest", "hm", None, "AI_ERROR", None, 2],
        str(ACTIVE): ["streaming", 2, 2, "So far", "", None, None, None, 0],
    }
    expected = [
        run(1, "message", command="first", answer_id=FIRST, status="complete", finish_reason="stop", prompt_tokens=7,
            session_id=SESSION),
        run(1, "message", command="began", answer_id=CONTINUED),
        run(2, "continue", command="continued", answer_id=CONTINUED, status="error", error_code="AI_ERROR", base=4,
            content_base=len("Half and rest"), reasoning_base=len("hm"), context_dropped=2, session_id=SESSION),
        run(2, "continue", answer_id=ACTIVE, status="streaming", base=1, content_base=3, is_takeover=True,
            is_indexed=False, is_stop_requested=True, writer=WRITER, session_id=SESSION, ended_at=None),
        run(1, "message", command="deleted"),
    ]  # fmt: skip
    assert sorted(runs, key=str) == sorted(expected, key=str)
    assert hits == [str(FIRST)]
