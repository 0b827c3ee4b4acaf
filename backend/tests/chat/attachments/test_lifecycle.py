"""Access to attachments, its end, and the deletion of their files."""

import asyncio
import base64
import gc
import json
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from apps.chat.attachments.deletion import purge_unused
from apps.chat.attachments.reconciliation import Reconciled, reconcile_store
from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.models import Attachment, Conversation
from testkit.database_threads import close_after
from tests.chat.attachments import files
from tests.chat.attachments.stores import FileStore, ObservedStore
from tests.chat.attachments.uploader import Uploader
from tests.log_lines import ReadLog


def age(**by: float) -> None:
    """Make all attachments and deleted conversations older."""
    for attachment in Attachment.objects.all():
        Attachment.objects.filter(id=attachment.id).update(created_at=attachment.created_at - timedelta(**by))
    gone = Conversation.objects.exclude(deleted_at=None)
    gone.update(deleted_at=timezone.now() - timedelta(**by))


def test_another_users_attachment_looks_missing(uploader: Uploader, other_uploader: Uploader) -> None:
    attachment = uploader.attach(files.png())
    for key in (attachment["id"], str(uuid4())):
        path = f"/attachments/{key}"
        assert other_uploader.refused("GET", path, status=404) == "NOT_FOUND"
        assert other_uploader.refused("PATCH", path, {"description": "mine"}, status=404) == "NOT_FOUND"
        assert other_uploader.refused("DELETE", path, status=404) == "NOT_FOUND"
    assert other_uploader.ask("GET", "/attachments/")["attachments"] == []
    assert uploader.ask("GET", f"/attachments/{attachment['id']}")["description"] == ""


def test_an_altered_url_is_refused(uploader: Uploader, other_uploader: Uploader) -> None:
    attachment, other = uploader.attach(files.png()), other_uploader.attach(files.png())
    url = attachment["url"]
    query = url.partition("?")[2]
    for changed in (
        url.replace("/image", "/thumbnail"),
        url.replace("/image", "/original"),
        url.replace(attachment["id"], other["id"]),
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace("until=", "until=9"),
        url.partition("?")[0],
        url + "&session=" + str(uuid4()),
        url.replace("signature=", "signature=%ff"),
        f"/api/attachments/{uuid4()}/image?{query}",
    ):
        status, content, _ = uploader.fetch(changed)
        assert status == 404, changed
        assert b"NOT_FOUND" in content, changed
    assert uploader.fetch(url)[0] == 200


def test_signed_urls_expire_after_five_minutes_and_are_renewed(uploader: Uploader) -> None:
    attachment = uploader.attach(files.png())
    begun = timezone.now()
    for seconds, status in ((290, 200), (301, 404)):
        with time_machine.travel(begun + timedelta(seconds=seconds), tick=False):
            assert uploader.fetch(attachment["url"])[0] == status
            assert uploader.fetch(uploader.ask("GET", f"/attachments/{attachment['id']}")["url"])[0] == 200


def test_a_response_that_is_not_read_leaves_no_file_open(uploader: Uploader) -> None:
    """Its client has disconnected before the first piece."""
    attachment = uploader.attach(files.png())
    response = uploader.client.get(attachment["url"])
    assert response.status_code == 200
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        del response
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_signed_urls_end_with_their_session(uploader: Uploader) -> None:
    attachment = uploader.attach(files.png())
    assert uploader.fetch(attachment["url"])[0] == 200
    uploader.ask("POST", "/auth/logout")
    assert uploader.fetch(attachment["url"])[0] == 404
    assert uploader.fetch(attachment["thumbnail_url"])[0] == 404


@pytest.mark.django_db(transaction=True)
def test_a_document_that_is_being_read_ends_with_its_session(uploader: Uploader, settings: Settings) -> None:
    settings.SWEEP_SECONDS = 0.0
    attachment = uploader.attach(b"A line of text.\n" * 40_000, name="long.txt")
    response: Any = uploader.client.get(attachment["url"])

    async def read_all() -> None:
        pieces = aiter(response)
        assert await anext(pieces)
        await asyncio.to_thread(close_after, uploader.ask, "POST", "/auth/logout")
        with pytest.raises(asyncio.CancelledError):
            await anext(pieces)

    async_to_sync(read_all)()


def test_a_description_is_changed(uploader: Uploader) -> None:
    path = f"/attachments/{uploader.attach(files.png())['id']}"
    assert uploader.ask("PATCH", path, {"description": "A cat"})["description"] == "A cat"
    assert uploader.refused("PATCH", path, {"description": "x" * 1001}) == "VALIDATION_ERROR"
    assert uploader.refused("PATCH", path, {}) == "VALIDATION_ERROR"


def test_an_attachment_that_is_deleted_while_it_is_described_is_missing(uploader: Uploader) -> None:
    attachment = uploader.attach(files.png())

    def delete_before_the_change(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            Attachment.objects.all().delete()
        return execute(sql, *rest)

    with connection.execute_wrapper(delete_before_the_change):
        path = f"/attachments/{attachment['id']}"
        assert uploader.refused("PATCH", path, {"description": "A cat"}, status=404) == "NOT_FOUND"


def test_attachments_are_listed_by_size_with_the_space_they_use(uploader: Uploader, settings: Settings) -> None:
    settings.STORAGE_PER_USER = None
    small, large = uploader.attach(b"x" * 10, "small.txt"), uploader.attach(b"y" * 999, "large.txt")
    listed = uploader.ask("GET", "/attachments/?order=largest&page_size=1")
    assert [one["id"] for one in listed["attachments"]] == [large["id"]]
    assert listed["total"] == 2
    assert listed["has_more"] is True
    assert listed["used"] == 2018
    assert listed["limit"] is None
    uploader.ask("DELETE", f"/attachments/{large['id']}", status=204)
    listed = uploader.ask("GET", "/attachments/")
    assert [one["id"] for one in listed["attachments"]] == [small["id"]]
    assert listed["used"] == 20


@pytest.mark.django_db(transaction=True)
def test_an_attachment_of_a_message_cannot_be_deleted(uploader: Uploader, store: ObservedStore) -> None:
    attachment = uploader.attach(files.png())
    conversation_id = uploader.put_in_conversation(attachment["id"])
    assert uploader.refused("DELETE", f"/attachments/{attachment['id']}", status=409) == "ATTACHMENT_IN_USE"
    message = uploader.ask("GET", f"/conversations/{conversation_id}/messages")["messages"][0]
    assert message["attachments"][0]["id"] == attachment["id"]
    assert uploader.fetch(message["attachments"][0]["url"])[0] == 200
    uploader.ask("DELETE", f"/conversations/{conversation_id}/messages/{message['id']}", status=204)
    uploader.ask("DELETE", f"/attachments/{attachment['id']}", status=204)
    assert store.names() == []


@pytest.mark.django_db(transaction=True)
def test_attachments_of_a_deleted_conversation_return_with_it(uploader: Uploader, store: ObservedStore) -> None:
    attachment, shared = uploader.attach(files.png()), uploader.attach(files.png())
    conversation_id = uploader.put_in_conversation(attachment["id"], shared["id"])
    uploader.put_in_conversation(shared["id"])
    path = f"/conversations/{conversation_id}"
    uploader.ask("DELETE", path, status=204)
    assert uploader.refused("GET", f"/attachments/{attachment['id']}", status=404) == "NOT_FOUND"
    assert uploader.fetch(attachment["url"])[0] == 404
    assert uploader.fetch(shared["url"])[0] == 200
    listed = uploader.ask("GET", "/attachments/")
    assert [one["id"] for one in listed["attachments"]] == [shared["id"]]
    assert listed["used"] > attachment["bytes"] * 2
    uploader.ask("POST", f"{path}/restore")
    assert uploader.fetch(attachment["url"])[0] == 200
    uploader.ask("DELETE", path, status=204)
    age(minutes=2)
    purge_deleted_conversations()
    assert len(store.names()) == 2, "the objects of another conversation's attachment are kept"
    assert uploader.fetch(shared["url"])[0] == 200


@pytest.mark.django_db(transaction=True)
def test_json_exports_contain_the_attachments(uploader: Uploader, store: ObservedStore) -> None:
    sent = files.pdf("Words")
    document = uploader.attach(sent, "report.pdf", description="The report")
    image = uploader.attach(files.png(), "cat.png")
    conversation_id = uploader.put_in_conversation(document["id"], image["id"])
    shown = uploader.fetch(image["url"])[1]
    exported = json.loads(uploader.fetch_own(f"/conversations/{conversation_id}/export?format=json"))
    first, second = exported["conversations"][0]["messages"][0]["attachments"]
    assert first["name"] == "report.pdf"
    assert first["description"] == "The report"
    assert base64.b64decode(first["content"]) == sent
    assert second["id"] == image["id"]
    assert base64.b64decode(second["content"]) == shown
    assert exported["conversations"] == json.loads(uploader.fetch_own("/export"))["conversations"]
    for name in store.names():
        store.remove(name)
    exported = json.loads(uploader.fetch_own("/export"))
    assert [one["content"] for one in exported["conversations"][0]["messages"][0]["attachments"]] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_markdown_exports_name_the_attachments(uploader: Uploader) -> None:
    document = uploader.attach(files.pdf("Words"), "report.pdf", description="The report")
    image = uploader.attach(files.png(), "cat.png")
    conversation_id = uploader.put_in_conversation(document["id"], image["id"])
    markdown = uploader.fetch_own(f"/conversations/{conversation_id}/export").decode()
    assert "[document: report.pdf]\n\n[image: cat.png]\n\nA question" in markdown
    uploader.ask("PATCH", f"/attachments/{image['id']}", {"description": "A cat\non a mat"})
    markdown = uploader.fetch_own(f"/conversations/{conversation_id}/export").decode()
    assert "[image: cat.png, A cat on a mat]\n\nA question" in markdown
    chinese = uploader.fetch_own(f"/conversations/{conversation_id}/export?language=zh-TW").decode()
    assert "[檔案：report.pdf]\n\n[圖片：cat.png，A cat on a mat]\n\n" in chinese


@pytest.mark.django_db(transaction=True)
def test_unused_attachments_are_deleted_after_a_day(uploader: Uploader, store: ObservedStore) -> None:
    used, unused = uploader.attach(files.png()), uploader.attach(b"text", "a.txt")
    uploader.put_in_conversation(used["id"])
    age(hours=23)
    assert purge_unused() == 0
    age(hours=1.1)
    assert purge_unused() == 1
    assert uploader.refused("GET", f"/attachments/{unused['id']}", status=404) == "NOT_FOUND"
    assert uploader.fetch(used["url"])[0] == 200
    assert len(store.names()) == 2


@pytest.mark.django_db(transaction=True)
def test_deleting_an_account_deletes_its_files(
    uploader: Uploader, other_uploader: Uploader, store: ObservedStore
) -> None:
    other_uploader.put_in_conversation(other_uploader.attach(files.png())["id"])
    other_uploader.attach(b"unused", "a.txt")
    uploader.attach(b"kept", "b.txt")
    other_uploader.delete_account()
    assert len(store.names()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_store_and_the_table_are_reconciled(
    uploader: Uploader, store: ObservedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = uploader.attach(b"whole", "a.txt"), uploader.attach(files.png())
    lost = str(Attachment.objects.get(public_id=broken["id"]).id)
    key = uuid4().hex
    stray, foreign = f"{key[-2:]}/{key}.image", "ab/backup.tar"
    store.put(stray, b"of no attachment")
    store.put(foreign, b"of another program")
    store.remove(next(name for name in store.names() if name.endswith(".thumbnail")))
    before = store.names()
    call_command("reconcile_attachments")
    assert store.names() == before, "young objects may belong to an upload in progress"
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        call_command("reconcile_attachments")
    assert store.names() == [name for name in before if name != stray]
    printed = capsys.readouterr().out
    assert "Deleted files that belong to no attachment: 1\n" in printed
    assert lost in printed
    assert uploader.fetch(uploader.ask("GET", f"/attachments/{whole['id']}")["url"])[0] == 200


def test_a_wrong_database_does_not_empty_the_store(
    uploader: Uploader, file_store: FileStore, read_log: ReadLog
) -> None:
    kept, *_ = [uploader.attach(b"text %d" % number, "a.txt")["id"] for number in range(7)]
    before = file_store.names()
    # The objects stay: the transaction of the test is never committed.
    Attachment.objects.exclude(public_id=kept).delete()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert reconcile_store() == Reconciled(0, [], kept=12)
        assert file_store.names() == before
        [line] = read_log("attachments_not_reconciled")
        assert line["level"] == "error"
        assert line["files"] == 14
        assert line["without_attachment"] == 12
        with pytest.raises(CommandError, match="is it the right database"):
            call_command("reconcile_attachments")
        call_command("reconcile_attachments", "--even-most")
        assert len(file_store.names()) == 2
