"""What every stream log promises: an answer's deltas in order, each under its own number, to many followers."""

from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from apps.chat.events import AnswerText, Delta, Ending, Position, StreamEvent


class NoSuchLogError(Exception):
    """The log does not hold this answer (any more): its stored text is all there is."""


class LogWriter(Protocol):
    """The one writer of one run. Numbers go on from where the run began, by 1."""

    def append(self, delta: Delta) -> None:
        """Number `delta` and show it to every follower; never waits."""
        ...

    def text(self) -> AnswerText:
        """Return all that the answer holds so far, with the number of its last delta."""
        ...

    async def finish(self, ending: Ending) -> int:
        """Write the terminal event of the run and return its number; nothing can be appended after it."""
        ...


class StreamLog(Protocol):
    """The log of all answers that are being written, and of those that ended a short while ago."""

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> LogWriter:
        """Begin a run. `text` is what the answer holds already; its number is where the run begins."""
        ...

    def follow(self, answer_id: UUID, after: Position | None) -> AsyncGenerator[StreamEvent]:
        """Yield everything after the position, then live, up to and including the end of the run.

        None asks for all of it, as a reset. A position that cannot be gone on from (of another run whose beginning does
        not match, ahead of the log, no longer kept) is answered by a reset too. A follower that is up to date gets a
        delta at once, one that is behind gets all it lacks as one event a kind.

        Raises:
            NoSuchLogError: before the first event.
        """
        ...
