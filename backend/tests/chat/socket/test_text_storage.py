"""The bytes that a user's texts take, and the limit that files share (docs/api.md: A-5.9; docs/protocol.md: P-6.26)."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django import Settings

from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.conversations.text_bytes import measure_conversation
from apps.chat.models import ChangeCount, Conversation, Message
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.attachments.sending import attach
from tests.chat.socket.conversations import OpenConversation, count_text_bytes, refusal


def measure_all() -> int:
    return sum(map(measure_conversation, Conversation.objects.values_list("id", flat=True)))


async def delete_and_purge(conversation: OpenConversation) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    await run_in_database(Conversation.objects.filter(public_id=conversation.id).update, deleted_at=long_ago)
    await run_in_database(purge_deleted_conversations)


async def test_each_text_counts_its_bytes_and_a_little_more(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user, system_prompt="x" * 100)
    assert await count_text_bytes(user) == 1024 + 100
    await user.call("PATCH", f"/conversations/{conversation.id}", {"system_prompt": "你好"}, expect=200)
    assert await count_text_bytes(user) == 1024 + 6
    answer = await conversation.socket.ask_to_the_end("日" * 100)
    assert await count_text_bytes(user) == 1024 + 6 + 2 * 1024 + 300 + len(answer.content.encode())
    question = (await conversation.messages())[0]["id"]
    await user.call("DELETE", f"/conversations/{conversation.id}/messages/{question}", expect=204)
    assert await count_text_bytes(user) == 1024 + 6
    await user.call("DELETE", f"/conversations/{conversation.id}", expect=204)
    await delete_and_purge(conversation)
    assert await count_text_bytes(user) == 0


async def test_every_kind_of_turn_is_counted_once(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user)
    socket = conversation.socket
    first = await socket.ask_to_the_end("One")
    question = (await conversation.messages())[0]["id"]
    await socket.send("chat.regenerate", message_id=first.message_id)
    await socket.read_to_the_end((await socket.expect("chat.accepted"))["reply"]["id"])
    await socket.send("chat.edit", message_id=question, content="二")
    await socket.read_to_the_end((await socket.expect("chat.accepted"))["reply"]["id"])
    model_server.script(tokens=30, reasoning=5, gate="")
    stopped = (await socket.ask("Three"))["reply"]["id"]
    model_server.open(15)
    await socket.read_until_length(stopped, 10)
    await socket.send("chat.stop")
    await socket.read_to_the_end(stopped)
    model_server.script(tokens=3)
    await socket.send("chat.continue", message_id=stopped)
    await socket.expect("chat.accepted", run=2)
    await socket.expect("chat.stream", run=2, done=True)
    assert await count_text_bytes(user) == await run_in_database(measure_all)
    await run_in_database(ChangeCount.objects.update, text_bytes=0)
    migration = import_module("apps.chat.migrations.0020_text_bytes")
    await run_in_database(migration.count_stored_texts, apps, None)
    assert await count_text_bytes(user) == await run_in_database(measure_all)


@pytest.fixture
async def full_conversation(user: SignedInUser, settings: Settings) -> OpenConversation:
    """A conversation with one answer, which takes all the room of its user."""
    conversation = await OpenConversation.open(user)
    await conversation.socket.ask_to_the_end("One")
    settings.STORAGE_PER_USER = await count_text_bytes(user)
    return conversation


async def test_without_room_nothing_more_is_stored(user: SignedInUser, full_conversation: OpenConversation) -> None:
    _, answer = await full_conversation.messages()
    before = await run_in_database(Message.objects.count)
    commands: list[tuple[str, dict[str, Any]]] = [
        ("chat.message", {"content": "Two"}),
        ("chat.regenerate", {"message_id": answer["id"]}),
    ]
    for kind, fields in commands:
        assert (await refusal(full_conversation.socket, kind, **fields))["code"] == "STORAGE_FULL"
    assert (await user.call("POST", "/conversations/", {}, expect=507))["code"] == "STORAGE_FULL"
    path = f"/conversations/{full_conversation.id}"
    long = {"system_prompt": "x" * 20_000}
    assert (await user.call("PATCH", path, long, expect=507))["code"] == "STORAGE_FULL"
    assert (await attach(user, b"text", "a.txt", expect=507))["code"] == "STORAGE_FULL"
    assert await run_in_database(Message.objects.count) == before


async def test_changes_that_take_no_room_need_none(user: SignedInUser, full_conversation: OpenConversation) -> None:
    path = f"/conversations/{full_conversation.id}"
    await user.call("PATCH", path, {"system_prompt": "", "title": "Mine"}, expect=200)


@pytest.mark.usefixtures("full_conversation")
async def test_a_user_without_room_takes_none_from_others(other_user: SignedInUser) -> None:
    other = await OpenConversation.open(other_user)
    await other.socket.ask_to_the_end("Another user's")


async def test_deleted_messages_make_room(user: SignedInUser, full_conversation: OpenConversation) -> None:
    question = (await full_conversation.messages())[0]["id"]
    await user.call("DELETE", f"/conversations/{full_conversation.id}/messages/{question}", expect=204)
    await full_conversation.socket.ask_to_the_end("Two")


async def test_files_do_not_keep_a_user_from_chatting(user: SignedInUser, settings: Settings) -> None:
    conversation = await OpenConversation.open(user)
    await attach(user, b"x" * 4_000, "a.txt")
    settings.STORAGE_PER_USER = 8_000 + 2_000
    await conversation.socket.ask_to_the_end("One")
    assert (await attach(user, b"more", "b.txt", expect=507))["code"] == "STORAGE_FULL"
