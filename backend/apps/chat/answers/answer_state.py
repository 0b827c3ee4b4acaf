"""The state of an answer in the database: the run that is active, or the ended answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from apps.chat.answers.runs import select_active_runs
from apps.chat.events import AnswerStatus, AnswerText, Ending, Position, StreamEvent, TerminalEvent, Usage
from apps.chat.log.merging import split_reset
from apps.chat.models import Conversation, Message, Role
from apps.core.errors import NotFoundError, TemporarilyUnavailableError


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An ended answer as it is stored."""

    run_number: int
    run_base: int
    text: AnswerText
    ending: Ending

    def events_after(self, position: Position | None) -> list[StreamEvent]:
        """Return the events that a follower at `position` lacks, up to the terminal event."""
        last = self.text.seq + 1
        if position is not None and self._is_complete_at(position):
            return [TerminalEvent(self.run_number, position.seq, last, self.ending)]
        return [
            *split_reset(self.text, run_number=self.run_number),
            TerminalEvent(self.run_number, self.text.seq, last, self.ending),
        ]

    def _is_complete_at(self, position: Position) -> bool:
        """Return whether a follower at `position` has the whole text."""
        if position.run_number == self.run_number:
            return position.seq in {self.text.seq, self.text.seq + 1}
        return position == (self.run_number - 1, self.run_base) and self.run_base == self.text.seq


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """The number of a run that is being written."""

    number: int


def find_answer(conversation_id: UUID, answer_id: UUID) -> Message:
    """Return an answer of a conversation, with its latest run.

    Raises:
        NotFoundError: the conversation has no such answer.
    """
    answers = Message.objects.select_related("latest_run")
    answer = answers.filter(conversation_id=conversation_id, id=answer_id, role=Role.ASSISTANT).first()
    if answer is None:
        raise NotFoundError("The conversation has no answer with this 'message_id'.")
    return answer


def find_end_position(conversation_id: UUID, answer_id: UUID | None) -> tuple[UUID, Position]:
    """Return an ended answer, by default the conversation's current leaf, and the position of its end.

    Raises:
        NotFoundError: the conversation has no such answer.
        TemporarilyUnavailableError: it is being written, but not by this worker.
    """
    if answer_id is None:
        answer_id = Conversation.objects.values_list("leaf_id", flat=True).get(id=conversation_id)
    if answer_id is None:
        raise NotFoundError("No answer has been written in this conversation.")
    answer = find_answer(conversation_id, answer_id)
    if not AnswerStatus(answer.run.status).is_terminal:
        raise TemporarilyUnavailableError("Another worker is still writing this answer: try again.", retry_after=1)
    return answer_id, Position(answer.run.number, answer.seq)


def read_answer_state(conversation_id: UUID, answer_id: UUID) -> StoredAnswer | ActiveRun:
    """Return an ended answer, or the run that is active.

    Raises:
        NotFoundError: the conversation has no such answer.
    """
    answer = find_answer(conversation_id, answer_id)
    run = answer.run
    status = AnswerStatus(run.status)
    if not status.is_terminal:
        return ActiveRun(run.number)
    usage = Usage(run.prompt_tokens, run.completion_tokens, run.cached_tokens, run.reasoning_tokens)
    ending = Ending(
        status,
        run.finish_reason,
        None if usage == Usage() else usage,
        run.context_dropped,
        run.error_code,
        images_dropped=run.images_dropped,
    )
    # The last number is that of the terminal event.
    text = AnswerText(answer.content, answer.reasoning, max(answer.seq - 1, 0))
    return StoredAnswer(run.number, run.base, text, ending)


def is_being_written(answer_id: UUID) -> bool:
    return select_active_runs().filter(answer_id=answer_id).exists()


def find_ended_runs(runs: Mapping[UUID, int]) -> set[tuple[UUID, int]]:
    """Return the `runs` (numbers by answer) that are over: ended, or followed by a later run."""
    active = dict(select_active_runs().filter(answer_id__in=runs).values_list("answer_id", "number"))
    return {(answer_id, number) for answer_id, number in runs.items() if active.get(answer_id, number + 1) > number}
