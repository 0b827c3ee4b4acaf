"""A client without WebSocket: commands by POST, frames as server-sent events (docs/protocol.md: P-9.1 to P-9.6)."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket, Frame
from testkit.stream_client import hang_up, open_stream
from tests.chat.socket.conversations import words


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

    async def send(self, kind: str, *, expect: int | None = None, **fields: Any) -> Frame:
        """Send a command, and return the frame that answers it, with this status."""
        return await self.post(json.dumps({"type": kind, **fields}).encode(), expect=expect)

    async def post(self, body: bytes, *, expect: int | None = None, **headers: str) -> Frame:
        headers = {"Authorization": f"Bearer {self.user.access}", "Content-Type": "application/json"} | headers
        async with aiohttp.request("POST", f"{self.url}/commands", data=body, headers=headers) as response:
            text = await response.text()
            assert expect in {None, response.status}, text
            return dict(json.loads(text or "{}"))

    async def ask(self, content: str) -> Frame:
        accepted = await self.send("chat.message", content=content, client_id=str(uuid4()), expect=HTTPStatus.OK)
        assert accepted["type"] == "chat.accepted"
        return accepted

    async def listen_and_ask(self) -> tuple[ChatSocket, str]:
        """Open a stream, ask a question, and return the stream and the id of the answer."""
        stream = await self.listen()
        # Until then, the answer could be active before the stream is: the stream would begin with a reset.
        stream.auth_success = await stream.expect("auth.success")
        return stream, (await self.ask("Go"))["reply"]["id"]

    async def begin_answer(self, model_server: ModelServer, *, seen: int, of: int) -> tuple[ChatSocket, str]:
        """Like `listen_and_ask`, until `seen` words have arrived; `model_server.open` lets the others follow."""
        model_server.pause_after(seen, of=of)
        stream, answer_id = await self.listen_and_ask()
        await stream.read_until_length(answer_id, len(words(1, seen)))
        return stream, answer_id

    async def leave(self) -> None:
        for stream in self._streams:
            await hang_up(stream)
