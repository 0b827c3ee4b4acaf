"""Stores that cannot be reached, that do not answer, or that refuse: bounded waits, and nothing else held up."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import management
from django.core.management import CommandError
from django.utils import timezone
from pytest_django import Settings

from apps.chat.models import Attachment
from testkit.live import SignedInUser
from tests.chat.attachments import files
from tests.chat.attachments.partial_stores import run_failing_store, run_plain_store, run_read_only_store
from tests.chat.attachments.sending import attach, call_command
from tests.chat.attachments.stores import FileStore, S3Store
from tests.chat.attachments.uploader import Uploader
from tests.log_lines import ReadLog

# Each test chooses its store.
pytestmark = pytest.mark.store_independent

NOTHING_LISTENS = 9


@pytest.fixture
def silent_port() -> Iterator[int]:
    """The port of a store that accepts connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def stored_in_s3(settings: Settings, s3_endpoint: str) -> S3Store:
    store = S3Store(s3_endpoint)
    put_in(settings, store.setting)
    return store


def put_in(settings: Settings, setting: dict[str, Any]) -> None:
    settings.STORAGES = settings.STORAGES | {"attachments": setting}


@pytest.mark.parametrize("is_silent", [False, True], ids=["unreachable", "silent"])
@pytest.mark.django_db(transaction=True)
def test_an_s3_store_that_does_not_answer_is_an_outage(
    uploader: Uploader, settings: Settings, read_log: ReadLog, silent_port: int, is_silent: bool
) -> None:
    attachment = uploader.attach(files.png())
    put_in(settings, S3Store.setting_at(silent_port if is_silent else NOTHING_LISTENS))
    error = "ReadTimeoutError" if is_silent else "EndpointConnectionError"
    response = uploader.upload(files.png())
    assert response.status == 503
    assert response.headers["Retry-After"] == "1"
    assert uploader.fetch(attachment["url"])[0] == 503
    assert Attachment.objects.count() == 1
    uploader.ask("DELETE", f"/attachments/{attachment['id']}", status=204)
    # Questions of another test may still wait for its store.
    lines = read_log("objects_not_deleted", "request_failed")
    assert [(line["event"], line["level"], line["error"]) for line in lines] == [
        ("objects_not_deleted", "warning", error),  # of the upload
        ("request_failed", "warning", error),
        ("request_failed", "warning", error),
        ("objects_not_deleted", "warning", error),
    ]


@pytest.mark.parametrize(
    ("status", "code", "level", "expected"),
    [(503, "SlowDown", "warning", 503), (500, "InternalError", "warning", 503), (403, "AccessDenied", "error", 500)],
)
@pytest.mark.django_db(transaction=True)
def test_an_s3_store_that_fails_is_an_outage_and_one_that_refuses_is_a_fault(
    uploader: Uploader, settings: Settings, read_log: ReadLog, status: int, code: str, level: str, expected: int
) -> None:
    attachment = uploader.attach(files.png())
    with run_failing_store(status, code) as port:
        put_in(settings, S3Store.setting_at(port, patience=30))
        response = uploader.upload(files.png())
        assert response.status == expected
        assert ("Retry-After" in response.headers) is (expected == 503)
        assert uploader.fetch(attachment["url"])[0] == expected
        uploader.ask("DELETE", f"/attachments/{attachment['id']}", status=204)
    failures = [(line["event"], line["level"]) for line in read_log() if line["event"].endswith(("failed", "deleted"))]
    assert {found for _, found in failures} == {level}
    # One request and one line for all objects: the store would refuse each of them.
    assert [event for event, _ in failures].count("objects_not_deleted") == 2


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_is_an_outage_whose_reason_is_logged(
    uploader: Uploader, settings: Settings, read_log: ReadLog, tmp_path: Path
) -> None:
    put_in(settings, FileStore(tmp_path / ("long" * 100)).setting)
    response = uploader.upload(files.png())
    assert response.status == 503
    assert response.headers["Retry-After"] == "1"
    assert [line["error"] for line in read_log("request_failed")] == ["OSError ENAMETOOLONG"]
    assert Attachment.objects.count() == 0


async def test_a_store_that_is_down_during_a_turn_is_not_a_fault_of_the_model_service(
    user: SignedInUser, settings: Settings, tmp_path: Path
) -> None:
    image = await attach(user, files.png())
    put_in(settings, FileStore(tmp_path / ("long" * 100)).setting)
    opened = await user.enter(await user.new_conversation())
    answer = await opened.ask_to_the_end("What?", attachments=[image["id"]])
    await opened.drop()
    assert answer.ended["code"] == "INTERNAL_ERROR"


async def test_questions_that_wait_for_a_silent_store_do_not_delay_uploads(
    user: SignedInUser, settings: Settings, silent_port: int
) -> None:
    """There are more of them than the event loop has threads."""
    image = await attach(user, files.png())
    file_store = settings.STORAGES["attachments"]
    put_in(settings, S3Store.setting_at(silent_port, patience=60))
    for _ in range(8):
        conversation_id = await user.new_conversation()
        await call_command(user, conversation_id, "chat.message", content="What?", attachments=[image["id"]])
    put_in(settings, file_store)
    async with asyncio.timeout(30):
        assert (await attach(user, b"text", "a.txt"))["bytes"] == 4


@pytest.mark.django_db(transaction=True)
def test_the_objects_of_an_account_are_deleted_by_one_request(
    uploader: Uploader, other_uploader: Uploader, stored_in_s3: S3Store, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(5):
        other_uploader.attach(b"text %d" % number, "a.txt")
    other_uploader.put_in_conversation(other_uploader.attach(files.png())["id"])
    uploader.attach(b"kept", "b.txt")
    caplog.set_level(logging.INFO, "werkzeug")
    other_uploader.delete_account()
    requests = [record.getMessage() for record in caplog.records if record.name == "werkzeug"]
    assert len(stored_in_s3.names()) == 2
    assert [request for request in requests if "DELETE" in request] == []
    assert len([request for request in requests if "POST" in request]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_store_that_deletes_nothing_is_reconciled_as_far_as_possible(
    uploader: Uploader, settings: Settings, read_log: ReadLog, capsys: pytest.CaptureFixture[str]
) -> None:
    uploader.attach(files.png())
    lost = Attachment.objects.get().id
    keys = [uuid4().hex for _ in range(3)]
    with run_read_only_store([f"{key[-2:]}/{key}.text" for key in keys]) as (port, requests):
        put_in(settings, S3Store.setting_at(port, patience=30))
        with (
            time_machine.travel(timezone.now() + timedelta(hours=2), tick=False),
            pytest.raises(CommandError, match="has not deleted: 3"),
        ):
            management.call_command("reconcile_attachments")
    assert str(lost) in capsys.readouterr().out
    assert requests.count("POST") == 1
    assert "DELETE" not in requests
    [line] = read_log("objects_not_deleted")
    assert (line["level"], line["objects"], line["reasons"]) == ("error", 3, ["AccessDenied"])


@pytest.mark.django_db(transaction=True)
def test_objects_that_another_worker_deletes_do_not_end_the_reconciliation(
    uploader: Uploader, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    uploader.attach(files.png())
    lost = Attachment.objects.get().id
    key = uuid4().hex
    with run_read_only_store([f"{key[-2:]}/{key}.text"], has_lost_all=True) as (port, requests):
        put_in(settings, S3Store.setting_at(port, patience=30))
        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
            management.call_command("reconcile_attachments")
    assert requests.count("HEAD") == 1
    assert "POST" not in requests
    printed = capsys.readouterr().out
    assert "Deleted files that belong to no attachment: 0\n" in printed
    assert str(lost) in printed


@pytest.mark.django_db(transaction=True)
def test_objects_are_deleted_one_by_one_where_a_service_cannot_delete_many(
    uploader: Uploader, settings: Settings, read_log: ReadLog
) -> None:
    with run_plain_store() as (port, keys):
        put_in(settings, S3Store.setting_at(port, patience=30))
        attachment = uploader.attach(files.png())
        assert len(keys) == 2
        uploader.ask("DELETE", f"/attachments/{attachment['id']}", status=204)
        assert keys == set()
    assert [line["event"] for line in read_log() if "not_deleted" in line["event"]] == []
