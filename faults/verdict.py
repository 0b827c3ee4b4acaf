"""The verdict: compares the database, GET, the model's calls and what clients saw, for each question."""

from collections import Counter
from collections.abc import Iterable
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
    tally: Tally, rows: Iterable[Row], shown: dict[str, dict[str, Any]], calls: Counter[str], *, continues: bool
) -> Verdict:
    """Return the verdict; `shown` has each message as GET shows it."""
    verdict = Verdict()
    by_text: dict[str, list[Row]] = {}
    answers: dict[str, list[Row]] = {}
    for row in rows:
        by_text.setdefault(row.content, []).append(row) if row.role == "user" else None
        answers.setdefault(row.parent_id, []).append(row) if row.role == "assistant" else None
    by_answer: dict[str, list[SeenAnswer]] = {}
    for seen in tally.seen_answers:
        by_answer.setdefault(seen.answer_id, []).append(seen)
    for question in tally.questions:
        stored = by_text.get(question.text, [])
        found = answers.get(stored[0].id, []) if len(stored) == 1 else []
        if len(stored) != 1 or len(found) != 1:
            verdict.complaints.append(f"{question.client_id}: {len(stored)} questions, {len(found)} answers are stored")
            verdict.stuck += not stored
            continue
        answer = found[0]
        seen_answers = by_answer.get(answer.id, [])
        faults = _faults(question, answer, calls[question.text], continues=continues)
        faults += _differences(answer, seen_answers, shown)
        attached = [one["id"] for one in shown.get(stored[0].id, {}).get("attachments", [])]
        if attached != question.attachments:
            faults.append(f"the question has {len(attached)} attachments, not its own {len(question.attachments)}")
        verdict.complaints += [f"answer {answer.id} ({answer.status}, run {answer.run}): {fault}" for fault in faults]
        verdict.statuses["continued" if answer.run > 1 and answer.status == ENDED_WELL else answer.status] += 1
        verdict.stuck += answer.status not in {ENDED_WELL, ENDED_BADLY} or not seen_answers
    return verdict


def _faults(question: Question, answer: Row, calls: int, *, continues: bool) -> list[str]:
    faults = []
    allowed = 2 if continues and answer.run > 1 else 1
    expected = {question.answer, question.answer + NOTHING_MORE} if answer.run > 1 else {question.answer}
    if calls > allowed:
        faults.append(f"the model was called {calls} times")
    if answer.status == ENDED_WELL and (answer.content not in expected or not calls):
        faults.append(f"{len(answer.content)} characters of {len(question.answer)}, after {calls} calls")
    elif answer.status == ENDED_BADLY and not question.answer.startswith(answer.content):
        faults.append("the text is not the model's")
    elif answer.status not in {ENDED_WELL, ENDED_BADLY}:
        faults.append("this status is not expected")
    return faults


def _differences(answer: Row, seen_answers: list[SeenAnswer], shown: dict[str, dict[str, Any]]) -> list[str]:
    faults = []
    returned = shown.get(answer.id, {})
    if (returned.get("content"), returned.get("status")) != (answer.content, answer.status):
        faults.append("GET shows something else")
    faults += [
        f"seen: {seen.status}, run {seen.run}, {len(seen.content)} characters; stored: {len(answer.content)}"
        for seen in seen_answers
        if (seen.content, seen.status, seen.run) != (answer.content, answer.status, answer.run)
    ]
    return faults
