"""The interface of the stream log: an answer's deltas in order, numbered, for many followers."""

from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from apps.chat.events import AnswerText, Delta, DeltaKind, Ending, Position, StreamEvent
from apps.core.outages import OutageError


class NoSuchLogError(Exception):
    """The log does not have this answer, or cannot be reached: only the stored text is left."""


class LogUnavailableError(OutageError):
    """The store behind the log does not answer."""


class TakenOverError(Exception):
    """The run is over: it has ended, or a later run of the answer has begun. Its writer can append nothing more."""


class LogWriter(Protocol):
    """The only writer of one run. It numbers deltas from the run's base, in steps of 1."""

    def append(self, delta: Delta) -> None:
        """Number `delta`, and show it to every follower as soon as it is safe; never blocks.

        Raises:
            TakenOverError: the run is over.
        """
        ...

    def reclassify(self, kind: DeltaKind) -> None:
        """Say that all text of this run so far is of `kind`; followers get it as a reset.

        Raises:
            TakenOverError: the run is over.
        """
        ...

    def text(self) -> AnswerText:
        """Return the whole text of the answer so far, with the number of its last delta."""
        ...

    async def flush(self) -> None:
        """Wait until followers see everything appended, and the store has it, unless it does not answer."""
        ...

    async def finish(self, ending: Ending) -> int:
        """Write the terminal event of the run and return its number; no effect if a later run has begun."""
        ...

    async def release(self) -> None:
        """Stop writing without an ending, once everything written is safe: another worker takes the answer over."""
        ...


class StreamLog(Protocol):
    """The log of every answer that is being written or has ended recently."""

    async def open(self) -> None:
        """Start with the server, on the running event loop."""
        ...

    async def close(self) -> None:
        """Stop with the server; returns once everything written is safe, if the store answers."""
        ...

    async def start(self, answer_id: UUID, run_number: int, text: AnswerText) -> LogWriter:
        """Begin a run. `text` is the text that the answer already has; the run continues after its number."""
        ...

    async def take_over(self, answer_id: UUID, run_number: int, text: AnswerText) -> LogWriter:
        """Begin a run on an answer whose writer died, and shut that writer out.

        The run begins with everything in the log, which is what followers have seen; `text`, the stored part, is used
        only if the log is lost. Two workers that take over the same run get the same text.

        Raises:
            LogUnavailableError: the log cannot be read now.
            TakenOverError: a later run has begun.
        """
        ...

    def follow(self, answer_id: UUID, after: Position | None, run_number: int = 1) -> AsyncGenerator[StreamEvent]:
        """Yield everything after the position, then live events, through the end of this run or of a later one.

        None asks for the whole answer, as a reset. A position that cannot be continued (of another run whose beginning
        does not match, ahead of the log, or no longer kept) is answered by a reset too. A follower that is up to date
        gets each delta immediately; a follower that is behind gets all it lacks as one event per kind. Stops without an
        end when the run is taken over: follow again from the position reached.

        Raises:
            NoSuchLogError: immediately, or before the first event.
        """
        ...

    def unended_runs(self) -> dict[UUID, int]:
        """Return the runs of other workers that are followed here and have not ended, by their answers."""
        ...

    def abandon_run(self, answer_id: UUID, run_number: int) -> None:
        """Stop waiting for the end of an unended run: the database says that it is over, its writer did not.

        Later runs of the answer can be followed.
        """
        ...
