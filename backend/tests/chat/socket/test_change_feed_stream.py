"""The change feed as server-sent events (docs/protocol.md: P-9.4 to P-9.6)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus

import pytest
from pytest_django import Settings

from apps.chat.live.change_feed_client import change_feed_clients
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, until
from testkit.socket_client import ChatSocket, Frame
from testkit.stream_client import end_of, hang_up, open_stream
from tests.chat.socket.conversations import OpenConversation
from tests.chat.socket.session_ends import SESSION_ENDS

type Listen = Callable[[], Awaitable[ChatSocket]]


@pytest.fixture
async def listen(user: SignedInUser) -> AsyncIterator[Listen]:
    """Open an event stream of the change feed, past its first frame."""
    streams: list[ChatSocket] = []

    async def open_one() -> ChatSocket:
        streams.append(await open_stream(f"{user.server.url}/api", user.access))
        await streams[-1].receive()
        return streams[-1]

    yield open_one
    for stream in streams:
        await hang_up(stream)


async def changes_until(reader: ChatSocket, kind: str) -> list[Frame]:
    """Read up to the next change of a kind; return all frames so far, without pings."""
    while (await reader.receive())["type"] != kind:
        pass
    return [frame for frame in reader.frames if frame["type"] != "ping"]


async def test_both_transports_send_the_same_changes(
    user: SignedInUser, listen: Listen, model_server: ModelServer
) -> None:
    socket = await user.connect_to(f"{user.server.socket_url}/ws/events/")
    await socket.sign_in(user.access)
    stream = await listen()
    assert stream.frames == [{"type": "auth.success", "revision": 0, "active": []}]
    conversation = await OpenConversation.open(user, title="Mine")
    model_server.script(gate="")
    accepted = await conversation.socket.ask("Hello")
    await changes_until(stream, "answer.started")
    late = await listen()
    active = {"conversation_id": str(conversation.id), "message_id": accepted["reply"]["id"]}
    assert late.frames[0]["active"] == [active]
    model_server.open(100)
    changes = await changes_until(stream, "answer.ended")
    assert changes == await changes_until(socket, "answer.ended")
    assert [frame["revision"] for frame in changes] == [0, 1, 2, 3]


@pytest.mark.parametrize("end", SESSION_ENDS)
async def test_the_end_of_the_session_ends_the_stream(
    user: SignedInUser, listen: Listen, end: Callable[[SignedInUser], Awaitable[None]]
) -> None:
    stream = await listen()
    await end(user)
    assert await end_of(stream) == 4001
    assert stream.frames[-1]["code"] == "AUTH_FAILED"
    await user.call("GET", "/events", expect=HTTPStatus.UNAUTHORIZED)


async def test_the_stream_counts_as_a_socket_of_its_user_while_it_is_read(
    user: SignedInUser, listen: Listen, settings: Settings
) -> None:
    settings.SOCKETS_PER_USER = 1
    stream, refused = await listen(), await listen()
    assert refused.frames[0]["code"] == "TOO_MANY_SOCKETS"
    assert await end_of(refused) == 4029
    await hang_up(stream)
    await until(lambda: not change_feed_clients, "the end of the reader")
    assert (await listen()).frames[0]["type"] == "auth.success"


async def test_a_shutdown_ends_the_stream(listen: Listen, chat_server: LiveServer) -> None:
    stream = await listen()
    chat_server.stop()
    assert await end_of(stream) == 1012
