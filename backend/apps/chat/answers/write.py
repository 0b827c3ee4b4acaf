"""The task that writes one run of an answer: from the model's deltas to a stored ending."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from functools import partial

import structlog
from django.conf import settings

from apps.chat.answers.conversation_writes import ConversationWrite, conversation_writes
from apps.chat.answers.ending import StoredEnding, notify_ending, store_ending, store_ending_or_error, store_own_ending
from apps.chat.answers.indexing import IndexableAnswer, index_soon
from apps.chat.answers.prompt import drop_older_images, drop_older_messages
from apps.chat.answers.running import RunningAnswer, RunningState, running_answers
from apps.chat.answers.title import make_title
from apps.chat.answers.turn import RunWork
from apps.chat.events import AnswerStatus, Delta, Ending, Finish, Reclassified
from apps.chat.log.base import TakenOverError
from apps.chat.notify.notifications import AnswerWaitingNotification
from apps.chat.prompt_values import Prompt
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.errors import (
    Failure,
    ProviderError,
    ProviderInterruptedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from apps.chat.providers.finish_reasons import asks_for_tool, status_of_finish_reason
from apps.chat.stored_services.image_refusals import remember_image_refusal
from apps.core.notify import notify
from apps.core.outages import is_outage, log_failure
from apps.core.tasks import spawn
from apps.core.text import is_blank

logger = structlog.get_logger(__name__)

STATUSES_WITH_TITLE = {AnswerStatus.COMPLETE, AnswerStatus.LENGTH, AnswerStatus.STOPPED}
FLUSH_SECONDS = 1.0
"""How long an ending waits for the log to have the whole text."""

MAX_RETRY_SECONDS = 10.0


@dataclass(slots=True)
class _Omitted:
    """Counts of what a prompt lacks: messages, images that it only names, and images that the store has lost."""

    messages: int
    images: int
    missing_images: int = 0

    def set_missing_images(self, count: int) -> None:
        self.missing_images = count


async def write_answer(running: RunningAnswer, work: RunWork) -> None:
    """Write one run of an answer to its end, whatever happens; store the ending before showing it."""
    try:
        ended = await _write_and_store_ending(running, work)
    finally:
        running_answers.remove(running)
    if ended is None:
        return
    await notify_ending(ended)
    if work.wants_title and ended.conversation.is_untitled and ended.ending.status in STATUSES_WITH_TITLE:
        has_reasoned = bool(running.writer.text().reasoning)
        await make_title(
            work.change.owner_id, running.conversation_id, work.prompt.model, work.subject, has_reasoned=has_reasoned
        )


async def _write_and_store_ending(running: RunningAnswer, work: RunWork) -> StoredEnding | None:
    """Return the ending that was stored.

    Returns None if the answer was deleted or taken over, or if its ending could not be stored and is left to the orphan
    search.
    """
    omitted = _Omitted(work.context_dropped, work.images_dropped)
    ending = await _write_until_cut_short(running, work.prompt, omitted)
    if ending is None:
        return None
    running.move_to(RunningState.ENDING)
    # Before the ending is stored: if this worker is killed then, followers have the whole text and need no reset.
    with suppress(TimeoutError):
        async with asyncio.timeout(FLUSH_SECONDS):
            await running.writer.flush()
    ending = replace(ending, context_dropped=omitted.messages, images_dropped=omitted.images + omitted.missing_images)
    try:
        ended = await _store_ending_with_retries(running, work, ending)
    except Exception as error:  # noqa: BLE001 - logged, and left to the orphan search
        log_failure(logger, "ending_not_stored", error, answer_id=str(running.answer_id), run=running.run_number)
        await running.writer.release()
        return None
    if ended is not None:
        index_soon(IndexableAnswer(ended.run_id, ended.answer, work.indexable_question))
    await running.writer.finish(ending if ended is None else ended.ending)
    return ended


async def _write_until_cut_short(running: RunningAnswer, prompt: Prompt, omitted: _Omitted) -> Ending | None:
    """Append everything that the model sends, and return the ending; None if another worker continues the answer."""
    try:
        if not running.state.is_cut_short:
            running.move_to(RunningState.WRITING)
            return await _stream_with_shorter_prompts(running, prompt, omitted)
    except asyncio.CancelledError:
        _forget_cancellation()
    except TakenOverError:
        logger.warning("answer_taken_away", answer_id=str(running.answer_id), run=running.run_number)
        return None
    except Exception as error:  # noqa: BLE001 - every failure ends the answer with a terminal frame
        return _classify_failure(running, error)
    return await _end_cut_short(running)


async def _end_cut_short(running: RunningAnswer) -> Ending | None:
    """Return the ending of a cancelled run; None once it is released to another worker."""
    if running.state is RunningState.RELEASING:
        try:
            await running.writer.release()
        except asyncio.CancelledError:
            _forget_cancellation()  # The log is down, and the answer has been stopped meanwhile.
        else:
            return None
    return Ending(AnswerStatus.STOPPED if running.state is RunningState.STOPPING else AnswerStatus.INTERRUPTED)


def _forget_cancellation() -> None:
    """Clear the cancellation by `stop`, `release` or the worker's end, so that this task can store the ending."""
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()


async def _stream_with_shorter_prompts(running: RunningAnswer, prompt: Prompt, omitted: _Omitted) -> Ending:
    """Append what the model sends.

    A prompt that is too long for the model is sent again without its older images, then without its older messages.
    """
    untried_cuts = iter([drop_older_images, drop_older_messages])  # Each is tried once.
    while True:
        try:
            return await _append_stream(running, prompt, omitted)
        except ProviderError as error:
            if error.failure is Failure.IMAGES_NOT_SUPPORTED:
                if prompt.has_images:
                    await remember_image_refusal(prompt.model)
                else:
                    error.failure = Failure.ERROR  # Without images, the refusal means something else.
            is_too_long = isinstance(error, ProviderUnavailableError) and error.failure is Failure.CONTEXT_TOO_LONG
            if not is_too_long or _has_text(running):
                raise
            shorter = next((found for cut in untried_cuts if (found := cut(prompt)) is not None), None)
            if shorter is None:
                raise
        prompt = shorter.prompt
        omitted.messages += shorter.dropped
        omitted.images += shorter.images_dropped
        logger.info(
            "prompt_trimmed_further",
            answer_id=str(running.answer_id),
            dropped=omitted.messages,
            images=omitted.images,
        )


async def _append_stream(running: RunningAnswer, prompt: Prompt, omitted: _Omitted) -> Ending:
    append = running.writer.append
    earlier = running.writer.text()
    room = settings.MAX_ANSWER_LENGTH - len(earlier.content) - len(earlier.reasoning)
    provider = get_catalogue().get_provider(prompt.model)
    stream = provider.stream(prompt, partial(_report_wait, running), omitted.set_missing_images)
    async with aclosing(stream) as events:
        async for event in events:
            if type(event) is Delta:
                room -= len(event.text)
                if room < 0:
                    return _end_at_limit(running, event, room)
                append(event)
            elif isinstance(event, Reclassified):
                running.writer.reclassify(event.kind)
            elif isinstance(event, Finish):
                return _classify_finish(running, event)
    raise ProviderInterruptedError("the stream ended without a finish")


def _report_wait(running: RunningAnswer, seconds: int) -> None:
    """Tell the clients that the model service is alive, though it has sent no token for `seconds`."""
    waiting = AnswerWaitingNotification(
        conversation_id=running.conversation_id, message_id=running.answer_id, seconds=seconds
    )
    spawn(notify(waiting), name="report-wait")


def _end_at_limit(running: RunningAnswer, delta: Delta, room: int) -> Ending:
    """Append what fits of `delta` (`room` is negative), and return the ending of an answer that is too long."""
    if text := delta.text[:room]:
        running.writer.append(delta._replace(text=text))
    logger.warning("answer_cut_at_the_limit", answer_id=str(running.answer_id), run=running.run_number)
    return Ending(AnswerStatus.LENGTH, "length")


def _classify_finish(running: RunningAnswer, finish: Finish) -> Ending:
    status = status_of_finish_reason(finish.reason)
    is_end = status is AnswerStatus.COMPLETE or asks_for_tool(finish.reason)
    if is_end and is_blank(running.writer.text().content):
        return Ending(AnswerStatus.ERROR, finish.reason, finish.usage, error_code=Failure.EMPTY_ANSWER)
    if status is AnswerStatus.INTERRUPTED and not _has_text(running):
        return Ending(AnswerStatus.ERROR, finish.reason, finish.usage, error_code=Failure.ERROR)
    return Ending(status, finish.reason, finish.usage)


def _has_text(running: RunningAnswer) -> bool:
    """Return whether this run has produced any text, reasoning included."""
    return running.writer.text().seq > running.base


def _classify_failure(running: RunningAnswer, error: Exception) -> Ending:
    match error:
        case ProviderTimeoutError():
            ending = Ending(AnswerStatus.ERROR, error_code=error.failure)
        case ProviderInterruptedError():
            ending = Ending(AnswerStatus.INTERRUPTED)
        case ProviderUnavailableError():
            ending = Ending(AnswerStatus.ERROR, error_code=error.failure, retry_after=error.retry_after)
        case ProviderError() if _has_text(running):
            ending = Ending(AnswerStatus.INTERRUPTED)
        case ProviderError():
            ending = Ending(AnswerStatus.ERROR, error_code=error.failure)
        case _:
            logger.error("answer_failed", exc_info=error)
            return Ending(AnswerStatus.ERROR, error_code="INTERNAL_ERROR")
    logger.warning(
        "model_call_failed",
        error=type(error).__name__,
        status=ending.status,
        code=ending.error_code,
        service_status=error.status,
        service_code=error.service_code,
    )
    return ending


async def _store_ending(running: RunningAnswer, work: RunWork, ending: Ending) -> StoredEnding | None:
    arguments = partial(store_own_ending, work.run), running.writer.text(), ending
    write: ConversationWrite[StoredEnding | None, StoredEnding | None] = ConversationWrite(
        sort_key=work.change.owner_id,
        conversation_id=running.conversation_id,
        answer_id=running.answer_id,
        store=partial(store_ending, *arguments),
        store_alone=partial(store_ending_or_error, running.answer_id, *arguments),
    )
    return await conversation_writes.run(write)


async def _store_ending_with_retries(running: RunningAnswer, work: RunWork, ending: Ending) -> StoredEnding | None:
    """Store the ending of a run, again and again during an outage of the database, until the worker has to end.

    Raises:
        Exception: a fault that a retry does not cure.
    """
    delay = settings.ENDING_RETRY_SECONDS
    while True:
        try:
            return await _store_ending(running, work, ending)
        except Exception as error:
            if not is_outage(error):
                raise
            log_failure(logger, "ending_not_stored_yet", error, answer_id=str(running.answer_id))
            await asyncio.sleep(delay)
            delay = min(2 * delay, MAX_RETRY_SECONDS)
