"""Questions with attachments over the socket: stored exactly once, owned by their user, with URLs for each session."""

import asyncio
from uuid import uuid4

from django.conf import settings as django_settings
from pytest_django import Settings

from apps.chat.models import MessageAttachment
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.attachments import files
from tests.chat.attachments.sending import attach, call_command, fetch
from tests.chat.attachments.stores import FileStore
from tests.chat.socket.conversations import OpenConversation, next_title, refusal


async def test_a_repeated_command_is_the_same_only_with_the_same_attachments(
    user: SignedInUser, model_server: ModelServer
) -> None:
    conversation = await OpenConversation.open(user)
    first, second = await attach(user, files.png()), await attach(user, files.png())
    client_id = str(uuid4())
    command = {"client_id": client_id, "content": "What?", "attachments": [first["id"], second["id"]]}
    accepted = await conversation.socket.start("chat.message", **command)
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    again = await conversation.socket.start("chat.message", **command)
    assert again["message"]["id"] == accepted["message"]["id"]
    assert [one["id"] for one in again["message"]["attachments"]] == [first["id"], second["id"]]
    for changed in ([first["id"]], [second["id"], first["id"]], []):
        refused = await refusal(conversation.socket, "chat.message", **{**command, "attachments": changed})
        assert refused["code"] == "INVALID_MESSAGE"
    assert len(model_server.questions) == 1
    assert len(await conversation.messages()) == 2


async def test_a_repeated_edit_distinguishes_kept_attachments_from_removed_ones(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png())
    accepted = await conversation.socket.ask("What?", attachments=[image["id"]])
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    client_id = str(uuid4())
    command = {"client_id": client_id, "message_id": accepted["message"]["id"], "content": ""}
    edited = await conversation.socket.start("chat.edit", **command)
    assert edited["message"]["content"] == ""
    assert len(edited["message"]["attachments"]) == 1
    await conversation.socket.read_to_the_end(edited["reply"]["id"])
    for changed in ([], [image["id"]]):
        refused = await refusal(conversation.socket, "chat.edit", **{**command, "content": "x", "attachments": changed})
        assert refused["code"] == "INVALID_MESSAGE"
    refused = await refusal(
        conversation.socket, "chat.edit", message_id=edited["message"]["id"], content="", attachments=[]
    )
    assert refused["code"] == "EMPTY_CONTENT"


async def test_foreign_unknown_and_deleted_attachments_are_refused(
    user: SignedInUser, other_user: SignedInUser
) -> None:
    conversation = await OpenConversation.open(user)
    own, foreign = await attach(user, files.png()), await attach(other_user, files.png())
    deleted = await attach(user, files.png())
    gone = await OpenConversation.open(user)
    await gone.socket.ask_to_the_end("What?", attachments=[deleted["id"]])
    await user.call("DELETE", f"/conversations/{gone.id}")
    for ids in ([foreign["id"]], [own["id"], str(uuid4())], [deleted["id"]]):
        refused = await refusal(conversation.socket, "chat.message", content="Hi", attachments=ids)
        assert refused["code"] == "NOT_FOUND"
    many = [str(uuid4()) for _ in range(django_settings.ATTACHMENTS_PER_MESSAGE + 1)]
    for wrong in (many, ["no uuid"], "none", [1]):
        refused = await refusal(conversation.socket, "chat.message", content="Hi", attachments=wrong)
        assert refused["code"] == "INVALID_MESSAGE"
        assert "attachments" in refused["error"]
    assert await conversation.messages() == []


async def test_every_connection_gets_urls_for_its_own_session(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png())
    device = SignedInUser(user.server, user.name)
    await device.sign_in()
    other = await device.enter(conversation.id)
    accepted = await conversation.socket.ask("What?", attachments=[image["id"]])
    heard = await other.expect("chat.accepted")
    here, there = (frame["message"]["attachments"][0]["url"] for frame in (accepted, heard))
    assert here.partition("?")[0] == there.partition("?")[0]
    assert (await fetch(user, here))[0] == (await fetch(user, there))[0] == 200
    await device.call("POST", "/auth/logout")
    assert [(await fetch(user, url))[0] for url in (here, there)] == [200, 404]
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])


async def test_a_question_is_asked_without_a_socket(user: SignedInUser, model_server: ModelServer) -> None:
    conversation_id = await user.new_conversation()
    image = await attach(user, files.png())
    frame = await call_command(user, conversation_id, "chat.message", content="", attachments=[image["id"]])
    assert frame["message"]["attachments"][0]["id"] == image["id"]
    assert (await fetch(user, frame["message"]["attachments"][0]["thumbnail_url"]))[0] == 200
    await model_server.until(lambda: len(model_server.questions) == 1)


async def test_the_title_of_a_question_without_text_is_the_names_of_its_attachments(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png(), "sunset.png")
    await conversation.socket.ask_to_the_end("", attachments=[image["id"]])
    assert "sunset.png" in (await next_title(conversation.socket))["title"]


async def test_uploads_at_the_same_moment_do_not_exceed_the_limit(
    user: SignedInUser, settings: Settings, file_store: FileStore
) -> None:
    """Both are processed, and written to the store, before either is in the table; each takes 2,000 bytes."""
    settings.STORAGE_PER_USER = 3_000
    store = settings.STORAGES["attachments"] | {"BACKEND": "tests.chat.attachments.stores.JointStorage"}
    settings.STORAGES = settings.STORAGES | {"attachments": store}
    responses = await asyncio.gather(*(attach(user, b"x" * 1_000, "a.txt", expect=None) for _ in range(2)))
    assert sorted(response.get("code", "stored") for response in responses) == ["STORAGE_FULL", "stored"]
    listed = await user.call("GET", "/attachments/")
    assert listed["total"] == 1
    assert listed["used"] == 2_000
    assert len(file_store.names()) == 2, "nothing is left of the refused upload"


async def test_a_question_without_attachments_has_no_links(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user)
    await conversation.socket.ask_to_the_end("Hello")
    assert [message["attachments"] for message in await conversation.messages()] == [[], []]
    assert await run_in_database(MessageAttachment.objects.count) == 0
