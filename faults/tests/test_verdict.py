"""The verdict finds each violation: everything that must hold, broken once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from faults.proxy import Proxy
from faults.system import asked_in
from faults.tally import Question, SeenAnswer, Tally
from faults.users import DrillUser
from faults.verdict import Row, Verdict, judge
from testkit.fakes.model_answers import CONTINUE_MARKER, NOTHING_MORE

QUESTION = Question(DrillUser(Proxy(), "user"), "c", "id", "Continue", "Echo: Continue")
ASKED = Row("q", "None", "user", "Continue", "complete", 0)
ANSWERED = Row("a", "q", "assistant", "Echo: Continue", "complete", 1)
SEEN = SeenAnswer("a", "c", "complete", 1, "Echo: Continue")


def judged(
    rows: Sequence[Row] = (ASKED, ANSWERED),
    seen_answers: Sequence[SeenAnswer] = (SEEN,),
    calls: int = 1,
    shown: dict[str, Any] | None = None,
    *,
    continues: bool = False,
) -> Verdict:
    tally = Tally(questions=[QUESTION], seen_answers=list(seen_answers))
    get = shown or {row.id: {"content": row.content, "status": row.status} for row in rows}
    return judge(tally, rows, get, Counter({"Continue": calls}), continues=continues)


def test_a_complete_answer_has_no_complaint() -> None:
    verdict = judged()

    assert verdict.complaints == []
    assert verdict.stuck == 0
    assert verdict.statuses == Counter(complete=1)


def test_a_question_without_its_image_is_a_complaint() -> None:
    shown: dict[str, dict[str, Any]] = {
        row.id: {"content": row.content, "status": row.status} for row in (ASKED, ANSWERED)
    }
    shown["q"] |= {"attachments": [{"id": "of another"}]}
    assert judged(shown=shown).complaints


def test_a_continued_answer_has_no_complaint() -> None:
    rows, seen_answers = (ASKED, replace(ANSWERED, run=2)), (replace(SEEN, run=2),)

    assert judged(rows, seen_answers, calls=2, continues=True).statuses == Counter(continued=1)
    assert judged(rows, seen_answers, calls=2, continues=False).complaints
    assert judged(rows, seen_answers, calls=3, continues=True).complaints


def test_an_answer_that_was_complete_when_its_worker_died_has_no_complaint() -> None:
    text = f"{QUESTION.answer}{NOTHING_MORE}"
    rows, seen_answers = (ASKED, replace(ANSWERED, run=2, content=text)), (replace(SEEN, run=2, content=text),)

    assert judged(rows, seen_answers, calls=2, continues=True).complaints == []
    assert judged((ASKED, replace(rows[1], run=1)), (replace(seen_answers[0], run=1),)).complaints


def test_an_interrupted_answer_has_no_complaint() -> None:
    rows = (ASKED, replace(ANSWERED, status="interrupted", content="Echo: "))
    seen = replace(SEEN, status="interrupted", content="Echo: ")

    assert judged(rows, (seen,)).complaints == []
    assert judged(rows, (replace(seen, content="Echo"),)).complaints, "less was seen than is stored"
    assert judged(rows, (SEEN, seen)).complaints, "two clients saw different things"


@pytest.mark.parametrize(
    ("rows", "seen_answers", "calls", "shown"),
    [
        ((ASKED, replace(ASKED, id="q2"), ANSWERED), (SEEN,), 1, None),
        ((ASKED, ANSWERED, replace(ANSWERED, id="a2")), (SEEN,), 1, None),
        ((ASKED,), (), 1, None),
        ((), (), 0, None),
        ((ASKED, ANSWERED), (SEEN,), 2, None),
        ((ASKED, ANSWERED), (SEEN,), 0, None),
        ((ASKED, replace(ANSWERED, content="Echo")), (replace(SEEN, content="Echo"),), 1, None),
        ((ASKED, replace(ANSWERED, status="error")), (replace(SEEN, status="error"),), 1, None),
        ((ASKED, ANSWERED), (SEEN,), 1, {"a": {"content": "Echo", "status": "complete"}}),
    ],
)
def test_each_violation_is_a_complaint(
    rows: Sequence[Row], seen_answers: Sequence[SeenAnswer], calls: int, shown: dict[str, Any]
) -> None:
    assert judged(rows, seen_answers, calls, shown).complaints


@pytest.mark.parametrize("status", ["pending", "streaming"])
def test_an_answer_without_an_end_is_stuck(status: str) -> None:
    assert judged((ASKED, replace(ANSWERED, status=status)), ()).stuck == 1


def test_an_answer_whose_end_no_client_saw_is_stuck() -> None:
    assert judged(seen_answers=()).stuck == 1


def test_a_continuation_counts_as_a_call_for_the_same_question() -> None:
    messages = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Continue"}]
    continuation = [{"role": "assistant", "content": "Ec"}, {"role": "user", "content": f"{CONTINUE_MARKER}."}]

    assert asked_in(messages) == asked_in(messages + continuation) == "Continue"
