"""The followers of one connection: a task for each answer, which sends its frames in order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from uuid import UUID

from apps.chat.answers.follow import follow_answer
from apps.chat.answers.turn_view import Turn, find_turn
from apps.chat.events import Position, TerminalEvent, TextPart
from apps.chat.live.connection import ConnectionClosedError
from apps.chat.protocol.encoding import encode_accepted, encode_ended, encode_part, encode_refusal
from apps.core.database import run_in_database
from apps.core.errors import AppError
from apps.core.tasks import cancel_and_wait, spawn

REMEMBERED_ANSWERS = 16
"""The latest ended answers whose runs and positions a connection remembers."""


class Followers:
    """Sends the events of answers. `send` may wait: nothing is queued for a client that reads slowly."""

    __slots__ = ("_conversation_id", "_get_session_id", "_positions", "_runs", "_send", "_tasks")

    def __init__(
        self, conversation_id: UUID, get_session_id: Callable[[], UUID], send: Callable[[str], Awaitable[None]]
    ) -> None:
        """Send the frames of answers of `conversation_id` through `send`, to a client that has this session now."""
        self._conversation_id = conversation_id
        self._get_session_id = get_session_id
        self._send = send
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._runs: dict[UUID, int] = {}
        self._positions: dict[UUID, Position] = {}

    def count(self) -> int:
        return len(self._tasks)

    def is_following(self, answer_id: UUID) -> bool:
        return answer_id in self._tasks

    def knows_run(self, answer_id: UUID, run_number: int) -> bool:
        """Return whether this connection has announced or followed this run of an answer, or a later one."""
        return self._runs.get(answer_id, 0) >= run_number

    def tasks(self) -> list[asyncio.Task[None]]:
        """Return the tasks that follow answers."""
        return list(self._tasks.values())

    def announce(self, turn: Turn) -> None:
        """Announce a new run, once the previous one has ended, and follow it from the client's position."""
        answer_id = turn.answer.id
        if self.knows_run(answer_id, turn.run_number):
            return
        if turn.run_number == 1:
            self._positions.setdefault(answer_id, Position(turn.run_number, 0))
        self._start(answer_id, turn.run_number, encode_accepted(turn, self._get_session_id()))

    def reannounce_from(self, turn: Turn, after: Position | None) -> None:
        """Announce a run again, and follow it from `after`."""
        self.follow(turn.answer.id, turn.run_number, after, encode_accepted(turn, self._get_session_id()))

    def follow(self, answer_id: UUID, run_number: int, after: Position | None, announcement: str | None = None) -> None:
        """Follow an answer from `after` (None: from the beginning); replaces its follower."""
        if (previous := self._tasks.get(answer_id)) is not None:
            previous.cancel()
        # Stored now: the next run may begin before anything is sent, and continues from here.
        if after is None:
            self._positions.pop(answer_id, None)
        else:
            self._positions[answer_id] = after
        self._start(answer_id, run_number, announcement)

    async def close(self) -> None:
        await cancel_and_wait(*self._tasks.values())

    def _start(self, answer_id: UUID, run_number: int, announcement: str | None) -> None:
        # Re-inserted last: `_forget` drops the oldest.
        self._runs[answer_id] = max(run_number, self._runs.pop(answer_id, 0))
        work = self._follow(answer_id, run_number, announcement, self._tasks.get(answer_id))
        task = spawn(work, name=f"follow-{answer_id}")
        self._tasks[answer_id] = task
        task.add_done_callback(lambda ended: self._forget(answer_id, ended))

    def _forget(self, answer_id: UUID, task: asyncio.Task[None]) -> None:
        if self._tasks.get(answer_id) is task:
            del self._tasks[answer_id]
        ended = [key for key in self._runs if key not in self._tasks]
        for oldest in ended[:-REMEMBERED_ANSWERS]:
            del self._runs[oldest]
            self._positions.pop(oldest, None)

    async def _follow(
        self, answer_id: UUID, run_number: int, announcement: str | None, previous: asyncio.Task[None] | None
    ) -> None:
        """Send an announcement and the events of an answer, once the follower `previous` has ended."""
        if previous is not None:
            await asyncio.wait([previous])
        message_id = str(answer_id)
        try:
            if announcement is not None:
                await self._send(announcement)
            position = self._positions.get(answer_id)
            async with aclosing(follow_answer(self._conversation_id, answer_id, run_number, position)) as events:
                async for event in events:
                    if event.run_number > run_number and self.knows_run(answer_id, event.run_number):
                        return  # Announced meanwhile: its follower waits for this one.
                    frame = (
                        encode_part(message_id, event)
                        if isinstance(event, TextPart)
                        else encode_ended(message_id, event)
                    )
                    await self._send(frame)
                    self._positions[answer_id] = Position(event.run_number, event.seq)
                    if isinstance(event, TerminalEvent):
                        return
            await self._announce_next(answer_id, run_number)
        except AppError as error:
            await self._send(encode_refusal(error))
        except ConnectionClosedError:
            return  # The answer is still written to its end.

    async def _announce_next(self, answer_id: UUID, run_number: int) -> None:
        """Announce the run that has superseded run `run_number`, in case its notification was lost."""
        if not self.knows_run(answer_id, run_number + 1):
            turn = await run_in_database(find_turn, self._conversation_id, answer_id)
            if turn is not None:
                self.announce(turn)
