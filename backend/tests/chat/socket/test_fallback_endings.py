"""The end of an event stream: by its session, its conversation, its client or the server (docs/protocol.md: P-9.5)."""

import asyncio
import socket
from typing import Any

import pytest
from pytest_django import Settings

from apps.chat.live.conversation_client import conversation_clients
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, pause, until
from testkit.stream_client import end_of, hang_up
from tests.chat.socket.http_client import HttpClient
from tests.chat.socket.session_ends import SESSION_ENDS


@pytest.mark.parametrize("end", SESSION_ENDS)
async def test_the_end_of_the_session_ends_the_stream(
    http_client: HttpClient, model_server: ModelServer, end: Any
) -> None:
    stream, _ = await http_client.begin_answer(model_server, seen=2, of=5)
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


async def test_a_client_that_leaves_frees_its_place(http_client: HttpClient, settings: Settings) -> None:
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
    accepted_stream = await http_client.listen()
    assert (await accepted_stream.receive())["type"] == "auth.success"


async def test_an_answer_that_no_client_follows_can_be_resumed(http_client: HttpClient) -> None:
    stream = await http_client.listen()
    await stream.receive()
    await hang_up(stream)
    await until(lambda: not conversation_clients, "the end of the reader")
    accepted = await http_client.ask("No one listens")
    back = await http_client.listen({"message_id": accepted["reply"]["id"], "run": 1, "seq": 0})
    assert (await back.read_to_the_end(accepted["reply"]["id"])).content == "Echo: No one listens"


async def test_a_client_that_reads_nothing_is_dropped(
    server_with_small_buffer: LiveServer, http_client: HttpClient, model_server: ModelServer, settings: Settings
) -> None:
    settings.SOCKET_SEND_TIMEOUT = 1
    settings.MAX_ANSWER_LENGTH = 2_000_000
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    host, port = http_client.user.server.url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, (host, int(port)))
    path, bearer = f"/api/conversations/{http_client.id}/events", f"Authorization: Bearer {http_client.user.access}"
    await loop.sock_sendall(client, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{bearer}\r\n\r\n".encode())
    await until(lambda: conversation_clients, "the reader")
    # More than the buffers between server and client hold.
    model_server.script(text="0123456789" * 120_000, no_stream=True)
    accepted = await http_client.ask("Go")
    await until(lambda: not conversation_clients, "the end of the reader")
    client.close()
    while (stored := (await http_client.user.messages(http_client.id))[-1])["status"] != "complete":
        assert stored["id"] == accepted["reply"]["id"]
        await pause()


async def test_a_shutdown_ends_the_stream_after_the_answer(
    http_client: HttpClient, model_server: ModelServer, chat_server: LiveServer
) -> None:
    stream, answer_id = await http_client.begin_answer(model_server, seen=2, of=5)
    chat_server.stop()
    assert await end_of(stream) == 1012
    ended = stream.answer(answer_id).ended
    assert ended["status"] == "interrupted"
    assert stream.answer(answer_id).content == "w1 w2 "
