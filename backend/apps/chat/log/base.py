"""What every stream log promises: an answer's deltas in order, each under its own number, to many followers."""

from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from apps.chat.events import AnswerText, Delta, Ending, Position, StreamEvent


class NoSuchLogError(Exception):
    """The log does not hold this answer (any more), or cannot be asked: its stored text is all there is."""


class LogUnavailableError(Exception):
    """The store of the log does not answer."""


class TakenOverError(Exception):
    """Somebody else goes on with this answer: nothing that its former writer says counts any more."""


class LogWriter(Protocol):
    """The one writer of one run. Numbers go on from where the run began, by 1."""

    def append(self, delta: Delta) -> None:
        """Number `delta` and show it to every follower as soon as it is safe; never waits.

        Raises:
            TakenOverError: the run is over.
        """
        ...

    def text(self) -> AnswerText:
        """Return all that the answer holds so far, with the number of its last delta."""
        ...

    async def finish(self, ending: Ending) -> int:
        """Write the terminal event of the run and return its number; nothing can be appended after it."""
        ...

    async def release(self) -> None:
        """Write no more, without an end: somebody else is about to take the answer over."""
        ...


class StreamLog(Protocol):
    """The log of all answers that are being written, and of those that ended a short while ago."""

    async def open(self) -> None:
        """Begin with the server, on the event loop that runs from now on."""
        ...

    async def close(self) -> None:
        """End with the server; what was written is safe by then, if the store answers."""
        ...

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> LogWriter:
        """Begin a run. `text` is what the answer holds already; its number is where the run begins."""
        ...

    async def take_over(self, answer_id: UUID, run: int, text: AnswerText) -> LogWriter:
        """Begin a run on an answer whose writer died, and shut that writer out.

        The run begins with all that the log has, which is what followers have seen; `text`, what is stored of it,
        serves only where the log is lost. Two that take the same run over get the same.

        Raises:
            LogUnavailableError: what the log has cannot be known now.
            TakenOverError: a later run has begun.
        """
        ...

    def follow(self, answer_id: UUID, after: Position | None, run: int = 1) -> AsyncGenerator[StreamEvent]:
        """Yield everything after the position, then live, up to and including the end of `run` or of a later one.

        None asks for all of it, as a reset. A position that cannot be gone on from (of another run whose beginning does
        not match, ahead of the log, no longer kept) is answered by a reset too. A follower that is up to date gets a
        delta at once, one that is behind gets all it lacks as one event a kind. Stops without an end where the run was
        taken over: follow again, from the position reached.

        Raises:
            NoSuchLogError: at once, or before the first event.
        """
        ...

    def unended(self) -> dict[UUID, int]:
        """Return the answers of other processes that are followed here, with the runs whose end is still to come."""
        ...

    def abandon(self, answer_id: UUID) -> None:
        """Give up on the end of such a run, for which the log has waited in vain: it has ended, but was not told."""
        ...
