"""The stream log of a single process."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from uuid import UUID

from apps.chat.events import AnswerText, Delta, DeltaKind, Ending, Position, RunEnded, StreamEvent, TextPart
from apps.chat.streams.base import NoSuchLogError
from apps.chat.streams.merging import can_go_on, merge_deltas, reset_with

KEPT_BYTES = 32 * 1024 * 1024
"""Memory, roughly, for ended answers that are kept for readers who come back; the oldest goes first."""

DELTA_BYTES = 128
"""What a short delta costs in memory: the object, its place in a list, its text."""


class _Run:
    """One run of an answer: `deltas[i]` has the number `kept.seq + 1 + i`."""

    def __init__(self, run: int, kept: AnswerText, deltas: list[Delta]) -> None:
        self.number = run
        self.kept = kept
        self.deltas = deltas
        self.base = kept.seq + len(deltas)
        self.ending: Ending | None = None
        self.ended_at = 0.0
        self._joined = kept
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def head(self) -> int:
        """The number of the last delta, the terminal one not counted."""
        return self.kept.seq + len(self.deltas)

    def append(self, delta: Delta) -> None:
        if self.ending is not None:
            raise RuntimeError("the run has ended")
        self.deltas.append(delta)
        if self._waiting:
            self._wake()

    async def finish(self, ending: Ending) -> int:
        self.ending = ending
        self.ended_at = asyncio.get_running_loop().time()
        self._wake()
        return self.head + 1

    def text(self) -> AnswerText:
        # Only what is new is joined: this is asked for again and again while a long answer grows.
        joined = self._joined
        fresh = self.deltas[joined.seq - self.kept.seq :]
        content = joined.content + "".join(delta.text for delta in fresh if delta.kind is DeltaKind.CONTENT)
        reasoning = joined.reasoning + "".join(delta.text for delta in fresh if delta.kind is DeltaKind.REASONING)
        self._joined = AnswerText(content, reasoning, self.head)
        return self._joined

    def size(self) -> int:
        """Return about how many bytes the run holds."""
        texts = len(self.kept.content) + len(self.kept.reasoning) + sum(len(delta.text) for delta in self.deltas)
        return 2 * texts + DELTA_BYTES * len(self.deltas)

    def begin(self, after: Position | None) -> tuple[int, Iterator[TextPart]]:
        """Return the number from which a reader goes on, and what it is sent before that."""
        head = self.head + (self.ending is not None)
        if after is not None and can_go_on(
            after, run=self.number, run_base=self.base, kept_from=self.kept.seq, head=head
        ):
            return after.seq, iter(())
        return self.head, self._reset()

    def _reset(self) -> Iterator[TextPart]:
        if self.kept.seq or not self.deltas:
            yield from reset_with(self.text(), run=self.number)
            return
        # Every delta is kept: true numbers all along, so that a reader who is cut off in between goes on from there.
        for part in merge_deltas(self.deltas, run=self.number, after=0):
            yield part._replace(reset=True) if part.after == 0 else part

    async def changed(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()


class MemoryStreamLog:
    """Keeps the runs that are being written, and ended ones for `ttl` seconds within a bound of size."""

    def __init__(self, ttl: float) -> None:
        self._ttl = ttl
        self._runs: dict[UUID, _Run] = {}
        self._ended: OrderedDict[UUID, int] = OrderedDict()
        self._ended_size = 0

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> "_Writer":
        before = self._runs.get(answer_id)
        self._forget_ended(answer_id)
        if before is not None and before.ending is not None and before.head + 1 == text.seq:
            # The readers of the run before go on without a reset; an empty delta stands for its terminal number.
            begun = _Run(run, before.kept, [*before.deltas, Delta("")])
        else:
            begun = _Run(run, text, [])
        self._runs[answer_id] = begun
        return _Writer(self, answer_id, begun)

    async def follow(self, answer_id: UUID, after: Position | None) -> AsyncGenerator[StreamEvent]:
        run = self._runs.get(answer_id)
        if run is None:
            raise NoSuchLogError(answer_id)
        position, parts = run.begin(after)
        for part in parts:
            yield part
        while True:
            while position < run.head:
                lacking = run.deltas[position - run.kept.seq :]
                if len(lacking) == 1:  # Who is up to date gets each delta by itself: nothing to merge.
                    delta = lacking[0]
                    position += 1
                    yield TextPart(run.number, position - 1, position, delta.kind, delta.text)
                    continue
                for part in merge_deltas(lacking, run=run.number, after=position):
                    position = part.seq
                    yield part
            if run.ending is not None:
                yield RunEnded(run.number, position, run.head + 1, run.ending)
                return
            await run.changed()

    def keep_ended(self, answer_id: UUID, run: _Run) -> None:
        """Keep an ended run for a while, and forget those whose time or room is over."""
        self._ended[answer_id] = size = run.size()
        self._ended_size += size
        while self._ended:
            oldest_id = next(iter(self._ended))
            if self._ended_size <= KEPT_BYTES and self._runs[oldest_id].ended_at > run.ended_at - self._ttl:
                return
            self._forget_ended(oldest_id)
            del self._runs[oldest_id]

    def _forget_ended(self, answer_id: UUID) -> None:
        self._ended_size -= self._ended.pop(answer_id, 0)


class _Writer:
    def __init__(self, log: MemoryStreamLog, answer_id: UUID, run: _Run) -> None:
        self._log = log
        self._answer_id = answer_id
        self._run = run
        self.append = run.append
        self.text = run.text

    async def finish(self, ending: Ending) -> int:
        seq = await self._run.finish(ending)
        self._log.keep_ended(self._answer_id, self._run)
        return seq
