"""The log of one run in the memory of a process, and how followers read it."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Self

from apps.chat.events import AnswerText, Delta, DeltaKind, Ending, Position, StreamEvent, TerminalEvent, TextPart
from apps.chat.log.base import TakenOverError
from apps.chat.log.merging import KINDS, MARKS, can_continue, find_marks, merge_texts, split_reset

TEXT_BYTES = 64
"""Bytes that a string takes in addition to its characters, roughly."""


class RunLog:
    """The deltas of one run: `texts[i]`, of kind `KINDS[kinds[i]]`, has the number `prefix.seq + 1 + i`.

    A delta of kind `MARKS[i]` is a mark, whose text is a number, such as "7". The deltas from 8 to the mark are then of
    kind `KINDS[i]`, whatever kind they were appended with. A follower that passes a mark gets a reset.

    Strings and bytes rather than objects: the garbage collector does not traverse them, so it does not pause streams.
    Followers see the numbers up to `shown`. A run ends with an `ending`, or is superseded by a later one.
    """

    def __init__(self, number: int, prefix: AnswerText, texts: list[str] | None = None, kinds: bytes = b"") -> None:
        """Begin a run after `prefix`, whose single deltas the log does not have, and the `texts` of earlier runs."""
        self.number = number
        self.prefix = prefix
        self.texts = texts or []
        self.kinds = bytearray(kinds)
        self.head = prefix.seq + len(self.texts)
        """The number of the last delta; the terminal event is not counted."""
        self.base = self.shown = self.head
        self.earlier_bases: dict[int, int] = {}
        """The number after which each earlier run began, if the log has it."""
        self.ending: Ending | None = None
        self.is_superseded = False
        self.is_over = False
        """Whether the run has ended or is superseded: one flag, because it is checked for each delta."""
        self._joined = prefix
        self._marks = find_marks(self.kinds, after=prefix.seq)
        self._waiters: list[asyncio.Future[None]] = []

    def next_run(self, number: int) -> Self:
        """Return the run that continues and supersedes this one; followers need no reset."""
        if self.ending is None:
            self.supersede()
            following = type(self)(number, self.prefix, self.texts[:], bytes(self.kinds))
        else:
            # An empty text stands for the terminal number.
            following = type(self)(number, self.prefix, [*self.texts, ""], bytes(self.kinds) + b"\0")
        following.earlier_bases = self._bases()
        return following

    # Writing --------------------------------------------------------------------------------------------------------

    def add(self, delta: Delta) -> None:
        """Number `delta` without showing it yet.

        Raises:
            TakenOverError: the run is over.
        """
        if self.is_over:
            raise TakenOverError
        self.head += 1
        self.texts.append(delta.text)
        self.kinds.append(delta.kind is DeltaKind.REASONING)

    def append(self, delta: Delta) -> None:
        """Number `delta` and show it."""
        self.add(delta)
        self.shown += 1
        if self._waiters:
            self._wake()

    def add_mark(self, kind: DeltaKind) -> None:
        """Add a mark: the text of this run so far counts as `kind`; not shown yet."""
        self.add(Delta(str(self.base)))
        self.kinds[-1] = MARKS[KINDS.index(kind)]
        self._marks.append(self.head)

    def reclassify(self, kind: DeltaKind) -> None:
        """Add and show a mark: the text of this run so far counts as `kind`."""
        self.add_mark(kind)
        self.show(self.head)

    def extend(self, texts: Sequence[str], kinds: bytes) -> None:
        """Number deltas that another worker wrote, and show them."""
        self._marks += find_marks(kinds, after=self.head)
        self.head += len(texts)
        self.texts.extend(texts)
        self.kinds.extend(kinds)
        self.show(self.head)

    def show(self, seq: int) -> None:
        """Let followers see everything up to and including `seq`; text that was shown is never taken back."""
        if seq > self.shown:
            self.shown = seq
            self._wake()

    def end(self, ending: Ending) -> None:
        """Show every delta, then the ending."""
        self.shown = self.head
        self.ending = ending
        self.is_over = True
        self._wake()

    def supersede(self) -> None:
        """Close the run without an ending: a later run continues it."""
        self.is_superseded = self.is_over = True
        self._wake()

    # Reading --------------------------------------------------------------------------------------------------------

    async def follow(self, after: Position | None) -> AsyncGenerator[StreamEvent]:
        """Yield everything after a position, as `StreamLog.follow` specifies; stops early if the run is superseded."""
        if after is not None and self._can_continue(after):
            position = after.seq
        else:
            position = 0
            for part in self._reset_parts():
                position = part.seq
                yield part
        while True:
            while position < self.shown:
                for part in self._reset_parts() if self._passes_mark(position) else self._parts_after(position):
                    position = part.seq
                    yield part
            if self.ending is not None:
                yield TerminalEvent(self.number, position, self.head + 1, self.ending)
                return
            if self.is_superseded:
                return
            await self.wait_for_change()

    def text(self) -> AnswerText:
        """Return the whole text, shown or not."""
        # Joins only new deltas: each checkpoint calls this while a long answer grows.
        start = self.prefix if self._marks and self._marks[-1] > self._joined.seq else self._joined
        self._joined = self._join(start, self.head)
        return self._joined

    def size(self) -> int:
        """Return the approximate memory of the run in bytes."""
        texts = len(self.prefix.content) + len(self.prefix.reasoning) + sum(map(len, self.texts))
        return 2 * texts + TEXT_BYTES * len(self.texts)

    def _join(self, start: AnswerText, seq: int) -> AnswerText:
        content, reasoning = [start.content], [start.reasoning]
        for part in self._parts_between(start.seq, seq):
            (content if part.kind is DeltaKind.CONTENT else reasoning).append(part.text)
        return AnswerText("".join(content), "".join(reasoning), seq)

    def _parts_after(self, seq: int) -> Iterator[TextPart]:
        index = seq - self.prefix.seq
        if seq == self.shown - 1:  # Only one delta is new: nothing to merge.
            yield TextPart(self.number, seq, seq + 1, KINDS[self.kinds[index]], self.texts[index])
            return
        yield from self._parts_between(seq, self.shown)

    def _parts_between(self, after: int, last: int) -> Iterator[TextPart]:
        start, end = after - self.prefix.seq, last - self.prefix.seq
        texts, kinds = self.texts[start:end], self.kinds[start:end]
        if self._marks:
            kinds = self._kinds_at(last)[start:end]
            texts = ["" if mark in MARKS else text for text, mark in zip(texts, self.kinds[start:end], strict=True)]
        return merge_texts(texts, kinds, run_number=self.number, after=after)

    def _kinds_at(self, last: int) -> bytearray:
        """Return the kinds up to number `last`, with its marks applied; a mark is content without text."""
        kinds = self.kinds[: last - self.prefix.seq]
        for mark in self._marks:
            if mark <= last:
                index = mark - self.prefix.seq - 1
                start = max(int(self.texts[index]) - self.prefix.seq, 0)
                kinds[start : index + 1] = bytes([MARKS.index(self.kinds[index])]) * (index + 1 - start)
        return kinds

    def _passes_mark(self, seq: int) -> bool:
        return bool(self._marks) and any(seq < mark <= self.shown for mark in self._marks)

    def _can_continue(self, position: Position) -> bool:
        # Up to the head: a client may have seen text on another worker that is not shown here yet.
        head = self.head + (self.ending is not None)
        return can_continue(position, bases=self._bases(), kept_from=self.prefix.seq, head=head)

    def _bases(self) -> dict[int, int]:
        return {**self.earlier_bases, self.number: self.base}

    def _reset_parts(self) -> Iterator[TextPart]:
        """Yield everything shown so far, as a reset."""
        if self.prefix.seq or not self.shown or self._passes_mark(0):
            yield from split_reset(self._join(self.prefix, self.shown), run_number=self.number)
            return
        # The log has every delta, so each part has its true numbers: a client that is cut off continues from there.
        for part in self._parts_between(0, self.shown):
            yield part._replace(reset=True) if part.after == 0 else part

    async def wait_for_change(self) -> None:
        """Wait until more is shown, or the run has ended or was superseded."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()
