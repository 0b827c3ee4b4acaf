"""The automatic title of a conversation, made after its first answer."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from apps.chat.conversations.change_count import count_conversation_change
from apps.chat.events import Delta, DeltaKind, Prompt, PromptMessage, Reclassified
from apps.chat.models import DEFAULT_TITLE, Conversation
from apps.chat.notify.notifications import ChangeNotification, ConversationUpdatedNotification
from apps.chat.providers.base import ProviderError, StreamedEvent
from apps.chat.providers.registry import get_registry
from apps.chat.search.index import index_title
from apps.core.database import run_in_database
from apps.core.notify import notify

logger = structlog.get_logger(__name__)

INSTRUCTION = (
    "Write a short title for a conversation that begins with the message below: at most six words (or twelve Chinese "
    "characters), in the language of the message, without quotation marks and without a full stop. "
    "Answer with the title only."
)
EXCERPT_LENGTH = 1000
LONGEST_TITLE = 60
TITLE_TOKENS = 40
THINKING_TOKENS = 2000
"""Tokens of a model that may think before it writes the title."""


async def make_title(conversation_id: UUID, model_id: str, question: str, *, thinks: bool = False) -> None:
    """Give an untitled conversation a title written by the model, or else the first words of its question.

    `thinks` says that the model has thought before its answer, so that it needs tokens for that here too.

    Never changes a title that a user gave.
    """
    if not settings.TITLES or not await run_in_database(_is_untitled, conversation_id):
        return  # Named or deleted while its answer was written: the model need not be asked.
    title = await _ask_for_title(model_id, question, thinks=thinks) or first_words(question)
    stored_title = await run_in_database(_store_title, conversation_id, title)
    if stored_title is not None:
        revision, change = stored_title
        updated = ConversationUpdatedNotification(
            conversation_id=conversation_id, revision=revision, changes={"title": title}
        )
        await notify(updated, change)


def first_words(text: str) -> str:
    """Return the beginning of `text`: one line of at most `LONGEST_TITLE` code points, cut at a blank if possible."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    head, blank, _ = cut.rpartition(" ")
    return (head if blank and len(head) > LONGEST_TITLE // 2 else cut) + "…"


async def _ask_for_title(model_id: str, question: str, *, thinks: bool) -> str:
    model = get_registry().find_model(model_id)
    if model is None or model.provider == "embedded":
        return ""  # The demonstration model cannot write one.
    excerpt = question[:EXCERPT_LENGTH]
    messages = (PromptMessage("system", INSTRUCTION), PromptMessage("user", excerpt))
    tokens = THINKING_TOKENS if thinks or model.efforts else TITLE_TOKENS
    prompt = Prompt(model.id, messages, 0.2, next(iter(model.efforts), None), max_tokens=tokens)
    try:
        async with aclosing(get_registry().get_provider(model.id).stream(prompt)) as events:
            written = await _read_content(events)
    except ProviderError as error:
        logger.info("title_not_made", error=type(error).__name__)
        return ""
    return first_words(written.strip().strip("\"'「」《》“”*#").strip())


async def _read_content(events: AsyncIterator[StreamedEvent]) -> str:
    texts = {DeltaKind.CONTENT: "", DeltaKind.REASONING: ""}
    async for event in events:
        if isinstance(event, Delta):
            texts[event.kind] += event.text
        elif isinstance(event, Reclassified):
            texts = {DeltaKind.CONTENT: "", DeltaKind.REASONING: "", event.kind: "".join(texts.values())}
    return texts[DeltaKind.CONTENT]


def _is_untitled(conversation_id: UUID) -> bool:
    return _untitled(conversation_id).exists()


def _untitled(conversation_id: UUID) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        id=conversation_id, is_title_automatic=True, title=DEFAULT_TITLE, deleted_at=None
    )


@transaction.atomic
def _store_title(conversation_id: UUID, title: str) -> tuple[int, ChangeNotification] | None:
    if not title or not _untitled(conversation_id).update(title=title, revision=F("revision") + 1):
        return None
    index_title(conversation_id, title)
    titled = Conversation.objects.defer("system_prompt").get(id=conversation_id)
    return titled.revision, count_conversation_change("conversation.updated", titled)
