"""The answers that one reader follows: a task each, in the order that a client can check."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from apps.chat.answers.follow import follow_answer
from apps.chat.answers.turn import Turn
from apps.chat.events import Position, TextPart
from apps.chat.protocol.encoding import encode_accepted, encode_ended, encode_part, encode_refusal
from apps.core.errors import AppError
from apps.core.tasks import cancel_and_wait, spawn

REMEMBERED_POSITIONS = 16


class SocketClosedError(Exception):
    """Nothing can be sent any more."""


class Followers:
    """Sends the events of answers to one reader. `send` may wait: nothing is queued for a slow reader."""

    __slots__ = ("_conversation_id", "_reached", "_runs", "_send", "_tasks")

    def __init__(self, conversation_id: UUID, send: Callable[[str], Awaitable[None]]) -> None:
        """Send the frames of answers of `conversation_id` through `send`."""
        self._conversation_id = conversation_id
        self._send = send
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._runs: dict[UUID, int] = {}
        self._reached: dict[UUID, Position] = {}

    def count(self) -> int:
        """Return how many answers are followed right now."""
        return len(self._tasks)

    def follows(self, answer_id: UUID, run: int = 0) -> bool:
        """Say whether an answer is followed, in this run or a later one."""
        return answer_id in self._tasks and self._runs.get(answer_id, 0) >= run

    def has_begun(self, answer_id: UUID, run: int) -> bool:
        """Say whether this reader has been told of this run of an answer."""
        return self._runs.get(answer_id, 0) >= run

    def begin(self, turn: Turn) -> None:
        """Announce a run that has just begun, after the end of the one before, and follow it."""
        answer_id = turn.reply.id
        if self.has_begun(answer_id, turn.run):
            return
        self._start(answer_id, turn.run, self._go_on(turn, self._tasks.get(answer_id)))

    def begin_again(self, turn: Turn, after: Position | None) -> None:
        """Announce a run once more and follow it from `after`; replaces what was followed of this answer."""
        self.follow(turn.reply.id, turn.run, after, encode_accepted(turn))

    def follow(self, answer_id: UUID, run: int, after: Position | None, announcement: str | None = None) -> None:
        """Follow an answer, which is in this run or a later one, from `after`; replaces what was followed of it."""
        before = self._tasks.get(answer_id)
        if before is not None:
            before.cancel()
        self._start(answer_id, run, self._replace(before, answer_id, run, after, announcement))

    def tasks(self) -> list[asyncio.Task[None]]:
        """Return what is being followed right now."""
        return list(self._tasks.values())

    async def close(self) -> None:
        """Follow nothing any more."""
        await cancel_and_wait(*self._tasks.values())

    def _start(self, answer_id: UUID, run: int, work: Coroutine[Any, Any, None]) -> None:
        self._runs[answer_id] = max(run, self._runs.get(answer_id, 0))
        task = spawn(work, name=f"follow-{answer_id}")
        self._tasks[answer_id] = task
        task.add_done_callback(lambda ended: self._forget(answer_id, ended))

    def _forget(self, answer_id: UUID, task: asyncio.Task[None]) -> None:
        if self._tasks.get(answer_id) is task:
            del self._tasks[answer_id]
        while len(self._reached) > REMEMBERED_POSITIONS:
            del self._reached[next(iter(self._reached))]

    async def _go_on(self, turn: Turn, before: asyncio.Task[None] | None) -> None:
        """Follow a new run from where this reader is; a reader of the run before gets its terminal frame first."""
        if before is not None:
            await asyncio.wait([before])
        start = Position(turn.run, 0) if turn.run == 1 else None
        after = self._reached.get(turn.reply.id, start)
        await self._follow(turn.reply.id, turn.run, after, encode_accepted(turn))

    async def _replace(
        self,
        before: asyncio.Task[None] | None,
        answer_id: UUID,
        run: int,
        after: Position | None,
        announcement: str | None,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._follow(answer_id, run, after, announcement)

    async def _follow(self, answer_id: UUID, run: int, after: Position | None, announcement: str | None) -> None:
        name = str(answer_id)
        # What a reader says that it has counts, though it be sent nothing before the next run begins.
        if after is None:
            self._reached.pop(answer_id, None)
        else:
            self._reached[answer_id] = after
        try:
            if announcement is not None:
                await self._send(announcement)
            async for event in follow_answer(self._conversation_id, answer_id, run, after):
                frame = encode_part(name, event) if isinstance(event, TextPart) else encode_ended(name, event)
                await self._send(frame)
                self._reached[answer_id] = Position(event.run, event.seq)
        except AppError as error:
            await self._send(encode_refusal(error))
        except SocketClosedError:
            return  # Nobody reads any more; the answer goes on without this follower.
