"""The start of an answer: a stored turn, a run in the log, and a task that no connection can end."""

import asyncio
from functools import partial
from uuid import UUID

from apps.chat.answers.checkpoint import checkpoint_while_running
from apps.chat.answers.conversation_writes import ConversationWrite, conversation_writes
from apps.chat.answers.errors import ServerDrainingError
from apps.chat.answers.indexing import index_soon
from apps.chat.answers.rate_count import RateCount
from apps.chat.answers.request import AnswerRequest, check_request
from apps.chat.answers.running import RunningAnswer, running_answers
from apps.chat.answers.turn import Requester, RunWork, StoredRun, prepare_turn, store_run, store_run_alone
from apps.chat.answers.turn_view import Turn
from apps.chat.answers.write import write_answer
from apps.chat.log.base import LogWriter
from apps.chat.log.registry import get_stream_log
from apps.chat.notify.notifications import RunStartedNotification
from apps.core.database import run_in_database
from apps.core.errors import AppError
from apps.core.notify import notify
from apps.core.tasks import spawn


async def start_answer(*, user_id: UUID, session_id: UUID, conversation_id: UUID, request: AnswerRequest) -> Turn:
    """Store what `request` asks for and have its answer written; a repeated command starts nothing.

    Raises:
        AppError: as `check_request` and `store_run_alone` do; nothing has been stored then.
    """
    check_request(request)
    if not running_answers.is_open:
        raise ServerDrainingError
    requester = Requester(user_id=user_id, session_id=session_id, worker_id=running_answers.worker_id)
    rate_count = RateCount(user_id)
    with running_answers.starting_answer_in(conversation_id):
        write: ConversationWrite[StoredRun, tuple[Turn, RunWork | None]] = ConversationWrite(
            sort_key=user_id,
            conversation_id=conversation_id,
            store=lambda: store_run(requester, conversation_id, request, rate_count.count()),
            store_alone=partial(store_run_alone, requester, conversation_id, request, rate_count),
            prepare=rate_count.count,
            finish=partial(prepare_turn, request),
        )
        try:
            turn, work = await conversation_writes.run(write)
        except AppError:  # On cancellation the count stays, because the turn may have been stored.
            await run_in_database(rate_count.undo)
            raise
        if work is None:  # A repeat.
            await run_in_database(rate_count.undo)
        else:
            writer = await get_stream_log().start(turn.answer.id, turn.run_number, work.text)
            await launch_answer(turn, work, writer, session_id=session_id)
    return turn


async def launch_answer(turn: Turn, work: RunWork, writer: LogWriter, *, session_id: UUID) -> None:
    """Write a stored turn's answer in a task of this worker, and notify the connections."""
    running = RunningAnswer(
        answer_id=turn.answer.id,
        conversation_id=turn.conversation_id,
        session_id=session_id,
        run_number=turn.run_number,
        writer=writer,
        base=work.text.seq,
        message_text=work.text,
        saved_seq=work.text.seq,
        saved_at=asyncio.get_running_loop().time(),
    )
    running_answers.add(running)
    running.task = spawn(write_answer(running, work), name=f"answer-{turn.answer.id}")
    checkpoint_while_running()
    if work.indexable_question is not None and not work.indexable_question.is_indexed:
        index_soon(work.indexable_question)
    started = RunStartedNotification(
        conversation_id=turn.conversation_id, message_id=turn.answer.id, run=turn.run_number
    )
    await notify(started, work.change)
