"""The states of a running answer: it may be stopped, released or ended at any moment."""

import asyncio
from collections.abc import Callable

import pytest

from apps.chat.answers.running import RunningAnswer, RunningState
from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.log.memory import MemoryStreamLog
from apps.core.ids import uuid7
from apps.core.states import IllegalTransitionError

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
        run_number=1,
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


STEPS: dict[str, Callable[[RunningAnswer], None]] = {
    "write": lambda answer: answer.move_to(RunningState.WRITING),
    "stop": lambda answer: answer.stop(AnswerStatus.STOPPED),
    "interrupt": lambda answer: answer.stop(AnswerStatus.INTERRUPTED),
    "release": lambda answer: answer.release(),
    "end": lambda answer: answer.move_to(RunningState.ENDING),
}


@pytest.mark.parametrize(
    ("steps", "state", "is_cancelled"),
    [
        # Cancelled before its first step, the task would never run and never store the ending.
        ("stop", RunningState.STOPPING, False),
        ("write, interrupt", RunningState.INTERRUPTING, True),
        # A release waits for the log; a user who stops the answer meanwhile must not wait too.
        ("write, release, stop", RunningState.STOPPING, True),
        ("stop, release", RunningState.STOPPING, False),
        ("write, end, stop, release", RunningState.ENDING, False),
    ],
)
async def test_each_step_leads_to_its_state_or_has_no_effect(
    steps: str, state: RunningState, is_cancelled: bool
) -> None:
    answer = await start()
    for step in steps.split(", "):
        STEPS[step](answer)
    assert answer.state is state
    assert await cancelled(answer) is is_cancelled


async def test_an_illegal_move_is_refused() -> None:
    answer = await start()
    with pytest.raises(IllegalTransitionError, match="STARTING to ENDING"):
        answer.move_to(RunningState.ENDING)
