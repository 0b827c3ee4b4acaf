"""The events of an answer from a position on: from the stream log if it holds the answer, else from the database."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from uuid import UUID

import structlog
from django.db import Error as DatabaseError

from apps.chat.answers.answer_state import StoredAnswer, is_being_written, read_answer_state
from apps.chat.events import Position, StreamEvent, TerminalEvent
from apps.chat.log.base import NoSuchLogError
from apps.chat.log.registry import get_stream_log
from apps.core.database import run_in_database
from apps.core.outages import is_outage, log_failure

logger = structlog.get_logger(__name__)

LOG_RETRY_SECONDS = 0.25
OUTAGE_RETRY_SECONDS = 1.0


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
