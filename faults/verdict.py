"""The verdict: compares the database, GET, the model's calls and what clients saw, for each question."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from faults.tally import Question, SeenAnswer, Tally
from testkit.fakes.model_answers import NOTHING_MORE

ENDED_WELL = "complete"
ENDED_BADLY = "interrupted"


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it is stored in the database."""

    id: str
    parent_id: str
    role: str
    content: str
    status: str
    run: int


@dataclass
class Verdict:
    """The complaints about answers, and the statuses of all answers."""

    complaints: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    stuck: int = 0


_MESSAGES = """
    SELECT message.id, parent_id, role, content, COALESCE(status, 'complete'), COALESCE(number, 0)
    FROM chat_message message LEFT JOIN chat_run run ON run.id = message.latest_run_id
"""


def read_rows(database_url: str) -> list[Row]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(_MESSAGES).fetchall()
    return [Row(str(row[0]), str(row[1]), *row[2:]) for row in rows]


def judge(
    tally: Tally, rows: Sequence[Row], shown: dict[str, dict[str, Any]], calls: Counter[str], *, continues: bool
) -> Verdict:
    """Return the verdict; `shown` has each message as GET shows it."""
    verdict = Verdict()
    questions = _group((row for row in rows if row.role == "user"), lambda row: row.content)
    answers = _group((row for row in rows if row.role == "assistant"), lambda row: row.parent_id)
    seen_by_answer = _group(tally.seen_answers, lambda seen: seen.answer_id)
    for question in tally.questions:
        stored = questions.get(question.text, [])
        found = answers.get(stored[0].id, []) if len(stored) == 1 else []
        if len(stored) != 1 or len(found) != 1:
            verdict.complaints.append(f"{question.client_id}: {len(stored)} questions, {len(found)} answers are stored")
            verdict.stuck += not stored
            continue
        answer = found[0]
        seen_answers = seen_by_answer.get(answer.id, [])
        defects = [
            *_find_defects(question, answer, calls[question.text], continues=continues),
            *_find_differences(answer, seen_answers, shown),
            *_find_missing_attachments(question, shown.get(stored[0].id, {})),
        ]
        prefix = f"answer {answer.id} ({answer.status}, run {answer.run})"
        verdict.complaints += [f"{prefix}: {defect}" for defect in defects]
        verdict.statuses["continued" if answer.run > 1 and answer.status == ENDED_WELL else answer.status] += 1
        verdict.stuck += answer.status not in {ENDED_WELL, ENDED_BADLY} or not seen_answers
    return verdict


def _group[T](values: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups


def _find_missing_attachments(question: Question, shown: dict[str, Any]) -> list[str]:
    attached = [attachment["id"] for attachment in shown.get("attachments", [])]
    if attached == question.attachments:
        return []
    return [f"the question has {len(attached)} attachments, not its own {len(question.attachments)}"]


def _find_defects(question: Question, answer: Row, calls: int, *, continues: bool) -> list[str]:
    defects = []
    allowed = 2 if continues and answer.run > 1 else 1
    expected = {question.answer, question.answer + NOTHING_MORE} if answer.run > 1 else {question.answer}
    if calls > allowed:
        defects.append(f"the model was called {calls} times")
    if answer.status == ENDED_WELL and (answer.content not in expected or not calls):
        defects.append(f"{len(answer.content)} characters of {len(question.answer)}, after {calls} calls")
    elif answer.status == ENDED_BADLY and not question.answer.startswith(answer.content):
        defects.append("the text is not the model's")
    elif answer.status not in {ENDED_WELL, ENDED_BADLY}:
        defects.append("this status is not expected")
    return defects


def _find_differences(answer: Row, seen_answers: list[SeenAnswer], shown: dict[str, dict[str, Any]]) -> list[str]:
    defects = []
    returned = shown.get(answer.id, {})
    if (returned.get("content"), returned.get("status")) != (answer.content, answer.status):
        defects.append("GET shows something else")
    defects += [
        f"seen: {seen.status}, run {seen.run}, {len(seen.content)} characters; stored: {len(answer.content)}"
        for seen in seen_answers
        if (seen.content, seen.status, seen.run) != (answer.content, answer.status, answer.run)
    ]
    return defects
