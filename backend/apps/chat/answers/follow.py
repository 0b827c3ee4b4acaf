"""The events of an answer from a position on: from the stream log if it holds the answer, else from the database."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import Error as DatabaseError

from apps.chat.answers.runs import select_active_runs
from apps.chat.events import AnswerStatus, AnswerText, Ending, Position, StreamEvent, TerminalEvent, Usage
from apps.chat.log.base import NoSuchLogError
from apps.chat.log.merging import split_reset
from apps.chat.log.registry import get_stream_log
from apps.chat.models import Conversation, Message, Role
from apps.core.database import run_in_database
from apps.core.errors import NotFoundError, TemporarilyUnavailableError
from apps.core.outages import is_outage, log_failure

logger = structlog.get_logger(__name__)

LOG_RETRY_SECONDS = 0.25
OUTAGE_RETRY_SECONDS = 1.0


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
        if position is not None and self._has_text(position):
            return [TerminalEvent(self.run_number, position.seq, last, self.ending)]
        return [
            *split_reset(self.text, run_number=self.run_number),
            TerminalEvent(self.run_number, self.text.seq, last, self.ending),
        ]

    def _has_text(self, position: Position) -> bool:
        """Return whether a follower at `position` has the whole text."""
        if position.run_number == self.run_number:
            return position.seq in {self.text.seq, self.text.seq + 1}
        return position == (self.run_number - 1, self.run_base) and self.run_base == self.text.seq


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """The number of a run that is being written."""

    number: int


async def follow_answer(
    conversation_id: UUID, answer_id: UUID, run_number: int, after: Position | None
) -> AsyncGenerator[StreamEvent]:
    """Yield the events after a position, then live ones, up to the end of this run or of a later run that has ended.

    Stops without an end once a later run is being written: that one is announced before its first event. The log does
    not know conversations: call `find_answer` first. An outage of the database delays the next event.

    Raises:
        NotFoundError: the answer has been deleted.
    """
    log = get_stream_log()
    position = after
    while True:
        is_in_log = True
        try:
            async with aclosing(log.follow(answer_id, position, run_number)) as events:
                async for event in events:
                    if event.run_number > run_number and await _read_with_retries(is_being_written, answer_id):
                        break
                    yield event
                    if isinstance(event, TerminalEvent):
                        return
                    position = Position(event.run_number, event.seq)
        except NoSuchLogError:
            is_in_log = False
        state = await _read_with_retries(read_answer_state, conversation_id, answer_id)
        if isinstance(state, StoredAnswer):
            if not is_in_log:
                for event in state.events_after(position):
                    yield event
                return
        elif state.number > run_number:
            return
        # The log is about to begin, or still lacks the stored ending; or the writer died and another worker is about to
        # end the run or take it over.
        await asyncio.sleep(LOG_RETRY_SECONDS)


async def _read_with_retries[**P, R](read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return the result of `read`; repeat it during an outage of the database."""
    while True:
        try:
            return await run_in_database(read, *args, **kwargs)
        except DatabaseError as error:
            if not is_outage(error):
                raise
            log_failure(logger, "answer_not_read", error)
        await asyncio.sleep(OUTAGE_RETRY_SECONDS)


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
