"""A client of the chat socket that keeps every frame and checks that it has lost nothing."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID, uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from conformance.transports import AbortableConnection

PATIENCE_SECONDS = 40.0
"""Long, because the machine may be busy."""
STREAM_TYPES = {"chat.stream", "chat.reasoning", "chat.error"}

type Frame = dict[str, Any]


@dataclass
class AnswerCheck:
    """One client's copy of an answer, checked frame by frame (invariants I-2 and I-3).

    `run`, `from` and `seq` continue without a gap or repeat, or there is a `reset`; one terminal frame ends a run.
    `AnswerCopy` of the conformance suite checks more, and remembers the text at each number: too much for long answers.
    """

    message_id: str
    run: int = 0
    seq: int = 0
    content: str = ""
    reasoning: str = ""
    resets: int = 0
    ended: Frame = field(default_factory=dict)
    """The terminal frame of the run; empty while it is being written."""

    def take(self, frame: Frame) -> None:
        assert frame["message_id"] == self.message_id
        repeats_end = frame.get("done") and frame["from"] == frame["seq"]
        if repeats_end and self.run == 0:
            return  # `chat.stop` repeats the end of an answer of which this client has nothing.
        if frame.get("reset"):
            assert frame["from"] == 0, frame
            self.resets += 1
            self.content = self.reasoning = ""
            self.ended = {}
        else:
            assert frame["from"] == self.seq, f"at {self.run}:{self.seq}, got {frame}"
            assert frame["run"] >= self.run, frame
        assert frame["seq"] >= frame["from"], frame
        if frame["run"] > self.run:
            self.ended = {}
        assert not self.ended or repeats_end, f"after the terminal frame came {frame}"
        self.run, self.seq = frame["run"], frame["seq"]
        if frame.get("done"):
            self.ended = frame
        elif frame["type"] == "chat.reasoning":
            self.reasoning += frame["content"]
        else:
            self.content += frame["content"]

    def knows(self, frame: Frame) -> bool:
        """Return whether a frame has nothing new: a client may ignore it, and a server has no reason to send it."""
        if frame.get("reset"):
            return False
        return bool(frame["run"] < self.run or (frame["run"] == self.run and 0 < frame["seq"] <= self.seq))

    @property
    def position(self) -> dict[str, Any]:
        return {"message_id": self.message_id, "run": self.run, "seq": self.seq}


@dataclass
class ChatSocket:
    """One connection. `answers` may be passed to the next one: a client that reconnects knows what it has.

    Switch `verifies` off in tests that ask for frames which a client that knows what it has does not request.
    """

    connection: ClientConnection
    answers: dict[str, AnswerCheck] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    auth_success: Frame = field(default_factory=dict)
    verifies: bool = True
    _seen: int = 0

    @classmethod
    async def open(cls, url: str, **options: Any) -> Self:
        given = {
            "max_size": None,
            "compression": None,
            "proxy": None,
            "open_timeout": PATIENCE_SECONDS,
            "create_connection": AbortableConnection,
        }
        return cls(await connect(url, **(given | options)))

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_text(json.dumps({"type": kind, **fields}))

    async def send_text(self, text: str) -> None:
        await self.connection.send(text)

    async def sign_in(self, access: str, resume: dict[str, Any] | None = None) -> None:
        await self.send("auth", token=access, **({"resume": resume} if resume else {}))
        self.auth_success = await self.expect("auth.success")

    async def receive(self) -> Frame:
        """Return the next frame; frames of an answer are checked first."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            frame: Frame = json.loads(await self.connection.recv())
        self.frames.append(frame)
        if frame["type"] in STREAM_TYPES and "seq" in frame and self.verifies:
            self.answer(frame["message_id"]).take(frame)
        return frame

    async def expect(self, *kinds: str, **fields: Any) -> Frame:
        """Read until a frame of one of these types with these fields arrives, and return it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._expect(kinds, fields)

    async def _expect(self, kinds: tuple[str, ...], fields: Frame) -> Frame:
        while True:
            frame = await self.receive()
            if frame["type"] in kinds and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    async def expect_close(self) -> int:
        """Read to the end and return the close code."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.receive()
        assert self.connection.close_code is not None
        return self.connection.close_code

    async def start(self, kind: str, **fields: Any) -> Frame:
        """Send a command that starts an answer, and return its `chat.accepted`."""
        command = {"client_id": str(uuid4()), **fields}
        await self.send(kind, **command)
        return await self.expect("chat.accepted", client_id=command["client_id"])

    async def ask(self, content: str, **fields: Any) -> Frame:
        """Send a question and return its `chat.accepted`."""
        return await self.start("chat.message", content=content, **fields)

    async def ask_to_the_end(self, content: str, **fields: Any) -> AnswerCheck:
        """Send a question and return its whole answer."""
        accepted = await self.ask(content, **fields)
        return await self.read_to_the_end(accepted["reply"]["id"])

    async def read_to_the_end(self, message_id: str | UUID) -> AnswerCheck:
        """Read until the answer has ended, and return it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.answer(str(message_id)).ended:
                await self.receive()
        return self.answer(str(message_id))

    async def read_until_length(self, message_id: str, length: int) -> AnswerCheck:
        """Read until this many characters of the answer have arrived."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.answer(message_id).content) < length:
                await self.receive()
        return self.answer(message_id)

    def answer(self, message_id: str) -> AnswerCheck:
        return self.answers.setdefault(message_id, AnswerCheck(message_id))

    async def drop(self) -> None:
        """Cut the connection without a close frame, as a network failure does."""
        self.connection.transport.abort()
        await self.connection.wait_closed()
