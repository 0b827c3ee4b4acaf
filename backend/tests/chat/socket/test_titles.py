"""The automatic title: made after the first answer, never in place of a user's own (docs/api.md: A-5.4)."""

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket, Frame
from tests.chat.socket.conversations import OpenConversation, is_quiet


async def next_title(socket: ChatSocket) -> Frame:
    updated = await socket.expect("conversation.updated")
    while "title" not in updated:
        updated = await socket.expect("conversation.updated")
    return updated


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do rockets fly to the Moon?", "Title of How do rockets fly"),
        ("請問台北的天氣如何?", "Title of 請問台北的天氣如何?"),
    ],
)
async def test_an_automatic_title_reaches_every_socket(room: OpenConversation, question: str, title: str) -> None:
    second = await room.enter()
    await room.socket.ask_to_the_end(question)
    first_told, second_told = [await next_title(socket) for socket in (room.socket, second)]
    assert first_told == second_told
    stored = await room.conversation()
    assert stored["title"] == title
    assert stored["revision"] == first_told["revision"]
    assert first_told["title"] == title


async def test_the_model_is_asked_for_a_title_once(room: OpenConversation, model_server: ModelServer) -> None:
    await room.socket.ask_to_the_end("One")
    await next_title(room.socket)
    await room.socket.ask_to_the_end("Two")
    await room.socket.expect("conversation.updated")
    assert await is_quiet(room.socket)
    asked = [request for request in model_server.requests if request.is_title]
    assert len(asked) == 1
    assert (await room.conversation())["title"] == "Title of One"
    assert "Echo" not in str(asked[0].messages)


async def test_the_title_is_the_first_words_if_the_model_fails(
    room: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=2, gate="")
    question = "  Please explain\nto me, at some length, why the sky over the sea is so very blue today"
    answer_id = (await room.socket.ask(question))["reply"]["id"]
    await model_server.until(lambda: len(model_server.questions) == 1)
    model_server.refused_keys = {"test-key"}  # From now on: this answer has begun.
    model_server.open(2)
    await room.socket.read_to_the_end(answer_id)
    title = (await next_title(room.socket))["title"]
    assert title == (await room.conversation())["title"]
    assert title.startswith("Please explain to me, at some length,")
    assert len(title) <= 60
    assert title[-1] == "…"


async def test_a_title_that_a_user_set_is_kept(person: SignedInUser, model_server: ModelServer) -> None:
    given = await OpenConversation.open(person, title="Mine")
    await given.socket.ask_to_the_end("One")
    assert (await given.conversation())["title"] == "Mine"
    model_server.script(gate="")
    renamed = await OpenConversation.open(person)
    answer_id = (await renamed.socket.ask("One"))["reply"]["id"]
    await person.call("PATCH", f"/conversations/{renamed.id}", {"title": "Also mine"}, expect=200)
    model_server.open(100)
    await renamed.socket.read_to_the_end(answer_id)
    assert (await renamed.conversation())["title"] == "Also mine"
    # Also a title equal to the default one.
    default = await OpenConversation.open(person, title="New Conversation")
    model_server.script()
    await default.socket.ask_to_the_end("One")
    assert (await default.conversation())["title"] == "New Conversation"
    assert not [request for request in model_server.requests if request.is_title], "the title would not be used"


@pytest.mark.parametrize("is_stopped", [True, False])
async def test_a_title_follows_a_stopped_answer_or_the_first_after_a_failure(
    room: OpenConversation, model_server: ModelServer, is_stopped: bool
) -> None:
    if is_stopped:
        model_server.script(tokens=5, gate="")
        answer_id = (await room.socket.ask("One"))["reply"]["id"]
        model_server.open(1)
        await room.socket.read_until_length(answer_id, 2)
        await room.socket.send("chat.stop")
        await next_title(room.socket)
        return
    model_server.script(fail=400)
    await room.socket.ask_to_the_end("One")
    model_server.script()
    await room.socket.ask_to_the_end("Two")
    assert (await next_title(room.socket))["title"].startswith("Title of")


async def test_titles_can_be_switched_off(
    room: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.TITLES = False
    await room.socket.ask_to_the_end("One")
    await room.socket.ask_to_the_end("Two")
    assert (await room.conversation())["title"] == "New Conversation"
    assert not [request for request in model_server.requests if request.is_title]
