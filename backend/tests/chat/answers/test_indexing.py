"""Indexing of texts for the search, after they are stored."""

from uuid import uuid4

import pytest

from apps.chat.answers.indexing import MAX_FAILED_RUNS, MAX_SHARED_LENGTH, FailedRuns, IndexableQuestion, index_soon
from apps.chat.conversations.services import create_conversation
from apps.chat.models import Message, Role
from apps.core.database import run_in_database
from apps.users.models import User
from testkit.live import pause
from testkit.statement_watch import StatementWatch


def store_questions(*contents: str) -> list[IndexableQuestion]:
    owner = User.objects.create(username=uuid4().hex, email=f"{uuid4().hex}@example.org")
    stored = []
    for content in contents:
        conversation = create_conversation(owner_id=owner.id, fields={"title": "Talk"})
        message = Message.objects.create(conversation=conversation, depth=0, role=Role.USER, content=content)
        stored.append(IndexableQuestion(message))
    return stored


async def index_all(questions: list[IndexableQuestion]) -> None:
    for question in questions:
        index_soon(question)
    while not all(question.is_indexed for question in questions):
        await pause()


@pytest.mark.django_db(transaction=True)
async def test_a_long_text_is_indexed_alone(statement_watch: StatementWatch) -> None:
    """Turns in the conversations of texts that share its transaction would wait for it."""
    contents = ("a", "b", "l" * (MAX_SHARED_LENGTH + 1), "m" * (MAX_SHARED_LENGTH + 1), "c" * MAX_SHARED_LENGTH)
    questions = await run_in_database(store_questions, *contents)
    await index_all(await run_in_database(store_questions, "first"))  # With what other tests have left.
    so_far = len(statement_watch.transactions)
    await index_all(questions)
    later = statement_watch.transactions[so_far:]
    writes = [statements for statements in later if "INTO chat_searchentry" in statements]
    assert len(writes) == len([("a", "b"), "l", "m", "c"])


@pytest.mark.storeless
def test_runs_that_cannot_be_indexed_take_bounded_memory_and_are_never_forgotten() -> None:
    failed = FailedRuns()
    for run_id in range(10, 10 + 2 * MAX_FAILED_RUNS, 2):
        failed.add(run_id)
    assert len(failed.ids) == MAX_FAILED_RUNS
    assert failed.up_to == 0
    failed.add(3 * MAX_FAILED_RUNS)
    failed.add(11)
    assert len(failed.ids) == MAX_FAILED_RUNS
    assert failed.up_to == 11
    assert min(failed.ids) > failed.up_to
