"""The scripts of the containers that make and restore copies, on a real PostgreSQL and real files."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.conf import settings as django_settings

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, drop_connections, until
from testkit.local_services import postgres_binaries
from testkit.server_process import ServerProcess
from tests.chat.attachments import files
from tests.chat.attachments.sending import attach, fetch
from tools.repository import BACKEND

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not django_settings.REDIS_URL, reason="the scripts are for PostgreSQL: --services=postgres"),
]

SCRIPTS = BACKEND / "docker" / "maintenance"


@pytest.fixture
def database_url(migrated_database_url: str) -> Iterator[str]:
    """A database of this test, which is dropped after it with the copy that `restore.sh` keeps."""
    yield migrated_database_url
    kept = f"{name_of(migrated_database_url)}_before_restore"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{kept}" WITH (FORCE)')


def name_of(database_url: str) -> str:
    return urlsplit(database_url).path.lstrip("/")


@pytest.fixture
async def server(database_url: str, tmp_path: Path, model_server: ModelServer) -> AsyncIterator[ServerProcess]:
    """The product on the database of `database_url`."""
    settings = {"DATABASE_URL": database_url, "OPENAI_BASE_URL": model_server.base_url, "AI_MODELS": "fake-model"}
    process = ServerProcess(tmp_path, settings)
    await process.start()
    yield process
    await drop_connections()
    await process.kill()


class Scripts:
    """The scripts, as their containers run them."""

    def __init__(self, database_url: str, folder: Path, attachments: Path) -> None:
        url = urlsplit(database_url)
        (folder / "password").write_text(url.password or "none")
        binaries = postgres_binaries(folder)
        self._environment = {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": url.hostname or "",
            "PGPORT": str(url.port or 5432),
            "PGUSER": url.username or "",
            "PGDATABASE": url.path.lstrip("/"),
            "PGPASSWORD_FILE": str(folder / "password"),
            "ATTACHMENTS": str(attachments),
        }

    def run(self, name: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = ["sh", str(SCRIPTS / name)]
        return subprocess.run(command, check=False, env=self._environment, input=given, capture_output=True)


async def kill_and_wait(server: ServerProcess, database_url: str) -> None:
    """Kill the server, and wait until the database has noticed."""
    await server.kill()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        await until(
            lambda: connection.execute(count, [name_of(database_url)]).fetchone() == (0,), "the end of all connections"
        )


@pytest.fixture
def scripts(database_url: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Scripts:
    return Scripts(database_url, tmp_path_factory.mktemp("scripts"), tmp_path / "attachments")


@dataclass
class Backup:
    """A backup with a conversation that has been deleted since."""

    dump: bytes
    user: SignedInUser
    conversation_id: UUID
    messages: list[dict[str, Any]]


@pytest.fixture
async def backup(server: ServerProcess, scripts: Scripts) -> Backup:
    user = await SignedInUser.register(server)
    conversation_id = await user.new_conversation(title="Mine")
    opened = await user.enter(conversation_id)
    await opened.ask_to_the_end("[[tokens=50]] Hello")
    messages = await user.messages(conversation_id)
    done = scripts.run("backup.sh")
    assert done.returncode == 0, done.stderr
    await user.call("DELETE", f"/conversations/{conversation_id}", expect=204)
    return Backup(done.stdout, user, conversation_id, messages)


async def test_a_backup_is_not_restored_while_the_api_uses_the_database(scripts: Scripts, backup: Backup) -> None:
    refused = scripts.run("restore.sh", backup.dump)
    assert refused.returncode == 1
    assert b"stop the API first" in refused.stderr


async def test_a_truncated_backup_changes_nothing(
    server: ServerProcess, scripts: Scripts, database_url: str, backup: Backup
) -> None:
    await kill_and_wait(server, database_url)
    assert scripts.run("restore.sh", backup.dump[: len(backup.dump) // 2]).returncode != 0
    await server.start()
    assert (await backup.user.call("GET", "/conversations/"))["total"] == 0


async def test_a_backup_can_be_restored(
    server: ServerProcess, scripts: Scripts, database_url: str, backup: Backup
) -> None:
    await kill_and_wait(server, database_url)
    restored = scripts.run("restore.sh", backup.dump)
    assert restored.returncode == 0, restored.stderr
    await server.start()
    assert await backup.user.messages(backup.conversation_id) == backup.messages
    again = await backup.user.enter(backup.conversation_id)
    assert (await again.ask_to_the_end("Once more")).content == "Echo: Once more"


async def test_attachments_come_back_with_their_conversation(
    server: ServerProcess, scripts: Scripts, database_url: str, tmp_path: Path
) -> None:
    user = await SignedInUser.register(server)
    conversation_id = await user.new_conversation()
    image = await attach(user, files.png(), "cat.png")
    await (await user.enter(conversation_id)).ask_to_the_end("What is it?", attachments=[image["id"]])
    shown = await fetch(user, image["url"])
    backup, archive = scripts.run("backup.sh"), scripts.run("backup_files.sh")
    assert backup.returncode == archive.returncode == 0, backup.stderr + archive.stderr
    await user.call("DELETE", f"/conversations/{conversation_id}", expect=204)
    await kill_and_wait(server, database_url)
    folder = tmp_path / "attachments"
    shutil.rmtree(folder)

    cut = scripts.run("restore_files.sh", archive.stdout[: len(archive.stdout) // 2])
    assert cut.returncode != 0, "a truncated archive changes nothing"
    assert list(folder.iterdir()) == [], "a truncated archive changes nothing"
    assert scripts.run("restore.sh", backup.stdout).returncode == 0
    restored = scripts.run("restore_files.sh", archive.stdout)
    assert b"Restored 2 files." in restored.stderr
    await server.start()
    (again,) = (await user.messages(conversation_id))[0]["attachments"]
    assert await fetch(user, again["url"]) == shown
