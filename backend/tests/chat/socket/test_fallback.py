"""Chatting without WebSocket: commands by POST, frames as server-sent events (docs/protocol.md: P-9.1 to P-9.6)."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from pytest_django import Settings

from apps.chat.live.conversation_client import conversation_clients
from apps.core.database import run_in_database
from apps.users.models import Session
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause, until
from testkit.socket_client import ChatSocket, Frame
from testkit.stream_client import end_of, hang_up, open_stream
from tests.chat.socket.conversations import OpenConversation, assert_stored
from tests.chat.socket.tokens import bad_tokens, claims_of
from tests.log_lines import ReadLog


@dataclass
class HttpClient:
    """A client of one conversation, in a network that blocks WebSocket."""

    user: SignedInUser
    id: UUID
    _streams: list[ChatSocket] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.user.server.url}/api/conversations/{self.id}"

    async def listen(self, position: dict[str, Any] | None = None) -> ChatSocket:
        stream = await open_stream(self.url, self.user.access, position)
        self._streams.append(stream)
        return stream

    async def send(self, kind: str, **fields: Any) -> tuple[int, Frame]:
        return await self.post(json.dumps({"type": kind, **fields}).encode())

    async def post(self, body: bytes, **headers: str) -> tuple[int, Frame]:
        headers = {"Authorization": f"Bearer {self.user.access}", "Content-Type": "application/json"} | headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/commands", data=body, headers=headers) as response,
        ):
            text = await response.text()
            return response.status, json.loads(text) if text else {}

    async def ask(self, content: str) -> Frame:
        status, accepted = await self.send("chat.message", content=content, client_id=str(uuid4()))
        assert status == HTTPStatus.OK
        assert accepted["type"] == "chat.accepted"
        return accepted

    async def leave(self) -> None:
        for stream in self._streams:
            await hang_up(stream)


@pytest.fixture
async def http_client(user: SignedInUser) -> AsyncIterator[HttpClient]:
    http_client = HttpClient(user, await user.new_conversation(title="Mine"))
    yield http_client
    await http_client.leave()


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
    answer = await stream.read_to_the_end(accepted["reply"]["id"])
    assert answer.content == "Echo: Hello"
    assert answer.resets == 0
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
    stream = await http_client.listen()
    answer_id = (await http_client.ask("Go"))["reply"]["id"]
    for opened in (3, 6):
        model_server.open(3)
        answer = await stream.read_until_length(answer_id, opened * 3)
        await hang_up(stream)
        back = await http_client.listen(answer.position)
        back.answers = stream.answers
        assert (await back.receive())["active"] == answer_id
        stream = back
    model_server.open(9)
    answer = await stream.read_to_the_end(answer_id)
    assert answer.content == "".join(f"w{n} " for n in range(1, 10))
    assert answer.resets == 0
    # Of an ended answer, the rest: only the terminal frame here.
    late = await http_client.listen(answer.position)
    late.answers = stream.answers
    assert (await late.expect("chat.stream"))["done"] is True
    # Without a position, all of it as a reset; for an unknown answer, an error.
    strange = await http_client.listen({"message_id": str(uuid4()), "run": 1, "seq": 0})
    assert (await strange.expect("chat.error"))["code"] == "NOT_FOUND"
    assert len(await http_client.user.messages(http_client.id)) == 2


async def test_stop_is_answered_by_the_terminal_frame(http_client: HttpClient, model_server: ModelServer) -> None:
    model_server.script(tokens=9, gate="")
    stream = await http_client.listen()
    answer_id = (await http_client.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await stream.read_until_length(answer_id, 6)
    status, ended = await http_client.send("chat.stop")
    assert status == 200
    assert ended["type"] == "chat.stream"
    assert ended["done"] is True
    assert ended["status"] == "stopped"
    assert (await stream.read_to_the_end(answer_id)).content == "w1 w2 "
    assert await http_client.send("chat.stop", message_id=answer_id) == (status, ended)
    status, accepted = await http_client.send("chat.continue", message_id=answer_id)
    assert status == 200
    assert accepted["kind"] == "continue"
    assert accepted["run"] == 2


async def test_a_repeated_command_starts_nothing(http_client: HttpClient, model_server: ModelServer) -> None:
    client_id = str(uuid4())
    first = await http_client.send("chat.message", content="Once", client_id=client_id)
    again = await http_client.send("chat.message", content="Once", client_id=client_id)
    assert [frame["reply"]["id"] for _, frame in (first, again)] == [first[1]["reply"]["id"]] * 2
    await until(lambda: model_server.questions, "the model call")
    status, refused = await http_client.send("chat.message", content="Twice", client_id=client_id)
    assert status == 422
    assert refused["code"] == "INVALID_MESSAGE"
    assert refused["client_id"] == client_id
    assert len(model_server.questions) == 1


async def test_pings_keep_the_stream_alive(http_client: HttpClient, settings: Settings) -> None:
    assert await http_client.send("ping") == (200, {"type": "pong"})
    assert await http_client.send("pong") == (204, {})
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


async def test_refusals_have_the_matching_http_status(
    http_client: HttpClient, model_server: ModelServer, settings: Settings, read_log: ReadLog
) -> None:
    client_id = str(uuid4())
    for kind, fields, status, code in (
        ("chat.message", {"content": " "}, 422, "EMPTY_CONTENT"),
        ("chat.message", {"content": "a" * (settings.MAX_MESSAGE_LENGTH + 1)}, 422, "MESSAGE_TOO_LONG"),
        ("chat.message", {"content": 5}, 422, "INVALID_MESSAGE"),
        ("chat.regenerate", {"message_id": str(uuid4())}, 404, "NOT_FOUND"),
        ("chat.stop", {}, 404, "NOT_FOUND"),
        ("chat.follow", {"message_id": str(uuid4()), "run": 1, "seq": 0}, 422, "UNKNOWN_TYPE"),
        ("auth", {"token": http_client.user.access}, 422, "UNKNOWN_TYPE"),
        ("nonsense", {}, 422, "UNKNOWN_TYPE"),
    ):
        answered, refused = await http_client.send(kind, client_id=client_id, **fields)
        assert answered == status, kind
        assert refused["type"] == "chat.error", kind
        assert refused["code"] == code, kind
        assert refused["error"]
        assert refused["client_id"] == client_id
    for body in (b"", b"nonsense", b"[]", b"\xff\xfe", b'{"type":"chat.stop","x":NaN}'):
        answered, refused = await http_client.post(body)
        assert answered == 422, body
        assert refused["code"] == "INVALID_JSON", body
    settings.SOCKET_MAX_FRAME = 256 * 1024
    assert (await http_client.post(b'{"type":"ping","x":"%s"}' % (b"a" * 256 * 1024)))[0] == 413
    assert (await http_client.post(b'{"type":"ping"}', **{"Content-Type": "text/plain"}))[0] == 415
    model_server.script(gate="")
    settings.MESSAGE_RATE = "1/60"
    await http_client.ask("Go")
    answered, refused = await http_client.send("chat.message", content="Too early")
    assert answered == 409
    assert refused["code"] == "ALREADY_PROCESSING"
    await http_client.send("chat.stop")
    answered, refused = await http_client.send("chat.message", content="Too many")
    assert answered == 429
    assert refused["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused["retry_after"] >= 1
    assert [line for line in read_log() if line["level"] == "error"] == [], "refusals are expected"


async def test_the_bytes_of_a_users_commands_are_limited(
    http_client: HttpClient, other_user: SignedInUser, settings: Settings
) -> None:
    settings.SOCKET_BYTE_RATE = "250000/60000"
    ping = b'{"type":"ping","x":"%s"}' % (b"a" * 100_000)
    other_conversation = HttpClient(http_client.user, await http_client.user.new_conversation())
    assert await http_client.post(ping) == await other_conversation.post(ping) == (200, {"type": "pong"})
    for client in (http_client, other_conversation):
        answered, refused = await client.post(ping)
        assert answered == 429
        assert refused["type"] == "chat.error"
        assert refused["code"] == "RATE_LIMIT_EXCEEDED"
        assert 1 <= refused["retry_after"] <= 60_000
    assert (await http_client.send("ping"))[0] == 200, "a refused command takes nothing"
    other = HttpClient(other_user, await other_user.new_conversation())
    assert (await other.post(ping))[0] == 200


async def test_another_users_conversation_is_not_found(http_client: HttpClient, other_user: SignedInUser) -> None:
    own = http_client.user
    answers = []
    for conversation_id in (http_client.id, uuid4()):
        stranger = HttpClient(other_user, conversation_id)
        answers += [await stranger.send("chat.message", content="Hello")]
        listing = await other_user.call("GET", f"/conversations/{conversation_id}/events")
        answers += [(404, listing | {"type": "chat.error"})]
    assert answers == [(404, answers[0][1])] * 4
    assert answers[0][1]["code"] == "NO_CONVERSATION"
    for what, token in bad_tokens(own, other_user).items():
        if isinstance(token, str) and token.isascii() and token.isprintable():
            http_client.user.access = token
            assert (await http_client.send("ping"))[0] == 401, what
            assert (await own.call("GET", f"/conversations/{http_client.id}/events", expect=401))[
                "code"
            ] == "AUTH_FAILED"


async def test_half_a_position_is_refused(http_client: HttpClient) -> None:
    for query in (
        "message_id=nonsense&run=1&seq=1",
        f"message_id={uuid4()}",
        "run=1",
        f"message_id={uuid4()}&run=-1&seq=1",
    ):
        await http_client.user.call("GET", f"/conversations/{http_client.id}/events?{query}", expect=422)


async def log_out(user: SignedInUser) -> None:
    await user.call("POST", "/auth/logout", {}, expect=200)


async def remove_session(user: SignedInUser) -> None:
    """Without a notification: a change made directly in the database is noticed within a second too."""
    await run_in_database(Session.objects.filter(id=claims_of(user.access)["sid"]).delete)


@pytest.mark.parametrize("end", [log_out, remove_session])
async def test_the_end_of_the_session_ends_the_stream(
    http_client: HttpClient, model_server: ModelServer, end: Any
) -> None:
    model_server.script(tokens=5, gate="")
    stream = await http_client.listen()
    answer_id = (await http_client.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await stream.read_until_length(answer_id, 6)
    await end(http_client.user)
    assert await end_of(stream) == 4001
    assert "AUTH_FAILED" in [frame.get("code") for frame in stream.frames]
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")


async def test_deletion_ends_the_stream(http_client: HttpClient) -> None:
    stream = await http_client.listen()
    await stream.receive()
    await http_client.user.call("DELETE", f"/conversations/{http_client.id}", expect=204)
    assert await end_of(stream) == 4004
    assert stream.frames[-1]["type"] == "conversation.deleted"


async def test_a_client_that_leaves_frees_everything(http_client: HttpClient, settings: Settings) -> None:
    settings.SOCKETS_PER_USER = 2
    streams = [await http_client.listen() for _ in range(2)]
    for stream in streams:
        await stream.receive()
    refused = await http_client.listen()
    assert (await refused.receive())["code"] == "TOO_MANY_SOCKETS"
    assert await end_of(refused) == 4029
    for stream in streams:
        await hang_up(stream)
    await until(lambda: not conversation_clients, "the end of the readers")
    accepted = await http_client.ask("No one listens")
    back = await http_client.listen({"message_id": accepted["reply"]["id"], "run": 1, "seq": 0})
    assert (await back.read_to_the_end(accepted["reply"]["id"])).content == "Echo: No one listens"


async def test_a_client_that_reads_nothing_is_dropped(
    narrow_server: LiveServer, http_client: HttpClient, model_server: ModelServer, settings: Settings
) -> None:
    settings.SOCKET_SEND_TIMEOUT = 1
    settings.MAX_ANSWER_LENGTH = 2_000_000
    end = sockets.socket()
    end.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    end.setblocking(False)
    host, port = http_client.user.server.url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    await loop.sock_connect(end, (host, int(port)))
    path, bearer = f"/api/conversations/{http_client.id}/events", f"Authorization: Bearer {http_client.user.access}"
    await loop.sock_sendall(end, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{bearer}\r\n\r\n".encode())
    await until(lambda: conversation_clients, "the reader")
    # More than the buffers between the two ends hold.
    model_server.script(text="0123456789" * 120_000, no_stream=True)
    accepted = await http_client.ask("Go")
    await until(lambda: not conversation_clients, "the end of the reader")
    end.close()
    while (stored := (await http_client.user.messages(http_client.id))[-1])["status"] != "complete":
        assert stored["id"] == accepted["reply"]["id"]
        await pause()


async def test_a_shutdown_ends_the_stream_after_the_answer(
    http_client: HttpClient, model_server: ModelServer, chat_server: LiveServer
) -> None:
    model_server.script(tokens=5, gate="")
    stream = await http_client.listen()
    answer_id = (await http_client.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await stream.read_until_length(answer_id, 6)
    chat_server.stop()
    assert await end_of(stream) == 1012
    ended = stream.answer(answer_id).ended
    assert ended is not None
    assert ended["status"] == "interrupted"
    assert stream.answer(answer_id).content == "w1 w2 "
