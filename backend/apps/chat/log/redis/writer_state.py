"""The states of a Redis writer: how far the log in Redis can be trusted to agree with the run in memory."""

from enum import Enum, auto


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
    """A later run has begun, here or in another process: nothing is written any more."""

    @property
    def is_final(self) -> bool:
        """Whether Redis needs nothing more from this writer."""
        return self is WriterState.ENDED or self is WriterState.TAKEN_OVER  # A set would hash it each time.


MOVES: dict[WriterState, frozenset[WriterState]] = {
    WriterState.NEW: frozenset({WriterState.IN_STEP, WriterState.UNCERTAIN, WriterState.TAKEN_OVER}),
    WriterState.IN_STEP: frozenset({WriterState.UNCERTAIN, WriterState.ENDED, WriterState.TAKEN_OVER}),
    WriterState.UNCERTAIN: frozenset({WriterState.IN_STEP, WriterState.ENDED, WriterState.TAKEN_OVER}),
    WriterState.ENDED: frozenset({WriterState.TAKEN_OVER}),
    WriterState.TAKEN_OVER: frozenset(),
}
