"""Chatting without WebSocket: commands by POST, frames as server-sent events (docs/protocol.md: P-9.1 to P-9.6)."""

from typing import Any
from uuid import uuid4

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import until
from testkit.stream_client import hang_up
from tests.chat.socket.conversations import OpenConversation, assert_stored, read_whole, words
from tests.chat.socket.http_client import HttpClient


async def test_a_question_is_answered_and_stored_over_http(http_client: HttpClient) -> None:
    stream = await http_client.listen()
    entered = await stream.receive()
    assert entered == {
        "type": "auth.success",
        "conversation_id": str(http_client.id),
        "revision": 1,
        "leaf_id": None,
        "active": None,
    }
    accepted = await http_client.ask("Hello")
    seen = await stream.expect("chat.accepted")
    assert seen["reply"]["id"] == accepted["reply"]["id"]
    answer = await read_whole(stream, accepted["reply"]["id"], "Echo: Hello")
    while "conversation.updated" not in {frame["type"] for frame in stream.frames}:
        await stream.receive()
    conversation = OpenConversation(http_client.user, http_client.id, stream)
    await assert_stored(conversation, answer, "complete")


async def test_no_proxy_may_store_the_stream(http_client: HttpClient) -> None:
    stream = await http_client.listen()
    connection: Any = stream.connection
    response = connection.response
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert {"no-store", "no-transform"} <= set(response.headers["Cache-Control"].split(", "))


async def test_every_delta_arrives_immediately_and_both_transports_agree(
    http_client: HttpClient, model_server: ModelServer
) -> None:
    model_server.script(tokens=6, reasoning=2, gate="")
    stream, socket = await http_client.listen(), await http_client.user.enter(http_client.id)
    answer_id = (await http_client.ask("Go"))["reply"]["id"]
    for opened in range(1, 9):
        model_server.open(1)
        for reader in (stream, socket):
            while reader.answer(answer_id).seq < opened:
                await reader.receive()
    for reader in (stream, socket):
        answer = await reader.read_to_the_end(answer_id)
        assert answer.content == "w1 w2 w3 w4 w5 w6 "
        assert answer.reasoning == "r1 r2 "


async def test_a_dropped_stream_resumes_from_its_position(http_client: HttpClient, model_server: ModelServer) -> None:
    model_server.script(tokens=9, gate="")
    stream, answer_id = await http_client.listen_and_ask()
    for opened in (3, 6):
        model_server.open(3)
        answer = await stream.read_until_length(answer_id, opened * 3)
        await hang_up(stream)
        back = await http_client.listen(answer.position)
        back.answers = stream.answers
        assert (await back.receive())["active"] == answer_id
        stream = back
    model_server.open(9)
    answer = await read_whole(stream, answer_id, words(1, 9))
    assert len(await http_client.user.messages(http_client.id)) == 2


async def test_a_client_that_has_all_of_an_ended_answer_gets_its_end(http_client: HttpClient) -> None:
    stream, answer_id = await http_client.listen_and_ask()
    answer = await stream.read_to_the_end(answer_id)
    late = await http_client.listen(answer.position)
    late.answers = stream.answers
    assert (await late.expect("chat.stream"))["done"] is True


async def test_a_position_in_an_unknown_answer_is_not_found(http_client: HttpClient) -> None:
    stream = await http_client.listen({"message_id": str(uuid4()), "run": 1, "seq": 0})
    assert (await stream.expect("chat.error"))["code"] == "NOT_FOUND"


async def test_stop_is_answered_by_the_terminal_frame(http_client: HttpClient, model_server: ModelServer) -> None:
    stream, answer_id = await http_client.begin_answer(model_server, seen=2, of=9)
    ended = await http_client.send("chat.stop", expect=200)
    assert ended["type"] == "chat.stream"
    assert ended["done"] is True
    assert ended["status"] == "stopped"
    assert (await stream.read_to_the_end(answer_id)).content == "w1 w2 "
    assert await http_client.send("chat.stop", message_id=answer_id, expect=200) == ended


async def test_a_stopped_answer_can_be_continued(http_client: HttpClient, model_server: ModelServer) -> None:
    _, answer_id = await http_client.begin_answer(model_server, seen=2, of=9)
    await http_client.send("chat.stop")
    accepted = await http_client.send("chat.continue", message_id=answer_id, expect=200)
    assert accepted["kind"] == "continue"
    assert accepted["run"] == 2


async def test_a_repeated_command_starts_nothing(http_client: HttpClient, model_server: ModelServer) -> None:
    client_id = str(uuid4())
    first = await http_client.send("chat.message", content="Once", client_id=client_id)
    again = await http_client.send("chat.message", content="Once", client_id=client_id)
    assert again["reply"]["id"] == first["reply"]["id"]
    await until(lambda: model_server.questions, "the model call")
    refused = await http_client.send("chat.message", content="Twice", client_id=client_id, expect=422)
    assert refused["code"] == "INVALID_MESSAGE"
    assert refused["client_id"] == client_id
    assert len(model_server.questions) == 1


async def test_a_ping_is_answered_by_pong_and_a_pong_by_nothing(http_client: HttpClient) -> None:
    assert await http_client.send("ping", expect=200) == {"type": "pong"}
    assert await http_client.send("pong", expect=204) == {}


async def test_comments_keep_the_stream_alive(http_client: HttpClient, settings: Settings) -> None:
    settings.SOCKET_PING_INTERVAL = 0.3
    stream = await http_client.listen()
    await stream.receive()
    accepted = await http_client.ask("Hello")
    await stream.read_to_the_end(accepted["reply"]["id"])
    connection: Any = stream.connection
    while not connection.comments:
        await http_client.user.call("PATCH", f"/conversations/{http_client.id}", {"title": str(uuid4())}, expect=200)
        await stream.expect("conversation.updated")
    assert "ping" not in {frame["type"] for frame in stream.frames}
