"""The search index: one entry per message and title. Deleting a message deletes its entry."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.chat.models import DEFAULT_TITLE, Conversation, Message, SearchEntry
from apps.core.database import uses_sqlite
from apps.core.round_trips import write
from apps.core.search.field import repair_terms_index
from apps.core.search.terms import index_terms, owner_term
from apps.core.sql_values import prepare_value

BATCH_SIZE = 500
"""Messages per transaction when the whole index is rebuilt."""


def index_messages(*messages: Message) -> None:
    """Index `messages` by their current contents; indexing them again replaces the terms.

    One statement, and one for each `message.conversation` that is not loaded; no effect on a message that is deleted.
    """
    select = f"SELECT conversation_id, id, {_terms_placeholder()} FROM chat_message WHERE id = %s"  # noqa: S608
    statement = (
        "INSERT INTO chat_searchentry (conversation_id, message_id, terms) "
        f"{' UNION ALL '.join([select] * len(messages))} "
        "ON CONFLICT (message_id) DO UPDATE SET terms = excluded.terms"
    )
    values: list[Any] = []
    # In one order, because each entry locks the row of its conversation.
    for message in sorted(messages, key=lambda message: (message.conversation_id.int, message.id.int)):
        values += _prepare_terms(message.content, message.conversation.owner_id), prepare_value(message.id)
    if values:
        write(statement, values)


@transaction.atomic
def index_title(conversation_id: UUID, title: str) -> None:
    """Index a conversation by `title`; the default title of new conversations is not indexed."""
    # Locked: if two titles are set at once, one creates the entry and the other changes it.
    conversation = Conversation.objects.select_for_update().only("owner_id").get(id=conversation_id)
    if title == DEFAULT_TITLE:
        SearchEntry.objects.filter(conversation=conversation, message=None).delete()
        return
    conversation.title = title
    index_locked_title(conversation)


def index_locked_title(conversation: Conversation) -> None:
    """Index a conversation that the transaction has locked by its title; one statement."""
    statement = (
        f"INSERT INTO chat_searchentry (conversation_id, terms) VALUES (%s, {_terms_placeholder()}) "  # noqa: S608
        "ON CONFLICT (conversation_id) WHERE message_id IS NULL DO UPDATE SET terms = excluded.terms"
    )
    write(statement, [prepare_value(conversation.id), _prepare_terms(conversation.title, conversation.owner_id)])


def rebuild_search_index() -> tuple[int, int]:
    """Index all messages and titles again and return how many of each; searching works meanwhile."""
    repair_terms_index(SearchEntry, connection)
    messages = titles = 0
    last = UUID(int=0)
    while batch := _index_batch(last):
        messages += len(batch)
        last = batch[-1].id
    for conversation_id, title in Conversation.objects.values_list("id", "title").iterator():
        index_title(conversation_id, title)
        titles += title != DEFAULT_TITLE
    return messages, titles


@transaction.atomic
def _index_batch(after: UUID) -> list[Message]:
    # Locked, so that no message changes between reading its text and storing its terms.
    messages = Message.objects.select_for_update(of=("self",)).select_related("conversation")
    batch = list(messages.filter(id__gt=after).order_by("id").only("content", "conversation__owner_id")[:BATCH_SIZE])
    _store_entries(batch)
    return batch


def _store_entries(messages: list[Message]) -> None:
    entries = [
        SearchEntry(
            conversation_id=message.conversation_id,
            message=message,
            terms=_make_terms(message.content, message.conversation.owner_id),
        )
        for message in messages
    ]
    SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["message"], update_fields=["terms"])


def _terms_placeholder() -> str:
    return "%s" if uses_sqlite() else "array_to_tsvector(%s::text[])"


def _prepare_terms(text: str, owner_id: UUID) -> Any:  # noqa: ANN401 - what the driver of the database takes
    terms = SearchEntry._meta.get_field("terms")
    return terms.get_db_prep_value(_make_terms(text, owner_id), connection)


def _make_terms(text: str, owner_id: UUID) -> list[str]:
    return [owner_term(owner_id.hex), *index_terms(text)]
