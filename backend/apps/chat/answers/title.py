"""The automatic title of a conversation, made after its first answer."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, nullcontext
from functools import partial
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings

from apps.chat.answers.conversation_writes import ConversationWrite, conversation_writes
from apps.chat.answers.running import running_answers
from apps.chat.answers.title_text import make_title_from_question, tidy_title
from apps.chat.conversations.change_count import count_conversation_change_later
from apps.chat.events import Delta, DeltaKind, Reclassified
from apps.chat.models import DEFAULT_TITLE, ApiCall, Conversation, Run
from apps.chat.notify.notifications import ChangeNotification, ConversationUpdatedNotification
from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.base import Provider, StreamedEvent
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.errors import ProviderError
from apps.chat.search.index import index_locked_title
from apps.core.database import run_in_database
from apps.core.notify import notify
from apps.core.outages import log_failure
from apps.core.round_trips import LazyRows
from apps.core.row_writes import update_row
from apps.core.statements import Select
from apps.core.tasks import spawn
from apps.core.transactions import CompactTransaction

logger = structlog.get_logger(__name__)

INSTRUCTION = (
    "Write a short title for a conversation that begins with the message below: at most six words (or twelve Chinese "
    "characters), in the language of the message, without quotation marks and without a full stop. "
    "Answer with the title only."
)
EXCERPT_LENGTH = 1000
MAX_CONCURRENT_TITLES = 4
MAX_WAIT_SECONDS = 5.0
"""How long a title waits, at most, for the answers that are starting."""

BUSY_POLL_SECONDS = 0.5
"""Seconds between two checks whether answers of other workers would wait for a title."""

TITLE_TOKENS = 40
REASONING_TOKENS = 2000
"""Tokens of a model that may reason before it writes the title."""


async def make_title(
    owner_id: UUID, conversation_id: UUID, model_id: str, question: str, *, has_reasoned: bool = False
) -> None:
    """Give an untitled conversation a title written by the model, or else the first words of its question.

    If the model `has_reasoned` before its answer, it gets tokens to do so here too. A title that a user gave stays.
    Titles wait until no answer is starting; few are made at a time.
    """
    if not settings.TITLES:
        return
    async with _title_slots():
        await running_answers.wait_until_none_starts(MAX_WAIT_SECONDS)
        title = await _ask_for_title(model_id, question, has_reasoned=has_reasoned)
        title = title or make_title_from_question(question)
        store = partial(_store_title, conversation_id, title)
        write: ConversationWrite[StoredTitle | None, StoredTitle | None] = ConversationWrite(
            sort_key=owner_id, conversation_id=conversation_id, store=store, store_alone=store
        )
        stored_title = await conversation_writes.run(write)
    if stored_title is not None:
        revision, change = stored_title
        updated = ConversationUpdatedNotification(
            conversation_id=conversation_id, revision=revision, changes={"title": title}
        )
        await notify(updated, change.one())


_semaphores: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _title_slots() -> asyncio.Semaphore:
    return _semaphores.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MAX_CONCURRENT_TITLES))


async def _ask_for_title(model_id: str, question: str, *, has_reasoned: bool) -> str:
    model = get_catalogue().find_model(model_id)
    if model is None or model.provider == "embedded":
        return ""  # The demonstration model cannot write one.
    excerpt = question[:EXCERPT_LENGTH]
    messages = (PromptMessage("system", INSTRUCTION), PromptMessage("user", excerpt))
    tokens = REASONING_TOKENS if has_reasoned or model.efforts else TITLE_TOKENS
    prompt = Prompt(model.id, messages, 0.2, next(iter(model.efforts), None), max_tokens=tokens)
    try:
        provider = get_catalogue().get_provider(model.id)
        if provider.is_one_slot and (provider.is_busy or await run_in_database(_is_service_busy, model.service)):
            return ""
        preemptible = _preemptible_by_answers(provider, model.service) if provider.is_one_slot else nullcontext()
        async with preemptible, aclosing(provider.stream(prompt)) as events:
            written = await _read_content(events)
    except TimeoutError:
        logger.info("title_gave_way")
        return ""
    except ProviderError as error:
        logger.info(
            "title_not_made",
            error=type(error).__name__,
            service_status=error.status,
            service_code=error.service_code,
        )
        return ""
    return tidy_title(written)


@asynccontextmanager
async def _preemptible_by_answers(provider: Provider, service: str) -> AsyncGenerator[None]:
    """End the block with a TimeoutError once any worker begins an answer that would have to wait for the title."""
    async with provider.preemptible(), asyncio.timeout(None) as scope:
        watch = spawn(_expire_once_busy(scope, service), name="title-watch")
        try:
            yield
        finally:
            watch.cancel()


async def _expire_once_busy(scope: asyncio.Timeout, service: str) -> None:
    is_busy = False
    while not is_busy:
        await asyncio.sleep(BUSY_POLL_SECONDS)
        try:
            is_busy = await run_in_database(_is_service_busy, service)
        except Exception as error:  # noqa: BLE001 - the next check tries again
            log_failure(logger, "service_not_watched", error)
    scope.reschedule(asyncio.get_running_loop().time())


def _is_service_busy(service: str) -> bool:
    """Return whether a model of the service writes an answer or a program's call for any worker."""
    models = [model.id for model in get_catalogue().list_models() if model.service == service]
    is_answering = Run.objects.filter(ended_at__isnull=True, answer__model_used__in=models).exists()
    return is_answering or ApiCall.objects.filter(ended_at__isnull=True, model__in=models).exists()


async def _read_content(events: AsyncIterator[StreamedEvent]) -> str:
    texts = {DeltaKind.CONTENT: "", DeltaKind.REASONING: ""}
    async for event in events:
        if isinstance(event, Delta):
            texts[event.kind] += event.text
        elif isinstance(event, Reclassified):
            texts = {DeltaKind.CONTENT: "", DeltaKind.REASONING: "", event.kind: "".join(texts.values())}
    return texts[DeltaKind.CONTENT]


type StoredTitle = tuple[int, LazyRows[ChangeNotification]]
"""The revision of the conversation, and its change, which is known once the title is committed."""

_LOCK_UNTITLED = Select(
    lambda conversation_id: (
        Conversation.objects.filter(id=conversation_id, is_title_automatic=True, title=DEFAULT_TITLE, deleted_at=None)
        .defer("system_prompt")
        .select_for_update(of=("self",))
    ),
    UUID,
)


def _store_title(conversation_id: UUID, title: str) -> StoredTitle | None:
    with CompactTransaction(savepoint=False):
        conversation = _LOCK_UNTITLED.first(conversation_id) if title else None
        if conversation is None:
            return None  # No title was made, or the conversation has one by now, or has been deleted.
        conversation.title = title
        conversation.revision += 1
        update_row(conversation, "title", "revision")
        index_locked_title(conversation)
        change = count_conversation_change_later("conversation.updated", conversation)
    return conversation.revision, change
