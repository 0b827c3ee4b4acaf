"""A browser tab as the drill plays it: reconnects after each drop, and checks in each frame that nothing was lost."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from faults.journal import Journal, Kind
from faults.proxy import Proxy
from faults.tally import SeenAnswer, Tally
from faults.users import DrillUser
from testkit.socket_client import AnswerCheck, ChatSocket, Frame

PING_SECONDS = 2.0
HANDSHAKE_SECONDS = 5.0
JITTER_SECONDS = (0.05, 0.8)
TOKENS_PER_SECOND = 20
"""Tokens per second with which the model answers."""


class LostError(Exception):
    """The connection cannot be used any more: reconnect."""


DROPPED = (OSError, WebSocketException, TimeoutError, LostError)


@dataclass
class RunState:
    """The state that all clients share."""

    proxy: Proxy
    journal: Journal
    tally: Tally
    killed_at: dict[int, float]
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the end of the run: clients ask no more questions."""


class DrillTab:
    """Follows the answers of one conversation over as many connections as it takes."""

    def __init__(self, state: RunState, user: DrillUser, conversation_id: str, rng: random.Random) -> None:
        self.state = state
        self.user = user
        self.conversation_id = conversation_id
        self.rng = rng
        self.current: AnswerCheck | None = None
        """The answer that is being read."""
        self.expects_replay = False
        """True if an answer was requested from its beginning, so that a reset is expected."""
        self._last_frame_at = 0.0

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[ChatSocket]:
        """Open a socket and sign in; raises one of `DROPPED`."""
        socket = await self.user.connect(
            self.conversation_id,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            open_timeout=HANDSHAKE_SECONDS,
            close_timeout=1,
        )
        try:
            await self._sign_in(socket)
            yield socket
        finally:
            await socket.drop()

    async def _sign_in(self, socket: ChatSocket) -> None:
        self.expects_replay = False
        resume = {}
        if self.current is not None and not self.current.ended:
            socket.answers[self.current.message_id] = self.current
            resume = {"resume": self.current.position}
        await socket.send("auth", token=self.user.access, **resume)
        first = await socket.expect("auth.success", "chat.error")
        if first["type"] == "chat.error":
            await self.handle_refusal(first)
        socket.auth_success = first

    async def handle_refusal(self, frame: Frame) -> None:
        """Complain about a refusal that is not temporary, wait as long as the server asks, and raise LostError."""
        if frame["code"] != "INTERNAL_ERROR" or "retry_after" not in frame:
            self.state.tally.complaints.append(f"refused: {frame['code']}, {frame['error']}")
        await asyncio.sleep(min(float(frame.get("retry_after", 1)), 5.0))
        raise LostError

    async def wait_to_reconnect(self) -> None:
        """Wait a little before reconnecting."""
        self.state.tally.drops += 1
        await asyncio.sleep(self.rng.uniform(*JITTER_SECONDS))

    async def receive(self, socket: ChatSocket) -> Frame:
        """Return the next frame, checked and counted; raises one of `DROPPED`."""
        before = self._position()
        try:
            frame = await socket.receive()
        except AssertionError as error:
            self._complain(socket.frames[-1], str(error), before)
            raise LostError from None
        self.state.tally.frames += 1
        if frame["type"] == "chat.accepted":
            self._accept(socket, frame)
        elif "seq" in frame:
            self._note(socket, frame, before)
        return frame

    def _position(self) -> tuple[int, int]:
        return (0, 0) if self.current is None else (self.current.run, self.current.seq)

    def _accept(self, socket: ChatSocket, frame: Frame) -> None:
        answer = socket.answer(frame["reply"]["id"])
        if self.current is not answer:
            answer.run = answer.run or frame["run"]
            self.current = answer
            self._last_frame_at = asyncio.get_running_loop().time()

    def _note(self, socket: ChatSocket, frame: Frame, before: tuple[int, int]) -> None:
        now = asyncio.get_running_loop().time()
        answer_id = frame["message_id"]
        if frame.get("reset"):
            self._note_reset(frame, before, now)
        self._note_recovery(frame, before[0], now)
        self._note_catch_up(socket, answer_id, now)
        self._last_frame_at = now
        if frame.get("done"):
            answer = socket.answer(answer_id)
            status = frame.get("status") or "error"
            seen = SeenAnswer(answer_id, self.conversation_id, status, answer.run, answer.content)
            self.state.tally.seen_answers.append(seen)

    def _note_reset(self, frame: Frame, before: tuple[int, int], now: float) -> None:
        if self.expects_replay or before[1] == 0:
            self.expects_replay = False
            return
        # Its last frame may have been in transit for a while: the answer shows how old it is.
        since = min(self._last_frame_at, now - (frame["seq"] - before[1]) / TOKENS_PER_SECOND)
        blamed = self.state.journal.blame(since, now)
        self.state.tally.resets[blamed] += 1
        position = f"{frame['run']}:{frame['seq']}"
        self.log(f"reset of {frame['message_id']} from {before[0]}:{before[1]} to {position}, by {blamed}")

    def _note_recovery(self, frame: Frame, run_before: int, now: float) -> None:
        tally = self.state.tally
        died_at = self.state.killed_at.get(tally.writers.get(frame["message_id"], 0))
        if died_at is not None and (frame["run"] > run_before or frame.get("status") == "interrupted"):
            tally.recoveries.append(now - died_at)
            del tally.writers[frame["message_id"]]

    def _note_catch_up(self, socket: ChatSocket, answer_id: str, now: float) -> None:
        writer = self.state.tally.writers.get(answer_id)
        if writer is None or writer in self.state.killed_at or self.worker_behind(socket) == writer:
            return
        for fault in reversed(self.state.journal.faults):
            if fault.kind is Kind.REDIS_RESTART:
                if fault.ended is not None and self._last_frame_at < fault.ended <= now:
                    self.state.tally.catch_ups.append(now - fault.ended)
                return

    def _complain(self, frame: Frame, reason: str, before: tuple[int, int]) -> None:
        start = int(frame.get("from", 0))
        if start > before[1]:
            self.state.tally.lost += start - before[1]
        else:
            self.state.tally.repeated += max(1, before[1] - start)
        position = f"run {frame.get('run')}, from {frame.get('from')}, seq {frame.get('seq')}"
        complaint = f"{frame['message_id']}, {position}, after {before[0]}:{before[1]}: {reason[:200]}"
        self.state.tally.complaints.append(complaint)
        self.log(f"complaint: {complaint}")
        self.current = AnswerCheck(frame["message_id"], run=1)  # Later frames are checked from the beginning.

    def worker_behind(self, socket: ChatSocket) -> int | None:
        """Return the port of the worker at the other end."""
        address: Any = socket.connection.local_address
        return self.state.proxy.worker_behind(address[1])

    def log(self, line: str) -> None:
        """Print an event of this client, to find out why a run failed."""
        print(f"{asyncio.get_running_loop().time():10.3f}  {self.conversation_id[-6:]}  {line}", flush=True)


class Watcher(DrillTab):
    """A second tab, which reads every answer of the conversation."""

    async def run(self) -> None:
        while True:
            try:
                async with self.connected() as socket:
                    while True:
                        await self.receive(socket)
            except DROPPED:
                await self.wait_to_reconnect()
