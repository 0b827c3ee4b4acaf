"""The stream log of a single process."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from uuid import UUID

from apps.chat.events import AnswerText, Delta, DeltaKind, Ending, Position, RunEnded, StreamEvent, TextPart
from apps.chat.streams.base import NoSuchLogError
from apps.chat.streams.merging import KINDS, can_go_on, merge_texts, reset_with

KEPT_BYTES = 32 * 1024 * 1024
"""Memory, roughly, for ended answers that are kept for readers who come back; the oldest goes first."""

TEXT_BYTES = 64
"""What a short text costs in memory beside its characters."""


class _Run:
    """One run of an answer: `texts[i]`, of kind `KINDS[kinds[i]]`, has the number `kept.seq + 1 + i`.

    Texts and bytes rather than objects: what the garbage collector need not look at, it cannot stop the stream for.
    """

    def __init__(self, run: int, kept: AnswerText, texts: list[str], kinds: bytearray) -> None:
        self.number = run
        self.kept = kept
        self.texts = texts
        self.kinds = kinds
        self.base = kept.seq + len(texts)
        self.ending: Ending | None = None
        self.ended_at = 0.0
        self._joined = kept
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def head(self) -> int:
        """The number of the last delta, the terminal one not counted."""
        return self.kept.seq + len(self.texts)

    def append(self, delta: Delta) -> None:
        if self.ending is not None:
            raise RuntimeError("the run has ended")
        self.texts.append(delta.text)
        self.kinds.append(delta.kind is DeltaKind.REASONING)
        if self._waiting:
            self._wake()

    async def finish(self, ending: Ending) -> int:
        self.ending = ending
        self.ended_at = asyncio.get_running_loop().time()
        self._wake()
        return self.head + 1

    def text(self) -> AnswerText:
        # Only what is new is joined: this is asked for again and again while a long answer grows.
        content, reasoning = [self._joined.content], [self._joined.reasoning]
        for part in self.after(self._joined.seq):
            (content if part.kind is DeltaKind.CONTENT else reasoning).append(part.text)
        self._joined = AnswerText("".join(content), "".join(reasoning), self.head)
        return self._joined

    def size(self) -> int:
        """Return about how many bytes the run holds."""
        texts = len(self.kept.content) + len(self.kept.reasoning) + sum(map(len, self.texts))
        return 2 * texts + TEXT_BYTES * len(self.texts)

    def after(self, seq: int) -> Iterator[TextPart]:
        """Yield the deltas after a number, merged."""
        start = seq - self.kept.seq
        if start == len(self.texts) - 1:  # Who is up to date gets each delta by itself: nothing to merge.
            yield TextPart(self.number, seq, seq + 1, KINDS[self.kinds[start]], self.texts[start])
            return
        yield from merge_texts(self.texts[start:], self.kinds[start:], run=self.number, after=seq)

    def can_go_on(self, position: Position) -> bool:
        """Say whether a reader at `position` can be sent just what follows."""
        head = self.head + (self.ending is not None)
        return can_go_on(position, run=self.number, run_base=self.base, kept_from=self.kept.seq, head=head)

    def reset(self) -> Iterator[TextPart]:
        """Yield all that the answer holds right now, as a reset."""
        if self.kept.seq or not self.texts:
            yield from reset_with(self.text(), run=self.number)
            return
        # Every delta is kept: true numbers all along, so that a reader who is cut off in between goes on from there.
        for part in merge_texts(self.texts[:], self.kinds[:], run=self.number, after=0):
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
            # The readers of the run before go on without a reset; an empty text stands for its terminal number.
            begun = _Run(run, before.kept, [*before.texts, ""], before.kinds + b"\0")
        else:
            begun = _Run(run, text, [], bytearray())
        self._runs[answer_id] = begun
        return _Writer(self, answer_id, begun)

    async def follow(self, answer_id: UUID, after: Position | None) -> AsyncGenerator[StreamEvent]:
        run = self._runs.get(answer_id)
        if run is None:
            raise NoSuchLogError(answer_id)
        if after is not None and run.can_go_on(after):
            position = after.seq
        else:
            position = 0
            for part in run.reset():
                position = part.seq
                yield part
        while True:
            while position < run.head:
                for part in run.after(position):
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
