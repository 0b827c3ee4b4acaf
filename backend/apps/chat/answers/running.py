"""The running answers of this worker, by id, and the states of their tasks."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.log.base import LogWriter
from apps.core.ids import uuid7
from apps.core.states import check_transition

START_POLL_SECONDS = 0.05


class RunningState(Enum):
    """States of the task of a running answer."""

    STARTING = auto()
    """The task is scheduled but has not taken its first step: cancelled now, it would never run."""

    WRITING = auto()
    """The task reads from the model and appends to the log."""

    STOPPING = auto()
    """The user, a deletion or the end of the session has stopped the answer; it will end as `stopped`."""

    INTERRUPTING = auto()
    """The worker is about to end; the answer will end as `interrupted`."""

    RELEASING = auto()
    """Another worker is to continue the answer; this one writes no ending."""

    ENDING = auto()
    """The ending is being stored and shown: too late for anything else."""

    @property
    def is_cut_short(self) -> bool:
        """Whether the task must stop reading from the model."""
        return self in _CUT_SHORT


_CUT_SHORT = frozenset({RunningState.STOPPING, RunningState.INTERRUPTING, RunningState.RELEASING})
TRANSITIONS: dict[RunningState, frozenset[RunningState]] = {
    RunningState.STARTING: _CUT_SHORT | {RunningState.WRITING},
    RunningState.WRITING: _CUT_SHORT | {RunningState.ENDING},
    RunningState.STOPPING: frozenset({RunningState.ENDING}),
    RunningState.INTERRUPTING: frozenset({RunningState.ENDING}),
    # A release waits for the log, which may be down; a stop or the end of the worker must not wait with it.
    RunningState.RELEASING: frozenset({RunningState.STOPPING, RunningState.INTERRUPTING, RunningState.ENDING}),
    RunningState.ENDING: frozenset(),
}

STATE_FOR_STATUS = {AnswerStatus.STOPPED: RunningState.STOPPING, AnswerStatus.INTERRUPTED: RunningState.INTERRUPTING}


@dataclass(slots=True, kw_only=True, eq=False)
class RunningAnswer:
    """One answer that this worker is writing, and the state of its task.

    `session_id` is the session that asked for it: the answer ends with the session. The run began after number `base`.
    `message_text` is the text of the message in the database; the tail of the run has the rest, up to `saved_seq`.
    """

    answer_id: UUID
    conversation_id: UUID
    session_id: UUID
    run_number: int
    writer: LogWriter
    base: int
    message_text: AnswerText
    saved_seq: int
    saved_at: float
    state: RunningState = RunningState.STARTING
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_ending(self) -> bool:
        """Whether the ending is being stored and shown."""
        return self.state is RunningState.ENDING

    @property
    def is_released(self) -> bool:
        """Whether another worker is to continue the answer."""
        return self.state is RunningState.RELEASING

    def move_to(self, state: RunningState) -> None:
        """Enter `state`.

        Raises:
            IllegalTransitionError: the present state does not lead there.
        """
        check_transition(TRANSITIONS, self.state, state)
        self.state = state

    def stop(self, status: AnswerStatus) -> None:
        """End the answer as `stopped` or `interrupted` and keep its text; no effect if it is ending already."""
        self._cut_short(STATE_FOR_STATUS[status])

    def release(self) -> None:
        """Stop writing without an ending, for another worker to continue; no effect if it is ending already."""
        self._cut_short(RunningState.RELEASING)

    def _cut_short(self, state: RunningState) -> None:
        if state not in TRANSITIONS[self.state]:
            return
        has_started = self.state is not RunningState.STARTING
        self.move_to(state)
        if has_started and self.task is not None:
            self.task.cancel()


class RunningAnswers:
    """Every answer that this worker is writing; used on the event loop only."""

    worker_id: UUID
    """The id of this worker in the database, set by `open`."""

    def __init__(self) -> None:
        self._answers: dict[UUID, RunningAnswer] = {}
        self._starting: Counter[UUID] = Counter()
        self.is_open = False

    def open(self) -> None:
        """Allow answers to be started."""
        self.worker_id = uuid7()
        self.is_open = True

    def close(self) -> None:
        """Allow no new answers; running ones continue."""
        self.is_open = False

    @contextmanager
    def starting_answer_in(self, conversation_id: UUID) -> Iterator[None]:
        """Count a conversation as starting during the block: it may have a stored answer that is not added yet."""
        self._starting[conversation_id] += 1
        try:
            yield
        finally:
            self._starting[conversation_id] -= 1
            if not self._starting[conversation_id]:
                del self._starting[conversation_id]

    async def wait_until_none_starts(self, max_wait: float) -> None:
        """Wait until no answer is starting, at most `max_wait` seconds."""
        deadline = asyncio.get_running_loop().time() + max_wait
        # Polled, because only a few tasks wait for it: an event would have to be set and cleared for every command.
        while self._starting and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(START_POLL_SECONDS)

    def may_be_writing(self, answer_id: UUID, conversation_id: UUID) -> bool:
        """Return whether this worker writes an answer, or may be about to."""
        return answer_id in self._answers or conversation_id in self._starting

    def add(self, answer: RunningAnswer) -> None:
        self._answers[answer.answer_id] = answer

    def remove(self, answer: RunningAnswer) -> None:
        if self._answers.get(answer.answer_id) is answer:
            del self._answers[answer.answer_id]

    def all(self) -> list[RunningAnswer]:
        """Return all running answers, oldest first."""
        return list(self._answers.values())

    def stop(self, answer_id: UUID, status: AnswerStatus = AnswerStatus.STOPPED) -> None:
        """End one answer and keep its text; no effect if it is not written here."""
        if (answer := self._answers.get(answer_id)) is not None:
            answer.stop(status)

    def stop_in_conversation(self, conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
        """End the answer that this worker writes in a conversation; with an `answer_id`, only if it is that one.

        Returns the id of the answer, or None if this worker writes no such answer.
        """
        for answer in self._answers.values():
            if answer.conversation_id == conversation_id and answer_id in {None, answer.answer_id}:
                answer.stop(AnswerStatus.STOPPED)
                return answer.answer_id
        return None

    def stop_for_sessions(self, session_ids: set[UUID]) -> None:
        for answer in self.all():
            if answer.session_id in session_ids:
                answer.stop(AnswerStatus.STOPPED)

    async def interrupt_all(self, max_wait: float) -> None:
        """Allow no new answers, end all as `interrupted`, and return when all are stored or after `max_wait` seconds.

        Another worker, or the next start, ends those that are not stored by then.
        """
        self.close()
        for answer in self.all():
            answer.stop(AnswerStatus.INTERRUPTED)
        await self.wait(max_wait)

    async def wait(self, max_wait: float | None = None) -> None:
        """Return when all answers have ended, or after `max_wait` seconds."""
        if tasks := [answer.task for answer in self.all() if answer.task]:
            await asyncio.wait(tasks, timeout=max_wait)


running_answers = RunningAnswers()
