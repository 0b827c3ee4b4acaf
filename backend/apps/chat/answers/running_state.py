"""The states of a running answer, and the moves between them."""

from enum import Enum, auto

from apps.chat.events import AnswerStatus


class RunningState(Enum):
    """States of the task of a running answer."""

    STARTING = auto()
    """The task is scheduled but has not taken its first step: cancelled now, it would never run."""

    WRITING = auto()
    """The task reads from the model and appends to the log."""

    STOPPING = auto()
    """The user, a deletion or the end of the session has stopped the answer; it will end as `stopped`."""

    INTERRUPTING = auto()
    """The process is about to end; the answer will end as `interrupted`."""

    RELEASING = auto()
    """Another worker is to continue the answer; this one writes no ending."""

    ENDING = auto()
    """The ending is being stored and shown: too late for anything else."""

    @property
    def is_cut_short(self) -> bool:
        """Whether the task must stop reading from the model."""
        return self in {RunningState.STOPPING, RunningState.INTERRUPTING, RunningState.RELEASING}


_CUT_SHORT = frozenset({RunningState.STOPPING, RunningState.INTERRUPTING, RunningState.RELEASING})
MOVES: dict[RunningState, frozenset[RunningState]] = {
    RunningState.STARTING: _CUT_SHORT | {RunningState.WRITING},
    RunningState.WRITING: _CUT_SHORT | {RunningState.ENDING},
    RunningState.STOPPING: frozenset({RunningState.ENDING}),
    RunningState.INTERRUPTING: frozenset({RunningState.ENDING}),
    # A release waits for the log, which may be down; a stop or the end of the process must not wait with it.
    RunningState.RELEASING: frozenset({RunningState.STOPPING, RunningState.INTERRUPTING, RunningState.ENDING}),
    RunningState.ENDING: frozenset(),
}

CUT_SHORT_AS = {AnswerStatus.STOPPED: RunningState.STOPPING, AnswerStatus.INTERRUPTED: RunningState.INTERRUPTING}
