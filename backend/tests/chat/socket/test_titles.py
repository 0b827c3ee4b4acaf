"""The automatic title: made after the first answer, never in place of a user's own (docs/api.md: A-5.4)."""

import pytest
from pytest_django import Settings

from testkit.fakes.model_requests import ModelRequest
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.socket.conversations import OpenConversation, begin_answer, is_quiet, next_title


def title_requests(model_server: ModelServer) -> list[ModelRequest]:
    return [request for request in model_server.requests if request.is_title]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do rockets fly to the Moon?", "Title of How do rockets fly"),
        ("請問台北的天氣如何?", "Title of 請問台北的天氣如何?"),
    ],
)
async def test_an_automatic_title_reaches_every_socket(
    conversation: OpenConversation, question: str, title: str
) -> None:
    second = await conversation.enter()
    await conversation.socket.ask_to_the_end(question)
    first_told, second_told = [await next_title(socket) for socket in (conversation.socket, second)]
    assert first_told == second_told
    stored = await conversation.details()
    assert stored["title"] == title
    assert stored["revision"] == first_told["revision"]
    assert first_told["title"] == title


async def test_the_model_is_asked_for_a_title_once(conversation: OpenConversation, model_server: ModelServer) -> None:
    await conversation.socket.ask_to_the_end("One")
    await next_title(conversation.socket)
    await conversation.socket.ask_to_the_end("Two")
    await conversation.socket.expect("conversation.updated")
    assert await is_quiet(conversation.socket)
    (request,) = title_requests(model_server)
    assert "Echo" not in str(request.messages)
    assert (await conversation.details())["title"] == "Title of One"


async def test_the_title_is_the_first_words_if_the_model_fails(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=2, gate="")
    question = "  Please explain\nto me, at some length, why the sky over the sea is so very blue today"
    answer_id = (await conversation.socket.ask(question))["reply"]["id"]
    await model_server.until(lambda: len(model_server.questions) == 1)
    model_server.refused_keys = {"test-key"}  # From now on: this answer has begun.
    model_server.open(2)
    await conversation.socket.read_to_the_end(answer_id)
    title = (await next_title(conversation.socket))["title"]
    assert title == (await conversation.details())["title"]
    assert title.startswith("Please explain to me, at some length,")
    assert len(title) <= 60
    assert title[-1] == "…"


@pytest.mark.parametrize("title", ["Mine", "New Conversation"], ids=["another title", "the default title"])
async def test_a_title_that_a_conversation_was_created_with_is_kept(
    user: SignedInUser, model_server: ModelServer, title: str
) -> None:
    conversation = await OpenConversation.open(user, title=title)
    await conversation.socket.ask_to_the_end("One")
    assert (await conversation.details())["title"] == title
    assert not title_requests(model_server), "the title would not be used"


async def test_a_title_that_a_user_sets_during_the_first_answer_is_kept(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(gate="")
    answer_id = (await conversation.socket.ask("One"))["reply"]["id"]
    await conversation.user.call("PATCH", f"/conversations/{conversation.id}", {"title": "Mine"}, expect=200)
    model_server.open(100)
    await conversation.socket.read_to_the_end(answer_id)
    assert (await conversation.details())["title"] == "Mine"
    assert not title_requests(model_server), "the title would not be used"


async def test_a_title_follows_a_stopped_answer(conversation: OpenConversation, model_server: ModelServer) -> None:
    await begin_answer(conversation, model_server, seen=1, of=5, question="One")
    await conversation.socket.send("chat.stop")
    assert (await next_title(conversation.socket))["title"] == "Title of One"


async def test_a_title_follows_the_first_answer_after_a_failed_one(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(fail=400)
    await conversation.socket.ask_to_the_end("One")
    model_server.script()
    await conversation.socket.ask_to_the_end("Two")
    assert (await next_title(conversation.socket))["title"].startswith("Title of")


async def test_titles_can_be_switched_off(
    conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.TITLES = False
    await conversation.socket.ask_to_the_end("One")
    await conversation.socket.ask_to_the_end("Two")
    assert (await conversation.details())["title"] == "New Conversation"
    assert not title_requests(model_server)
