"""The answers that this process is writing."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from apps.chat.events import AnswerStatus
from apps.chat.log.base import LogWriter
from apps.core.ids import uuid7


@dataclass(slots=True, kw_only=True, eq=False)
class RunningAnswer:
    """One answer being written. `session_id` is the session that asked for it: with its end the answer ends."""

    answer_id: UUID
    conversation_id: UUID
    session_id: UUID
    run: int
    writer: LogWriter
    saved_seq: int
    saved_at: float
    stopped_as: AnswerStatus | None = None
    is_released: bool = False
    is_started: bool = False
    is_ending: bool = False
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def stop(self, status: AnswerStatus) -> None:
        """End the answer as `status`, keeping what came; without effect when it is ending already."""
        if self.is_ending or self.stopped_as is not None or self.task is None:
            return
        self.stopped_as = status
        if self.is_started:  # A task that is cancelled before its first step never runs, not even to store its end.
            self.task.cancel()

    def release(self) -> None:
        """Write no more, without an end: another process is to go on; without effect when it is ending already."""
        if self.is_ending or self.stopped_as is not None or self.task is None:
            return
        self.is_released = True
        if self.is_started:
            self.task.cancel()


class RunningAnswers:
    """All answers of this process by id; lives on the event loop."""

    worker_id: UUID
    """What this process is called in the database, from `open` on."""

    def __init__(self) -> None:
        self._answers: dict[UUID, RunningAnswer] = {}
        self._starting: Counter[UUID] = Counter()
        self.is_open = False

    def open(self) -> None:
        """Let answers be started."""
        self.worker_id = uuid7()
        self.is_open = True

    def close(self) -> None:
        """Let no more be started; what is being written goes on."""
        self.is_open = False

    @contextmanager
    def starting(self, conversation_id: UUID) -> Iterator[None]:
        """Say for the time of the block that an answer of this conversation may be stored, but not be added yet."""
        self._starting[conversation_id] += 1
        try:
            yield
        finally:
            self._starting[conversation_id] -= 1
            if not self._starting[conversation_id]:
                del self._starting[conversation_id]

    def has(self, answer_id: UUID, conversation_id: UUID) -> bool:
        """Say whether an answer of a conversation is written here, or may be about to be."""
        return answer_id in self._answers or conversation_id in self._starting

    def add(self, answer: RunningAnswer) -> None:
        """Keep `answer` until `remove`."""
        self._answers[answer.answer_id] = answer

    def remove(self, answer: RunningAnswer) -> None:
        """Forget `answer`."""
        if self._answers.get(answer.answer_id) is answer:
            del self._answers[answer.answer_id]

    def all(self) -> list[RunningAnswer]:
        """Return them, oldest first."""
        return list(self._answers.values())

    def stop(self, answer_id: UUID, status: AnswerStatus = AnswerStatus.STOPPED) -> None:
        """End one answer, keeping what came; without effect when it is not written here."""
        if (answer := self._answers.get(answer_id)) is not None:
            answer.stop(status)

    def stop_in(self, conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
        """End the answer that is written here in a conversation, if it is this one (None: whichever it is).

        Return its id, None where there is no such one.
        """
        for answer in self._answers.values():
            if answer.conversation_id == conversation_id and answer_id in {None, answer.answer_id}:
                answer.stop(AnswerStatus.STOPPED)
                return answer.answer_id
        return None

    def stop_of_sessions(self, session_ids: set[UUID]) -> None:
        """End all answers that these sessions asked for."""
        for answer in self.all():
            if answer.session_id in session_ids:
                answer.stop(AnswerStatus.STOPPED)

    async def interrupt_all(self) -> None:
        """End all answers as `interrupted`, return when the last one is stored; no new one is started."""
        self.close()
        for answer in self.all():
            answer.stop(AnswerStatus.INTERRUPTED)
        await self.wait()

    async def wait(self, patience: float | None = None) -> None:
        """Return when all have ended, or after `patience` seconds."""
        if tasks := [answer.task for answer in self.all() if answer.task]:
            await asyncio.wait(tasks, timeout=patience)


running_answers = RunningAnswers()
