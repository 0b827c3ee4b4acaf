"""A connection of the suite, which keeps every frame and checks it by the rules."""

import asyncio
import contextlib
import json
import math
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from conformance.answer import AnswerCopy
from conformance.frame_rules import FrameRules
from conformance.shapes import FEED, Frame
from conformance.transports import AbortableConnection
from conformance.violations import ClosedError, NoFrameViolation, Skipped, Violation, require, required

OPEN_SECONDS = 30.0
"""The minimum wait for an HTTP response or a handshake: a busy server is not a broken one."""

ANSWER_SECONDS = 30.0
"""The suite stops an answer that takes longer: a slow model is not a broken server."""

FIRST_AFTER_SUCCESS = {"chat.accepted", "chat.stream", "chat.reasoning", *FEED} - {"conversation.updated"}


@dataclass
class Connection(FrameRules):
    """A WebSocket to the server under test."""

    socket: ClientConnection
    patience: float
    stops_slow_answers: bool = True
    began: dict[tuple[str, int], float] = field(default_factory=dict)
    """When the first frame of each run came; infinite once it was stopped."""

    frames: list[Frame] = field(default_factory=list)

    @classmethod
    async def open(cls, url: str, patience: float, **options: Any) -> Self:
        given = {
            "open_timeout": max(patience, OPEN_SECONDS),
            "max_size": None,
            "compression": None,
            "proxy": None,
            "ping_interval": None,
            # Without a limit: a connection that a check does not read for a while still answers pings.
            "max_queue": None,
            "close_timeout": 1,
            "create_connection": AbortableConnection,
        } | options
        return cls(await connect(url, **given), patience, is_feed="/ws/events" in url)

    # Sending --------------------------------------------------------------------------------------------------------

    async def send(self, kind: str, **fields: Any) -> None:
        self.sent_ids.add(str(fields.get("client_id")))
        if kind == "auth":
            self.tokens.add(str(fields.get("token")))
        await self.send_text(json.dumps({"type": kind, **fields}))

    async def send_text(self, text: str) -> None:
        try:
            await self.socket.send(text)
        except ConnectionClosed:
            raise ClosedError(self.socket.close_code) from None

    async def sign_in(self, token: str, resume: dict[str, Any] | None = None) -> Frame:
        """Sign in, and return `auth.success`."""
        if resume is not None:
            self.asked_for.add(resume["message_id"])
        before = len(self.frames)
        await self.send("auth", token=token, **({"resume": resume} if resume else {}))
        success = await self.expect("auth.success")
        early = [frame["type"] for frame in self.frames[before:-1] if frame["type"] in FIRST_AFTER_SUCCESS]
        require(not early, "P-5.12", f"{early} came before auth.success")
        return success

    async def ping(self) -> None:
        await self.send("ping")
        await self.expect("pong")

    async def follow(self, answer: AnswerCopy) -> None:
        """Follow an answer from where its copy is."""
        self.answers[answer.message_id] = answer
        self.asked_for.add(answer.message_id)
        answer.may_repeat_end = True
        await self.send("chat.follow", **answer.position)

    async def ask(self, content: str, **fields: Any) -> Frame:
        """Send a question, and return its `chat.accepted`; waits as long as the server's rate limit requires."""
        return await self.command("chat.message", content=content, **fields)

    async def command(self, kind: str, **fields: Any) -> Frame:
        """Send a command that starts an answer, and return its `chat.accepted`."""
        fields.setdefault("client_id", str(uuid4()))  # The same one each time.
        while True:
            frame = await self.try_command(kind, **fields)
            if frame["type"] == "chat.accepted":
                return frame
            if frame["code"] != "RATE_LIMIT_EXCEEDED":
                raise Violation("P-4.6", f"{kind} was refused with {frame['code']}: {frame['error']}")
            require(frame.get("retry_after", 0) >= 1, "P-6.12", "RATE_LIMIT_EXCEEDED has no retry_after")
            await asyncio.sleep(frame["retry_after"])

    async def try_command(self, kind: str, **fields: Any) -> Frame:
        """Send a command, and return the frame that has its `client_id`: its `chat.accepted` or its refusal."""
        client_id = fields.setdefault("client_id", str(uuid4()))
        await self.send(kind, **fields)
        return await self.until(lambda frame: frame.get("client_id") == client_id, f"the answer to {kind}")

    async def must_refuse(self, requirement: str, code: str, kind: str, **fields: Any) -> Frame:
        """Send a command with a new `client_id`, and require that it is refused with this code."""
        client_id = str(uuid4())
        await self.send(kind, client_id=client_id, **fields)
        return await self.expect_refusal(requirement, code, client_id)

    # Receiving ------------------------------------------------------------------------------------------------------

    async def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            ClosedError: the connection is closed.
            TimeoutError: nothing came in time.
            Violation: the frame breaks a rule.
        """
        try:
            async with asyncio.timeout(self.patience):
                message = await self.socket.recv()
        except ConnectionClosed:
            raise ClosedError(self.socket.close_code) from None
        require(isinstance(message, str), "P-2.1", "a binary frame came")
        try:
            frame = json.loads(message)
        except ValueError:
            raise Violation("P-2.1", f"a frame is not JSON: {message[:80]!r}") from None
        require(isinstance(frame, dict) and isinstance(frame.get("type"), str), "P-2.1", f"no type: {message[:80]!r}")
        self.check(frame)
        self.frames.append(frame)
        await self._stop_if_slow(frame)
        return dict(frame)

    async def _stop_if_slow(self, frame: Frame) -> None:
        if not self.stops_slow_answers or "seq" not in frame or frame.get("done"):
            return
        now, run = asyncio.get_running_loop().time(), (frame["message_id"], frame["run"])
        if now - self.began.setdefault(run, now) < ANSWER_SECONDS:
            return
        self.began[run] = math.inf
        self.answer(frame["message_id"]).may_repeat_end = True
        with contextlib.suppress(ClosedError):
            await self.send("chat.stop", message_id=frame["message_id"])

    async def until(self, condition: Any, what: str) -> Frame:
        deadline = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < deadline:
            try:
                frame = await self.receive()
            except TimeoutError:
                break
            if condition(frame):
                return frame
        raise TimeoutError(f"{what} did not come within {self.patience:g} s")

    async def expect(self, kind: str, **fields: Any) -> Frame:
        """Read until a frame of this type with these fields comes."""
        return await self.until(
            lambda frame: frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()),
            f"{kind} {fields or ''}",
        )

    async def expect_refusal(self, requirement: str, code: str, client_id: str | None = None) -> Frame:
        """Read the next refusal, and require its code."""
        with required(requirement, f"no refusal {code}"):
            frame = await self.until(lambda frame: frame["type"] == "chat.error" and "done" not in frame, "a refusal")
        require(frame["code"] == code, requirement, f"refused with {frame['code']}, not {code}")
        if client_id is not None:
            require(frame.get("client_id") == client_id, "P-4.2", "a refusal does not repeat its client_id")
        return frame

    async def read_to_end(self, message_id: str) -> AnswerCopy:
        """Read until an answer has ended."""
        answer = self.answer(message_id)
        while answer.ended is None:
            await self._receive_of(message_id)
        return answer

    async def read_to_number_or_end(self, message_id: str, seq: int) -> None:
        """Read until an answer has at least this number, or has ended."""
        answer = self.answer(message_id)
        while answer.seq < seq and answer.ended is None:
            await self._receive_of(message_id)

    async def read_to_number(self, message_id: str, seq: int) -> AnswerCopy:
        """Read until an answer has at least this number; skips the check if it ends before."""
        await self.read_to_number_or_end(message_id, seq)
        answer = self.answer(message_id)
        if answer.ended is not None:
            raise Skipped("the model's answer ended too soon")
        return answer

    async def drain(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.receive()

    async def read_to_change(self, message_id: str, seq: int) -> None:
        """Read until an answer has a number other than this, or has ended."""
        answer = self.answer(message_id)
        while answer.seq == seq and answer.ended is None:
            await self._receive_of(message_id)

    async def _receive_of(self, message_id: str) -> None:
        """Read until a frame of the answer comes; pings do not count."""
        try:
            await self.until(lambda frame: frame.get("message_id") == message_id, "a frame of the answer")
        except TimeoutError:
            raise NoFrameViolation(self.patience) from None

    async def close_code(self) -> int | None:
        """Read to the end, and return the close code; raises TimeoutError if the connection stays open."""
        async with asyncio.timeout(self.patience):
            try:
                while True:
                    await self.receive()
            except ClosedError as closed:
                return closed.code

    async def must_close(self, requirement: str, code: int, what: str) -> None:
        """Read to the end, and require this close code; `what` is the subject of the violation's sentence."""
        with required(requirement, f"{what} left the connection open"):
            closed = await self.close_code()
        require(closed == code, requirement, f"{what} closed it with {closed}, not {code}")

    async def is_quiet(self) -> bool:
        """Return whether only pings and `conversation.updated` arrive before the pong to a `ping` of ours."""
        before = len(self.frames)
        await self.ping()
        return all(frame["type"] in {"ping", "pong", "conversation.updated"} for frame in self.frames[before:])

    async def close(self) -> None:
        await self.socket.close()

    async def cut(self) -> None:
        """Cut the connection as a network failure does."""
        self.socket.transport.abort()
        await self.socket.wait_closed()
