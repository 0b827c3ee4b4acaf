"""Statements of a turn in the database: each delays the first token, or adds to the load."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from apps.chat.answers.checkpoint import Checkpoint, save_checkpoints
from apps.chat.answers.ending import store_ending_or_error, store_own_ending
from apps.chat.answers.indexing import IndexableAnswer, try_to_index
from apps.chat.answers.rate_count import RateCount
from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.answers.turn import Requester, prepare_turn, store_run_alone
from apps.chat.conversations.branches import find_current_branch, read_branch
from apps.chat.conversations.message_view import view_messages
from apps.chat.conversations.services import create_conversation
from apps.chat.events import AnswerStatus, AnswerText, Ending, Usage
from apps.chat.models import ChangeCount, Conversation, Message, Role, Run
from apps.core.round_trips import round_trips
from apps.core.row_writes import insert_row, new_row, update_row
from apps.core.statements import Select
from apps.users.models import User

ENDING = Ending(AnswerStatus.COMPLETE, "stop", Usage(3, 4))


class Statements(NamedTuple):
    """The number of statements of each part of a turn."""

    beginning: int
    checkpoint: int
    ending: int
    indexing: int


@pytest.fixture
def conversation(transactional_db: None, owner: User) -> Conversation:
    return create_conversation(owner_id=owner.id, fields={"title": "100 %"})


@pytest.fixture
def requester(conversation: Conversation) -> Requester:
    return Requester(user_id=conversation.owner_id, session_id=uuid4(), worker_id=uuid4())


def test_a_turn_takes_no_more_statements_than_these(conversation: Conversation, requester: Requester) -> None:
    # A model without an encoding: an exact count of tokens, which depends on what is loaded, takes one more statement.
    conversation.model = "local-model"
    conversation.save()
    first, second = [count_statements(conversation, requester, content) for content in ("First", "Second")]
    if connection.vendor == "sqlite":
        assert first == Statements(beginning=11, checkpoint=3, ending=6, indexing=4)
        reads_of_the_second = 2
    else:  # Writes go together, in fewer round trips.
        assert first == Statements(beginning=4, checkpoint=3, ending=4, indexing=3)
        reads_of_the_second = 1
    # A second question also reads the leaf above it, and the branch for its prompt.
    assert second == first._replace(beginning=first.beginning + reads_of_the_second)


def test_showing_a_branch_takes_four_statements(conversation: Conversation, requester: Requester) -> None:
    for content in ("First", "Second"):
        count_statements(conversation, requester, content)
    conversation.refresh_from_db()
    with CaptureQueriesContext(connection) as shown:
        view_messages(read_branch(find_current_branch(conversation)))
    assert len(shown) == 4


def count_statements(conversation: Conversation, requester: Requester, content: str) -> Statements:
    """Store a turn, a checkpoint, the ending and the search terms, and return the statements of each."""
    request = AnswerRequest(kind=RequestKind.MESSAGE, client_id=uuid4(), content=content)
    with CaptureQueriesContext(connection) as begun:
        turn, work = prepare_turn(
            request, store_run_alone(requester, conversation.id, request, RateCount(requester.user_id))
        )
    assert work is not None
    assert work.indexable_question is not None
    so_far, whole = AnswerText("Ans", "", 1), AnswerText("Answer", "", 2)
    with CaptureQueriesContext(connection) as saved:
        save_checkpoints([Checkpoint(turn.answer.id, turn.run_number, so_far, is_whole=False)])
    with CaptureQueriesContext(connection) as ended:
        stored = store_ending_or_error(turn.answer.id, partial(store_own_ending, work.run), whole, ENDING)
    assert stored is not None
    with CaptureQueriesContext(connection) as indexed:
        try_to_index(work.indexable_question, IndexableAnswer(stored.run_id, stored.answer, work.indexable_question))
    return Statements(len(begun), len(saved), len(ended), len(indexed))


@pytest.mark.parametrize("change", [{"ended_at": datetime.now(UTC)}, {"answer": None}])
def test_an_ending_changes_nothing_once_its_run_is_taken_over_or_its_answer_deleted(
    conversation: Conversation, requester: Requester, change: dict[str, Any]
) -> None:
    request = AnswerRequest(kind=RequestKind.MESSAGE, content="First")
    turn, work = prepare_turn(
        request, store_run_alone(requester, conversation.id, request, RateCount(requester.user_id))
    )
    assert work is not None
    Run.objects.filter(id=work.run.id).update(**change)
    before = read_all_rows()
    end = partial(store_own_ending, work.run)
    assert store_ending_or_error(turn.answer.id, end, AnswerText("Answer", "", 1), ENDING) is None
    assert read_all_rows() == before


def read_all_rows() -> list[dict[str, Any]]:
    models: list[Any] = [Conversation, Message, Run, ChangeCount]
    return [row for model in models for row in model.objects.order_by("pk").values()]


@pytest.fixture
def run(conversation: Conversation) -> Run:
    """A run of the leaf of the conversation; all three are written by compiled statements."""
    question = Message(conversation=conversation, role=Role.USER, content="Is it “100 %”?", token_count=7)
    with transaction.atomic(), round_trips():
        insert_row(question)
        run = Run(
            conversation=conversation, number=1, kind="message", client_id=uuid4(), digest=b"\0\xff", answer=question
        )
        insert_row(run)
        conversation.leaf, conversation.is_pinned, conversation.temperature = question, True, 0.25
        update_row(conversation, "leaf", "is_pinned", "temperature")
    return run


def test_compiled_writes_store_what_the_orm_reads(conversation: Conversation, run: Run) -> None:
    assert run.answer is not None
    for row in (run.answer, run, conversation):
        model: Any = type(row)
        stored = model._base_manager.get(pk=row.pk)
        assert fields(stored) == fields(row)


def test_a_compiled_select_finds_what_the_orm_finds(conversation: Conversation, run: Run) -> None:
    question = run.answer
    assert question is not None
    compiled = Select(
        lambda run_id, number: (
            Run.objects.select_related("conversation", "answer")
            .defer("conversation__system_prompt")
            .filter(answer_id=run_id, number=number)
        ),
        UUID,
        int,
    )
    by_the_orm = Run.objects.select_related("conversation", "answer").get(id=run.id)
    for found in (compiled.first(question.id, 1), *compiled.all(question.id, 1)):
        assert found is not None
        assert fields(found) == fields(by_the_orm)
        assert found.answer is not None
        assert fields(found.answer) == fields(question)
        with CaptureQueriesContext(connection) as queries:
            assert found.conversation.title == conversation.title
        assert not queries
        assert found.conversation.get_deferred_fields() == {"system_prompt"}
    assert compiled.first(uuid4(), 1) is None
    assert compiled.first(question.id, 2) is None


def fields(row: Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in values.items()}


@pytest.mark.parametrize("model", [Conversation, Message, Run])
def test_a_new_row_has_the_defaults_of_its_model(model: type[Model]) -> None:
    ours, by_django = fields(new_row(model)), fields(model())
    own = {name for name, value in ours.items() if isinstance(value, UUID | datetime)}
    assert {name: value for name, value in ours.items() if name not in own} == {
        name: value for name, value in by_django.items() if name not in own
    }
    assert all(type(ours[name]) is type(by_django[name]) for name in own)
    again = fields(new_row(model))
    assert all(again[name] != ours[name] for name in own)  # Made for each row, not kept with the defaults.
    assert new_row(Message, content="Text").content == "Text"


def test_a_new_row_knows_the_rows_that_it_refers_to(conversation: Conversation) -> None:
    row = new_row(Message, conversation=conversation, parent=None)
    with CaptureQueriesContext(connection) as queries:
        assert row.conversation == conversation
        assert row.conversation_id == conversation.id
        assert row.parent is None
        assert row.parent_id is None
    assert not queries


@contextmanager
def traced(path: Path) -> Iterator[list[str]]:
    """Return the queries that the block sends to PostgreSQL, one for each round trip, as libpq traces them."""
    queries: list[str] = []
    pgconn = connection.connection.pgconn
    with path.open("w") as file:
        pgconn.trace(file.fileno())
        yield queries
        pgconn.untrace()
    sent = [line.split("\t") for line in path.read_text().splitlines()]
    queries += [message[-1].strip(' "') for message in sent if "Query" in message]


def begins_and_ends(query: str) -> tuple[bool, bool]:
    return query.startswith("BEGIN"), query.endswith("COMMIT")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no round trips")
def test_a_transaction_begins_with_its_first_statements_and_ends_with_its_last(
    conversation: Conversation, requester: Requester, tmp_path: Path
) -> None:
    request = AnswerRequest(kind=RequestKind.MESSAGE, client_id=uuid4(), content="First")

    with traced(tmp_path / "turn") as queries:
        stored = store_run_alone(requester, conversation.id, request, RateCount(requester.user_id))
    assert [begins_and_ends(query) for query in queries] == [(True, False), (False, True)]
    turn, work = prepare_turn(request, stored)
    assert work is not None
    assert work.change.revision == 2

    with traced(tmp_path / "ending") as queries:
        ended = store_ending_or_error(
            turn.answer.id, partial(store_own_ending, work.run), AnswerText("Answer", "", 1), ENDING
        )
    assert [begins_and_ends(query) for query in queries] == [(True, False), (False, True)]
    assert ended is not None
    assert ended.change.revision == 3

    with traced(tmp_path / "index") as queries:
        try_to_index(IndexableAnswer(ended.run_id, ended.answer, work.indexable_question))
    assert [begins_and_ends(query) for query in queries] == [(True, True)]
    assert Message.objects.get(id=turn.answer.id).content == "Answer"


def test_statements_that_fail_with_their_commit_store_nothing(conversation: Conversation) -> None:
    first = Message(conversation=conversation, role=Role.USER, content="First")
    second = Message(id=first.id, conversation=conversation, role=Role.USER, content="Second")
    with pytest.raises(IntegrityError):
        insert(first, second)
    assert not Message.objects.exists()
    insert(first)
    assert Message.objects.get().content == "First"


def insert(*messages: Message) -> None:
    with transaction.atomic(), round_trips(commits=True):
        for message in messages:
            insert_row(message)


FIND_BY_ID = Select(lambda conversation_id: Conversation.objects.filter(id=conversation_id), UUID)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's driver prepares all statements by itself")
@pytest.mark.parametrize("is_direct", [True, False])
def test_statements_are_prepared_unless_a_pooler_is_in_between(conversation: Conversation, is_direct: bool) -> None:
    driver: Any = connection.connection
    assert driver.is_direct, "no pooler is in between"
    driver.is_direct = is_direct
    before = count_prepared()
    try:
        for _ in range(3):
            assert [found.title for found in FIND_BY_ID.all(conversation.id)] == [conversation.title]
        assert (count_prepared() > before) is is_direct
    finally:
        driver.close()  # The pool replaces it.
        connection.close()


def count_prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        (number,) = cursor.fetchone()
    return int(number)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's driver prepares all statements by itself")
def test_a_migration_of_a_table_does_not_break_prepared_statements(conversation: Conversation) -> None:
    for kind in ("text", "varchar(200)"):
        for _ in range(3):
            with transaction.atomic():
                assert [found.title for found in FIND_BY_ID.all(conversation.id)] == [conversation.title]
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE chat_conversation ALTER COLUMN title TYPE {kind}")
        assert [found.title for found in FIND_BY_ID.all(conversation.id)] == [conversation.title]
