"""The Redis writer of one run: which commands Redis still needs, and which it has acknowledged."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from uuid import UUID

from apps.chat.events import AnswerText, Delta, DeltaKind, Ending
from apps.chat.log.redis.entries import (
    END,
    START,
    TEXTS,
    Fold,
    encode_ending,
    encode_fold,
    encode_texts,
    folds_key,
    stream_key,
)
from apps.chat.log.redis.scripts import REBUILD_RUN
from apps.chat.log.run_log import RunLog
from apps.core.redis.link import Command
from apps.core.states import check_transition

FOLDED_AT = 1024
"""Deltas in the stream at which all but the newest `UNFOLDED_DELTAS` are folded, to take a tenth of the memory."""

UNFOLDED_DELTAS = 256
RENEW_AFTER_SECONDS = 60.0
"""Seconds after which the time to live of a running answer's keys is renewed."""

MAX_ENTRY_LENGTH = 4096
"""Deltas in one entry."""

_SUCCESS_REPLY_TYPES = frozenset({bytes, int})
REBUILT, HAS_ENDED, TAKEN_OVER = 0, 1, -1
"""The replies of `REBUILD_RUN`."""


class WriterState(Enum):
    """States of a writer: what it knows about its log in Redis."""

    NEW = auto()
    """The log does not have the run's start entry yet."""

    IN_STEP = auto()
    """The log holds everything that Redis has acknowledged."""

    UNCERTAIN = auto()
    """A command may or may not have been carried out: the log is rebuilt before anything is appended."""

    ENDED = auto()
    """The log holds the terminal entry."""

    TAKEN_OVER = auto()
    """A later run has begun, here or in another process: this writer writes nothing more."""

    @property
    def is_final(self) -> bool:
        """Whether Redis needs nothing more from this writer."""
        return self is WriterState.ENDED or self is WriterState.TAKEN_OVER  # A set would hash it each time.


TRANSITIONS: dict[WriterState, frozenset[WriterState]] = {
    WriterState.NEW: frozenset({WriterState.IN_STEP, WriterState.UNCERTAIN, WriterState.TAKEN_OVER}),
    WriterState.IN_STEP: frozenset({WriterState.UNCERTAIN, WriterState.ENDED, WriterState.TAKEN_OVER}),
    WriterState.UNCERTAIN: frozenset({WriterState.IN_STEP, WriterState.ENDED, WriterState.TAKEN_OVER}),
    WriterState.ENDED: frozenset({WriterState.TAKEN_OVER}),
    WriterState.TAKEN_OVER: frozenset(),
}


class RedisWriter:
    """Appends to the run in memory immediately; `make_commands` and `process_replies` carry it to Redis in batches.

    A delta is shown when Redis has acknowledged its batch: text that a follower has seen survives this process.
    """

    def __init__(self, answer_id: UUID, run_log: RunLog, *, ttl: float, state: WriterState, folded: int) -> None:
        """Write to `run_log`, of which Redis holds the first `folded` deltas in folds."""
        self.answer_id = answer_id
        self.run_log = run_log
        self.state = state
        self._ttl = round(ttl * 1000)
        self._folded = folded
        self._acknowledged = run_log.head
        self._renewed_at = 0.0
        self._ending: Ending | None = None
        self._has_written = True
        self._is_probing = False
        self._sent: tuple[int, Ending | None] = run_log.head, None
        self._all_acknowledged = asyncio.Event()
        self.ended = asyncio.get_running_loop().create_future()
        self.on_pending: Callable[[RedisWriter], None] = lambda _: None
        """Called when there is something that Redis needs."""
        self.stream = stream_key(answer_id)
        self.folds = folds_key(answer_id)

    # For the task that writes the answer ----------------------------------------------------------------------------

    def append(self, delta: Delta) -> None:
        self.run_log.add(delta)
        self.on_pending(self)

    def reclassify(self, kind: DeltaKind) -> None:
        self.run_log.add_mark(kind)
        self.on_pending(self)

    def text(self) -> AnswerText:
        return self.run_log.text()

    async def flush(self) -> None:
        while self.run_log.shown < self.run_log.head and not self.state.is_final:
            await self.run_log.wait_for_change()

    async def finish(self, ending: Ending) -> int:
        self._ending = ending
        self.on_pending(self)
        await asyncio.shield(self.ended)
        return self.run_log.head + 1

    async def release(self) -> None:
        if self.state is not WriterState.TAKEN_OVER and self._acknowledged != self.run_log.head:
            self._all_acknowledged.clear()
            await self._all_acknowledged.wait()
        self.shut_out()
        self.on_pending(self)  # Now that the state is final, the pipeline forgets this writer.

    # For the pipeline -----------------------------------------------------------------------------------------------

    def probe(self) -> None:
        """Ask Redis whether it still has the log, unless something was written since the last probe."""
        if self._has_written:
            self._has_written = False
        elif self.state is WriterState.IN_STEP:
            self._is_probing = True
            self.on_pending(self)

    def show_unacknowledged(self) -> None:
        """Show deltas that Redis has not acknowledged, because it is silent."""
        self.run_log.show(self.run_log.head)
        if self._ending is not None:
            self._show_end()

    def forget_unacknowledged(self) -> None:
        """Assume nothing about commands that were sent since the last acknowledgement."""
        if not self.state.is_final:
            self._move(WriterState.UNCERTAIN)

    def shut_out(self) -> None:
        """Write nothing more, because a later run has begun."""
        self._move(WriterState.TAKEN_OVER)
        self.run_log.supersede()
        self._resolve_ended()
        self._all_acknowledged.set()

    def make_commands(self, now: float) -> list[Command]:
        """Return the commands that Redis still needs, in order; none if it knows everything."""
        if self.state.is_final:
            return []
        if self.state is WriterState.UNCERTAIN:
            self._sent = self.run_log.head, None
            return [self._rebuild()]
        commands: list[Command] = []
        if self.state is WriterState.NEW:
            commands.append(("XADD", self.stream, f"{self.run_log.number}-0", START, self.run_log.base))
        head = self.run_log.head
        commands += [self._append_from(after) for after in range(self._acknowledged, head, MAX_ENTRY_LENGTH)]
        self._has_written = self._has_written or bool(commands)
        if self._ending is not None:
            value = encode_ending(head, self._ending)
            commands.append(("XADD", self.stream, "NOMKSTREAM", f"{self.run_log.number}-{head + 1}", END, value))
        if commands and (self._ending is not None or now - self._renewed_at > RENEW_AFTER_SECONDS):
            self._renewed_at = now
            commands += [("PEXPIRE", key, self._ttl) for key in (self.stream, self.folds)]
        if self._is_probing and not commands:
            commands = [("PEXPIRE", self.stream, self._ttl)]
        else:
            self._is_probing = False
        self._sent = head, self._ending
        return commands

    def process_replies(self, replies: list[object]) -> None:
        """Show what Redis has acknowledged; after an unexpected reply, the next batch rebuilds the log."""
        if self.state is WriterState.UNCERTAIN:
            self._process_rebuild_reply(replies[0])
            return
        if self.state.is_final:
            return  # Taken over while the batch was on its way.
        if self._is_probing:
            self._is_probing = False
            if replies != [0]:
                return
            replies = [None]
        if not _SUCCESS_REPLY_TYPES.issuperset(map(type, replies)):
            # None: the stream has been deleted. An error: another run has begun.
            self._move(WriterState.UNCERTAIN)
            return
        head, ending = self._sent
        self._acknowledge(head)
        if ending is not None:
            self._move(WriterState.ENDED)
            self._show_end()

    def make_fold_commands(self) -> list[Command]:
        """Return the transaction that moves the oldest deltas to a fold; no commands if there are few."""
        is_small = self._acknowledged - self._folded < FOLDED_AT
        if is_small or self.state not in {WriterState.IN_STEP, WriterState.ENDED}:
            return []
        last = self._acknowledged - UNFOLDED_DELTAS
        fold = self._make_fold(self._folded, last)
        self._folded = last
        return [
            ("MULTI",),
            ("RPUSH", self.folds, encode_fold(fold)),
            ("XTRIM", self.stream, "MINID", f"{self.run_log.number}-{last + 1}"),
            ("PEXPIRE", self.folds, self._ttl),
            ("EXEC",),
        ]

    def _move(self, state: WriterState) -> None:
        if state is not self.state:
            check_transition(TRANSITIONS, self.state, state)
            self.state = state

    def _acknowledge(self, head: int) -> None:
        if self.state is not WriterState.IN_STEP:
            self._move(WriterState.IN_STEP)
        self._acknowledged = head
        self.run_log.show(head)
        if head == self.run_log.head:
            self._all_acknowledged.set()

    def _append_from(self, after: int) -> Command:
        """Return the command that appends the deltas after number `after`."""
        run_log, seq = self.run_log, min(after + MAX_ENTRY_LENGTH, self.run_log.head)
        part = slice(after - run_log.prefix.seq, seq - run_log.prefix.seq)
        value = encode_texts(after, bytes(run_log.kinds[part]), run_log.texts[part])
        # NOMKSTREAM: a log without its beginning would be of no use.
        return "XADD", self.stream, "NOMKSTREAM", f"{run_log.number}-{seq}", TEXTS, value

    def _rebuild(self) -> Command:
        """Return the command that replaces the whole log, unless another run has begun."""
        run_log = self.run_log
        folded = max(run_log.head - 1, run_log.prefix.seq)
        fold = self._make_fold(run_log.prefix.seq, folded)
        if run_log.prefix.seq:
            fold.prefix = run_log.prefix
        last = encode_texts(folded, bytes(run_log.kinds[-1:]), run_log.texts[-1:]) if run_log.texts else b""
        keys = self.stream, self.folds
        arguments = run_log.number, run_log.base, encode_fold(fold), self._ttl, run_log.head, last
        return "EVAL", REBUILD_RUN, len(keys), *keys, *arguments

    def _process_rebuild_reply(self, reply: object) -> None:
        if reply == TAKEN_OVER:
            self.shut_out()
        elif reply == HAS_ENDED:
            self._move(WriterState.ENDED)
            self._show_end()
        elif reply == REBUILT:
            self._acknowledge(self._sent[0])
            self._folded = max(self._acknowledged - 1, self.run_log.prefix.seq)
            if self._ending is not None:
                self.on_pending(self)  # The end follows in the next batch.

    def _make_fold(self, after: int, seq: int) -> Fold:
        part = slice(after - self.run_log.prefix.seq, seq - self.run_log.prefix.seq)
        run_log = self.run_log
        texts, kinds = run_log.texts[part], bytes(run_log.kinds[part])
        return Fold(run_log.number, run_log.base, after, kinds, texts, earlier_bases=run_log.earlier_bases)

    def _show_end(self) -> None:
        if self.run_log.ending is None and self._ending is not None:
            self.run_log.end(self._ending)
        self._resolve_ended()

    def _resolve_ended(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
