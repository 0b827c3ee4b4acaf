"""The example client in docs/protocol.md does what the page says (P-3.2, P-3.5, P-4.3, P-5.7)."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import websockets
from django.conf import settings

from conformance.client.frames import CONVERSATION
from conformance.client.scenario import Scenario, Step
from conformance.client.server import ScriptedServer
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent

type Chat = Callable[[str, str, str], Awaitable[str]]


def read_client(connections: list[Any]) -> Chat:
    """Return `chat` of the documented client; `connections` receives each connection it opens."""

    @asynccontextmanager
    async def connect(url: str) -> AsyncGenerator[Any]:
        async with websockets.connect(url) as connection:
            connections.append(connection)
            yield connection

    page = (settings.PROJECT_DIR / "docs" / "protocol.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^print\(", page, re.MULTILINE | re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102 - the code is from our documentation
    namespace["websockets"] = SimpleNamespace(connect=connect, ConnectionClosed=websockets.ConnectionClosed)
    namespace["asyncio"] = SimpleNamespace(sleep=lambda _seconds: asyncio.sleep(0))
    chat: Chat = namespace["chat"]
    return chat


async def test_the_documented_client_survives_a_dropped_connection(
    user: SignedInUser, model_server: ModelServer
) -> None:
    model_server.script(tokens=6, gate="")
    conversation_id = await user.new_conversation()
    witness = await user.enter(conversation_id)
    connections: list[Any] = []
    url = f"{user.server.socket_url}/ws/chat/{conversation_id}/"
    chatting = asyncio.ensure_future(read_client(connections)(url, user.access, "Go"))
    reply = (await witness.expect("chat.accepted"))["reply"]
    model_server.open(3)
    await witness.read_until_length(reply["id"], len("w1 w2 w3 "))
    connections[0].transport.abort()
    model_server.open(3)
    assert await chatting == "w1 w2 w3 w4 w5 w6 "
    assert len(connections) == 2
    assert [message["content"] for message in await user.messages(conversation_id)] == ["Go", "w1 w2 w3 w4 w5 w6 "]


async def chat_with_script(*connections: list[Step]) -> str:
    """Return what the client makes of a server that plays these steps, one list for each connection."""
    asked: Step = {"expect": {"type": "chat.message", "client_id": "$id"}}
    steps = [
        [{"expect": {"type": "auth"}}, *([] if number else [asked]), *each] for number, each in enumerate(connections)
    ]
    server = ScriptedServer(Scenario("docs", "The documented client", [], [], steps, []))
    async with server.serve():
        url = f"{server.url.replace('http', 'ws')}/ws/chat/{CONVERSATION}/"
        return await read_client([])(url, "access-1", "Go")


def piece(content: str, start: int, end: int, **fields: Any) -> Step:
    return {"send": {"type": "chat.stream", "content": content, "from": start, "seq": end, **fields}}


END = piece("", 2, 2, done=True)


@pytest.mark.storeless
async def test_the_documented_client_returns_no_reasoning() -> None:
    assert await chat_with_script([piece("Hm. ", 0, 1, type="chat.reasoning"), piece("Yes.", 1, 2), END]) == "Yes."


@pytest.mark.storeless
async def test_the_documented_client_discards_the_pieces_of_a_reset_that_was_cut_off() -> None:
    cut = [piece("w1 w2 ", 0, 2), piece("w1 ", 0, 0, reset=True), {"cut": True}]
    assert await chat_with_script(cut, [piece("w1 w2 ", 0, 2), END]) == "w1 w2 "


@pytest.mark.storeless
@pytest.mark.parametrize(
    "pieces", [[piece("w2 ", 1, 2)], [piece("w1 ", 0, 1), piece("w3 ", 2, 3)]], ids=["first", "later"]
)
async def test_the_documented_client_stops_at_a_gap(pieces: list[Step]) -> None:
    with pytest.raises(AssertionError):
        await chat_with_script([*pieces, END])


@pytest.mark.storeless
async def test_the_documented_client_exits_when_the_answer_fails() -> None:
    failed: Step = {"type": "chat.error", "code": "AI_ERROR", "error": "It failed.", "done": True, "from": 1, "seq": 1}
    with pytest.raises(SystemExit, match="It failed"):
        await chat_with_script([piece("w1 ", 0, 1), {"send": failed}])
