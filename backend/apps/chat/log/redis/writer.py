"""The writer of one run: what it has to tell Redis, and what Redis has acknowledged."""

import asyncio
from collections.abc import Callable, Iterator
from uuid import UUID

from redis import ResponseError

from apps.chat.events import AnswerText, Delta, Ending
from apps.chat.log.base import TakenOverError
from apps.chat.log.redis.entries import (
    END,
    START,
    TEXTS,
    Chunk,
    encode_chunk,
    encode_ending,
    encode_texts,
    folded_key,
    stream_key,
)
from apps.chat.log.redis.link import Command
from apps.chat.log.redis.scripts import REBUILD_RUN
from apps.chat.log.run import Run

FOLDED_AT = 1024
"""Deltas in the stream from which on all but the newest `UNFOLDED` are folded; a delta takes a tenth of it there."""

UNFOLDED = 256
RENEWED_AFTER = 60.0
LONGEST_ENTRY = 4096
"""Deltas in one entry."""

REBUILT, HAS_ENDED, TAKEN_OVER = 0, 1, -1
"""What `REBUILD_RUN` answers."""


class RedisWriter:
    """Appends to the run in memory at once; `commands` and `take_replies` carry it to Redis, batch by batch.

    A delta is shown when its batch has been acknowledged: what was seen survives this process.
    """

    def __init__(self, answer_id: UUID, run: Run, *, ttl: float, is_begun: bool, folded: int) -> None:
        """Write `run`, of which `folded` numbers are in the chunks, and whose start is in the log if it `is_begun`."""
        self.answer_id = answer_id
        self.run = run
        self._ttl = round(ttl * 1000)
        self._folded = folded
        self._acknowledged = run.head
        self._is_begun = is_begun
        self.is_uncertain = False
        self._renewed_at = 0.0
        self._ending: Ending | None = None
        self._told: tuple[int, Ending | None] = run.head, None
        self._releasing: asyncio.Event | None = None
        self.is_done = False
        self.is_taken_over = False
        self.done = asyncio.get_running_loop().create_future()
        self.has_news: Callable[[RedisWriter], None] = lambda _: None
        self.stream = stream_key(answer_id)
        self.folded = folded_key(answer_id)

    # For the writing task -------------------------------------------------------------------------------------------

    def append(self, delta: Delta) -> None:
        if self.is_taken_over:
            raise TakenOverError
        self.run.add(delta)
        self.has_news(self)

    def text(self) -> AnswerText:
        return self.run.text()

    async def finish(self, ending: Ending) -> int:
        self._ending = ending
        self.has_news(self)
        await asyncio.shield(self.done)
        return self.run.head + 1

    async def release(self) -> None:
        self._releasing = asyncio.Event()
        self.has_news(self)
        if self._acknowledged != self.run.head and not self.is_taken_over:
            await self._releasing.wait()
        self.be_taken_over()

    # For the log ----------------------------------------------------------------------------------------------------

    def show_unsafe(self) -> None:
        """Show what Redis has not acknowledged, since it is silent."""
        self.run.show(self.run.head)
        if self._ending is not None:
            self._end()

    def lose_touch(self) -> None:
        """Take nothing for granted that has been told since the last acknowledgement."""
        self.is_uncertain = True

    def be_taken_over(self) -> None:
        """Write no more: another run has begun."""
        self.is_taken_over = True
        self.run.supersede()
        self._settle()
        self._note_safe()

    def commands(self, now: float) -> list[Command]:
        """Return what Redis has to be told now, in their order; nothing if it knows all."""
        if self.is_done or self.is_taken_over:
            return []
        if self.is_uncertain:
            self._told = self.run.head, None
            return [self._rebuild()]
        commands: list[Command] = []
        if not self._is_begun:
            commands.append(("XADD", self.stream, f"{self.run.number}-0", START, self.run.base))
        commands += self._appending()
        if self._ending is not None:
            head = self.run.head
            value = encode_ending(head, self._ending)
            commands.append(("XADD", self.stream, "NOMKSTREAM", f"{self.run.number}-{head + 1}", END, value))
        if commands and (self._ending is not None or now - self._renewed_at > RENEWED_AFTER):
            self._renewed_at = now
            commands += [("PEXPIRE", key, self._ttl) for key in (self.stream, self.folded)]
        self._told = self.run.head, self._ending
        return commands

    def take_replies(self, replies: list[object]) -> None:
        """Show what has been acknowledged; where something is not as it should be, write the log anew next time."""
        if self.is_uncertain:
            self._take_rebuilt(replies[0])
            return
        if any(reply is None or isinstance(reply, ResponseError) for reply in replies):
            # Gone from under us, or another run has begun.
            self.is_uncertain = True
            return
        self._is_begun = True
        self._acknowledged, ending = self._told
        self.run.show(self._acknowledged)
        self._note_safe()
        if ending is not None:
            self.is_done = True
            self._end()

    def fold(self) -> list[Command]:
        """Return the commands that fold the oldest deltas, to be carried out as one; nothing if there are few."""
        upto = self._acknowledged - UNFOLDED
        if self._acknowledged - self._folded < FOLDED_AT or self.is_taken_over or self.is_uncertain:
            return []
        chunk = self._chunk(self._folded, upto)
        self._folded = upto
        return [
            ("MULTI",),
            ("RPUSH", self.folded, encode_chunk(chunk)),
            ("XTRIM", self.stream, "MINID", f"{self.run.number}-{upto + 1}"),
            ("PEXPIRE", self.folded, self._ttl),
            ("EXEC",),
        ]

    def _appending(self) -> Iterator[Command]:
        first = self.run.kept.seq
        for after in range(self._acknowledged, self.run.head, LONGEST_ENTRY):
            seq = min(after + LONGEST_ENTRY, self.run.head)
            part = slice(after - first, seq - first)
            value = encode_texts(after, bytes(self.run.kinds[part]), self.run.texts[part])
            # Not made anew where it is gone: a log without its beginning would be of no use.
            yield "XADD", self.stream, "NOMKSTREAM", f"{self.run.number}-{seq}", TEXTS, value

    def _rebuild(self) -> Command:
        """Return the command that writes the whole log anew, unless another run has begun."""
        run = self.run
        folded = max(run.head - 1, run.kept.seq)
        chunk = self._chunk(run.kept.seq, folded)
        if run.kept.seq:
            chunk.kept = run.kept
        last = encode_texts(folded, bytes(run.kinds[-1:]), run.texts[-1:]) if run.texts else b""
        keys = self.stream, self.folded
        told = run.number, run.base, encode_chunk(chunk), self._ttl, run.head, last
        return "EVAL", REBUILD_RUN, len(keys), *keys, *told

    def _take_rebuilt(self, reply: object) -> None:
        if reply == TAKEN_OVER:
            self.be_taken_over()
        elif reply == HAS_ENDED:
            self.is_done = True
            self._end()
        elif reply == REBUILT:
            self._acknowledged = self._told[0]
            self._folded = max(self._acknowledged - 1, self.run.kept.seq)
            self._is_begun, self.is_uncertain = True, False
            self.run.show(self._acknowledged)
            self._note_safe()

    def _chunk(self, after: int, seq: int) -> Chunk:
        part = slice(after - self.run.kept.seq, seq - self.run.kept.seq)
        return Chunk(self.run.number, self.run.base, after, bytes(self.run.kinds[part]), self.run.texts[part])

    def _end(self) -> None:
        if self.run.ending is None and self._ending is not None:
            self.run.end(self._ending)
        self._settle()

    def _note_safe(self) -> None:
        if self._releasing is not None and (self.is_taken_over or self._acknowledged == self.run.head):
            self._releasing.set()

    def _settle(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
