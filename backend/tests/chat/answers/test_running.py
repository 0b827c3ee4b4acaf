"""The states of a running answer: it may be stopped, released or ended at any moment."""

import asyncio

import pytest

from apps.chat.answers.running import RunningAnswer, RunningState
from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.log.memory import MemoryStreamLog
from apps.core.ids import uuid7
from apps.core.states import IllegalMoveError

pytestmark = pytest.mark.storeless


async def wait_for_the_model() -> None:
    await asyncio.Event().wait()


async def start() -> RunningAnswer:
    """Return an answer whose task waits for a model that sends nothing."""
    answer_id = uuid7()
    writer = await MemoryStreamLog(ttl=60).start(answer_id, 1, AnswerText())
    answer = RunningAnswer(
        answer_id=answer_id,
        conversation_id=uuid7(),
        session_id=uuid7(),
        run=1,
        writer=writer,
        base=0,
        message_text=AnswerText(),
        saved_seq=0,
        saved_at=0.0,
    )
    answer.task = asyncio.create_task(wait_for_the_model())
    return answer


async def cancelled(answer: RunningAnswer) -> bool:
    assert answer.task is not None
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    was_cancelled = answer.task.cancelled()
    answer.task.cancel()
    return was_cancelled


async def test_stop_before_the_first_step_does_not_cancel_the_task() -> None:
    """Cancelled before its first step, the task would never run and never store the ending."""
    answer = await start()
    answer.stop(AnswerStatus.STOPPED)
    assert answer.state is RunningState.STOPPING
    assert not await cancelled(answer)


async def test_stop_while_writing_cancels_the_model_call() -> None:
    answer = await start()
    answer.move_to(RunningState.WRITING)
    answer.stop(AnswerStatus.INTERRUPTED)
    assert answer.state is RunningState.INTERRUPTING
    assert await cancelled(answer)


async def test_stop_while_releasing_wins() -> None:
    """A release waits for the log; a user who stops the answer meanwhile must not wait too."""
    answer = await start()
    answer.move_to(RunningState.WRITING)
    answer.release()
    answer.stop(AnswerStatus.STOPPED)
    assert answer.state is RunningState.STOPPING


async def test_a_stopped_answer_is_not_released() -> None:
    answer = await start()
    answer.stop(AnswerStatus.STOPPED)
    answer.release()
    assert not answer.is_released


async def test_nothing_changes_an_answer_that_is_ending() -> None:
    answer = await start()
    for state in (RunningState.WRITING, RunningState.ENDING):
        answer.move_to(state)
    answer.stop(AnswerStatus.STOPPED)
    answer.release()
    assert answer.is_ending
    assert not await cancelled(answer)


async def test_an_illegal_move_is_refused() -> None:
    answer = await start()
    with pytest.raises(IllegalMoveError, match="STARTING to ENDING"):
        answer.move_to(RunningState.ENDING)
