"""Indexing of questions and answers for search, after they are stored: a failure never loses a text."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched, groupby
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.chat.answers.conversation_writes import conversation_writes
from apps.chat.answers.running import running_answers
from apps.chat.models import Conversation, Message, Run
from apps.chat.search.index import index_messages
from apps.core.outages import is_outage, log_failure
from apps.core.round_trips import write
from apps.core.tasks import spawn
from apps.core.transactions import CompactTransaction

logger = structlog.get_logger(__name__)

BATCH_SIZE = 100
MAX_SHARED_TEXTS = 16
"""Texts that are indexed in one transaction, for which other writes wait."""

MAX_SHARED_LENGTH = 10_000
"""Characters of a text that is indexed with others: a turn in one of the conversations waits for the whole batch."""

INDEX_DELAY_SECONDS = 0.25
"""Seconds after which a text is indexed, together with all texts that have arrived by then."""

MAX_WAIT_SECONDS = 2.0
"""How long texts wait, at most, for the answers that are starting."""


@dataclass(slots=True, eq=False)
class IndexableQuestion:
    """A question, and whether the search finds it."""

    message: Message
    is_indexed: bool = False


@dataclass(slots=True, eq=False)
class IndexableAnswer:
    """An answer with the text of an ended run; without a `question`, it is unknown whether that is indexed."""

    run_id: int
    message: Message
    question: IndexableQuestion | None = None
    is_indexed: bool = False


type TextToIndex = IndexableQuestion | IndexableAnswer


class _PendingTexts:
    """The texts to be indexed, and the task that indexes them while there are any."""

    def __init__(self) -> None:
        self._texts: list[TextToIndex] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, text: TextToIndex) -> None:
        self._texts.append(text)
        if self._task is None or self._task.done():
            self._task = spawn(self._index(), name="index-texts")

    async def _index(self) -> None:
        while self._texts:
            await asyncio.sleep(INDEX_DELAY_SECONDS)
            await running_answers.wait_until_none_starts(MAX_WAIT_SECONDS)
            due, self._texts = self._texts, []
            for batch in _make_batches(due):
                await conversation_writes.run_in_own_transaction(partial(try_to_index, *batch))


_pending_texts = _PendingTexts()


def index_soon(text: TextToIndex) -> None:
    """Make a text searchable soon, together with others; the first tokens of answers come first.

    A text that cannot be indexed is left to `index_missed_runs`.
    """
    _pending_texts.add(text)


def _make_batches(due: Sequence[TextToIndex]) -> Iterator[Sequence[TextToIndex]]:
    """Yield texts to index together, in the order of `due`; a long text is alone."""
    for is_long, texts in groupby(due, key=lambda text: len(text.message.content) > MAX_SHARED_LENGTH):
        yield from batched(texts, 1 if is_long else MAX_SHARED_TEXTS)


def try_to_index(*texts: TextToIndex) -> None:
    """Make texts searchable, and mark their runs as indexed: in one transaction or, after a fault, in several.

    A failure is logged, and `is_indexed` stays false.
    """
    try:
        try:
            _index_and_mark(texts)
        except IntegrityError:
            _index_and_mark(texts)  # Some have just been deleted: this time they are not found.
    except Exception as error:  # noqa: BLE001 - the texts are safe without it, and the upkeep tries again
        if len(texts) > 1 and not is_outage(error):
            for text in texts:
                try_to_index(text)
            return
        log_failure(logger, "text_not_indexed", error, message_ids=[str(text.message.id) for text in texts])
        return
    for text in texts:
        text.is_indexed = True


def _index_and_mark(texts: Sequence[TextToIndex]) -> None:
    indexed_runs = [
        text.run_id
        for text in texts
        if isinstance(text, IndexableAnswer)
        and text.question is not None
        and (text.question.is_indexed or text.question in texts)
    ]
    with CompactTransaction(savepoint=False):
        index_messages(*(text.message for text in texts))
        if indexed_runs:
            places = ", ".join(["%s"] * len(indexed_runs))
            write(f"UPDATE chat_run SET is_indexed = %s WHERE id IN ({places})", [True, *indexed_runs])  # noqa: S608


MAX_FAILED_RUNS = 1000


class FailedRuns:
    """Runs whose texts this worker could not index, and does not try again: the latest `ids`, and all `up_to` an id."""

    def __init__(self) -> None:
        self.up_to = 0
        self.ids: frozenset[int] = frozenset()

    def add(self, run_id: int) -> None:
        ids = sorted({*self.ids, run_id})
        if older := ids[:-MAX_FAILED_RUNS]:
            self.up_to = older[-1]
        self.ids = frozenset(ids[-MAX_FAILED_RUNS:])


_failed_runs = FailedRuns()


def index_missed_runs() -> None:
    """Index the texts of the oldest ended runs that are not indexed yet.

    A failure is logged. After a fault, only another worker tries again.
    """
    _index_runs(_select_missed_runs().order_by("id")[:BATCH_SIZE])


def index_recent_runs(owner_id: UUID) -> None:
    """Index the texts of a user's last ended runs that are not indexed yet, so that a search finds them immediately.

    An outage is logged: the search then finds what is indexed.
    """
    try:
        # Not by a join, which SQLite would begin with all conversations of the user instead of the few missed runs.
        is_own = Exists(Conversation.objects.filter(id=OuterRef("conversation_id"), owner_id=owner_id))
        _index_runs(_select_missed_runs().filter(is_own).order_by("-id")[:MAX_SHARED_TEXTS])
    except Exception as error:
        if not is_outage(error):
            raise
        log_failure(logger, "index_failed", error)


def _select_missed_runs() -> QuerySet[Run, int]:
    missed = Run.objects.filter(is_indexed=False, id__gt=_failed_runs.up_to).exclude(ended_at=None)
    return missed.exclude(id__in=_failed_runs.ids).values_list("id", flat=True)


def _index_runs(run_ids: Iterable[int]) -> None:
    for run_id in list(run_ids):
        if not _index_run(run_id):
            _failed_runs.add(run_id)


def _index_run(run_id: int) -> bool:
    try:
        try:
            _index_texts(run_id)
        except IntegrityError:
            _index_texts(run_id)  # One has just been deleted: this time it is not found.
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("text_not_indexed", run_id=run_id)
        return False
    return True


@transaction.atomic
def _index_texts(run_id: int) -> None:
    runs = Run.objects.select_related("answer").defer("answer__content", "answer__reasoning")
    run = runs.filter(id=run_id).first()  # None if it has been deleted meanwhile.
    if run is not None and run.answer is not None:
        # The conversation is locked first, as in every transaction. If another transaction has locked it, the text is
        # indexed later: a search does not wait for it.
        conversation = Conversation.objects.select_for_update(skip_locked=True).only("id")
        if conversation.filter(id=run.conversation_id).first() is None:
            return
        # Locked, so that the text does not change before its terms are stored.
        texts = Message.objects.select_for_update(of=("self",)).select_related("conversation")
        index_messages(*texts.filter(id__in=[run.answer.id, run.answer.parent_id]))
    Run.objects.filter(id=run_id).update(is_indexed=True)
