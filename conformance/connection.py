"""A socket of the suite: keeps every frame, and checks the rules that hold for any connection."""

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
from conformance.shapes import (
    ACTIVE,
    ACTIVE_ENTRY,
    ALWAYS,
    CHAT_SUCCESS,
    FEED,
    FEED_SUCCESS,
    IDS,
    MESSAGE,
    TERMINAL,
    Frame,
    find_fault,
    find_null,
    shape_name,
)
from conformance.violations import Skipped, Violation, require

OPEN_SECONDS = 30.0
"""The minimum wait for an HTTP response or a handshake: a busy server is not a broken one."""

ANSWER_SECONDS = 30.0
"""The suite stops an answer that takes longer: a slow model is not a broken server."""

ANSWER_TYPES = {"chat.stream", "chat.reasoning", "chat.error"}
FIRST_AFTER_SUCCESS = {"chat.accepted", "chat.stream", "chat.reasoning", *FEED} - {"conversation.updated"}
SHORTEST_TOKEN = 8
"""In characters. A shorter text, sent as a token on purpose, may occur in an error sentence by chance."""


class ClosedError(Exception):
    """The server has closed the connection, with this code."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the connection closed with {code}")
        self.code = code


@dataclass
class Connection:
    """One WebSocket. `answers` may be those of an earlier connection, which the client has kept."""

    socket: ClientConnection
    patience: float
    is_feed: bool = False
    answers: dict[str, AnswerCopy] = field(default_factory=dict)
    accepted: set[tuple[str, int]] = field(default_factory=set)
    asked_for: set[str] = field(default_factory=set)
    """Answers that this connection follows by `resume` or `chat.follow`."""

    checks_answers: bool = True
    """Off: the client asks for what it has already, so numbers may repeat."""

    stops_slow_answers: bool = True
    began: dict[tuple[str, int], float] = field(default_factory=dict)
    """When the first frame of each run came; infinite once it was stopped."""

    frames: list[Frame] = field(default_factory=list)
    feed_revision: int | None = None
    sent_ids: set[str] = field(default_factory=set)
    """Every `client_id` that this connection has sent."""

    tokens: set[str] = field(default_factory=set)
    """Every token that it has sent."""

    @classmethod
    async def open(cls, url: str, patience: float, **options: Any) -> Self:
        """Open a WebSocket."""
        given = {
            "open_timeout": max(patience, OPEN_SECONDS),
            "max_size": None,
            "compression": None,
            "proxy": None,
            "ping_interval": None,
            # Without a limit: a connection that a check does not read for a while still answers pings.
            "max_queue": None,
            "close_timeout": 1,
        } | options
        return cls(await connect(url, **given), patience, is_feed="/ws/events" in url)

    # Sending --------------------------------------------------------------------------------------------------------

    async def send(self, kind: str, **fields: Any) -> None:
        """Send a command."""
        self.sent_ids.add(str(fields.get("client_id")))
        if kind == "auth":
            self.tokens.add(str(fields.get("token")))
        await self.send_text(json.dumps({"type": kind, **fields}))

    async def send_text(self, text: str) -> None:
        """Send a text frame."""
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
        client_id = fields.pop("client_id", None) or str(uuid4())
        while True:
            await self.send(kind, client_id=client_id, **fields)
            frame = await self.until(
                lambda frame: frame["type"] in {"chat.accepted", "chat.error"} and frame.get("client_id") == client_id,
                f"the answer to {kind}",
            )
            if frame["type"] == "chat.accepted":
                return frame
            if frame["code"] != "RATE_LIMIT_EXCEEDED":
                raise Violation("P-4.6", f"{kind} was refused with {frame['code']}: {frame['error']}")
            require(frame.get("retry_after", 0) >= 1, "P-6.12", "RATE_LIMIT_EXCEEDED has no retry_after")
            await asyncio.sleep(frame["retry_after"])

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
        self._check(frame)
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
        """Read until a frame meets a condition."""
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

    async def refusal(self, requirement: str, code: str, client_id: str | None = None) -> Frame:
        """Read the next refusal, and require its code."""
        try:
            frame = await self.until(
                lambda frame: frame["type"] == "chat.error" and "done" not in frame, f"the refusal {code}"
            )
        except TimeoutError as error:
            raise Violation(requirement, str(error)) from None
        except ClosedError as closed:
            raise Violation(requirement, f"closed with {closed.code}, without the refusal {code}") from None
        require(frame["code"] == code, requirement, f"refused with {frame['code']}, not {code}")
        if client_id is not None:
            require(frame.get("client_id") == client_id, "P-4.2", "a refusal does not repeat its client_id")
        return frame

    async def to_the_end(self, message_id: str) -> AnswerCopy:
        """Read until an answer has ended."""
        answer = self.answer(message_id)
        while answer.ended is None:
            await self._receive_of(message_id)
        return answer

    async def to_number_or_end(self, message_id: str, seq: int) -> None:
        """Read until an answer has at least this number, or has ended."""
        answer = self.answer(message_id)
        while answer.seq < seq and answer.ended is None:
            await self._receive_of(message_id)

    async def to_number(self, message_id: str, seq: int) -> AnswerCopy:
        """Read until an answer has at least this number; skips the check if it ends before."""
        answer = self.answer(message_id)
        while answer.seq < seq:
            if answer.ended is not None:
                raise Skipped("the model's answer ended too soon")
            await self._receive_of(message_id)
        if answer.ended is not None:
            raise Skipped("the model's answer ended too soon")
        return answer

    async def drain(self, seconds: float) -> None:
        """Read what comes within this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.receive()

    async def to_change(self, message_id: str, seq: int) -> None:
        """Read until an answer has another number than this, or has ended."""
        answer = self.answer(message_id)
        while answer.seq == seq and answer.ended is None:
            await self._receive_of(message_id)

    async def _receive_of(self, message_id: str) -> None:
        """Read until a frame of the answer comes; pings do not count."""
        try:
            await self.until(lambda frame: frame.get("message_id") == message_id, "a frame of the answer")
        except TimeoutError:
            raise Violation("P-1.3", f"no frame of the answer, not even an ending, for {self.patience:g} s") from None

    async def close_code(self) -> int | None:
        """Read to the end, and return the close code; raises TimeoutError if the connection stays open."""
        async with asyncio.timeout(self.patience):
            try:
                while True:
                    await self.receive()
            except ClosedError as closed:
                return closed.code

    async def is_quiet(self) -> bool:
        """Return whether only pings and `conversation.updated` arrive before the pong to a `ping` of ours."""
        await self.send("ping")
        before = len(self.frames)
        await self.expect("pong")
        return all(frame["type"] in {"ping", "pong", "conversation.updated"} for frame in self.frames[before:])

    def answer(self, message_id: str) -> AnswerCopy:
        """Return this connection's copy of an answer."""
        return self.answers.setdefault(message_id, AnswerCopy(message_id))

    async def close(self) -> None:
        """Close the connection with a close frame."""
        await self.socket.close()

    async def cut(self) -> None:
        """Cut the connection as a network failure does."""
        self.socket.transport.abort()
        await self.socket.wait_closed()

    # Rules of every connection --------------------------------------------------------------------------------------

    def _check(self, frame: Frame) -> None:
        name = shape_name(frame)
        if self.is_feed:
            self._check_feed(frame)
            return
        fields = CHAT_SUCCESS if name == "auth.success" else ALWAYS.get(name)
        if fields is None:
            return  # A type of a later version.
        if (fault := find_fault(frame, fields)) is not None:
            raise Violation(IDS[name], fault)
        if (fault := find_null(frame, fields)) is not None:
            raise Violation("P-5.1", f"an optional field is null: {fault}")
        if frame["type"] == "chat.error":
            self._check_error(frame)
        if name in {"chat.accepted", "chat.waiting"}:
            require(not {"seq", "from"} & set(frame), "P-3.2", f"{name} has a position")
        if name == "chat.accepted":
            _check_accepted(frame)
            self.accepted.add((frame["reply"]["id"], frame["run"]))
            answer = self.answer(frame["reply"]["id"])
            if frame["run"] > answer.run:
                answer.ended = None
        if frame["type"] in ANSWER_TYPES and "seq" in frame and self.checks_answers:
            message_id = frame["message_id"]
            if (message_id, frame["run"]) not in self.accepted and message_id not in self.asked_for:
                raise Violation("P-5.11", f"a frame of run {frame['run']} came before its chat.accepted")
            require(frame["run"] >= 1, "P-3.1", f"a frame is of run {frame['run']}")
            self.answer(message_id).take(frame)

    def _check_error(self, frame: Frame) -> None:
        require(len(frame["error"]) > 3, "P-5.6", "a chat.error has no sentence")
        quoted = [token for token in self.tokens if len(token) >= SHORTEST_TOKEN and token in frame["error"]]
        require(not quoted, "P-13.5", "the sentence of an error quotes a token")
        if (client_id := frame.get("client_id")) is not None:
            require(client_id in self.sent_ids, "P-4.2", f"a chat.error has a client_id of no command: {client_id}")

    def _check_feed(self, frame: Frame) -> None:
        fields = FEED_SUCCESS if frame["type"] == "auth.success" else FEED.get(frame["type"], {})
        if (fault := find_fault(frame, fields)) is not None:
            is_answer = frame["type"].startswith("answer.")
            raise Violation("P-8.2" if frame["type"] == "auth.success" else "P-8.4" if is_answer else "P-8.3", fault)
        if (fault := find_null(frame, fields)) is not None:
            raise Violation("P-5.1", f"an optional field is null: {fault}")
        if frame["type"] == "chat.error":
            self._check_error(frame)
        for entry in frame["active"] if frame["type"] == "auth.success" else []:
            fault = find_fault({"type": "an entry of active", **entry}, ACTIVE_ENTRY)
            require(fault is None, "P-8.2", f"{fault}")
        states = {"answer.started": ACTIVE, "answer.ended": TERMINAL}.get(frame["type"])
        require(states is None or frame["status"] in states, "P-8.4", f"{frame['type']} has {frame.get('status')!r}")
        if "revision" not in frame or frame.get("renewed"):
            return
        if self.feed_revision is not None and frame["type"] != "auth.success":
            require(
                frame["revision"] == self.feed_revision + 1,
                "P-8.5",
                f"the change {frame['revision']} came after {self.feed_revision}",
            )
        self.feed_revision = frame["revision"]


def _check_accepted(frame: Frame) -> None:
    for name, role in (("message", "user"), ("reply", "assistant")):
        message = frame[name]
        fault = find_fault(message, MESSAGE)
        require(fault is None, "P-5.2", f"{name} of chat.accepted: {fault}")
        require(message["role"] == role, "P-5.2", f"{name} of chat.accepted has the role {message['role']!r}")
    require(frame["reply"]["run"] == frame["run"], "P-5.2", "chat.accepted and its reply have different runs")
    require(frame["reply"]["parent_id"] == frame["message"]["id"], "P-5.2", "the reply does not follow the question")
