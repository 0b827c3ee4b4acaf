"""Queries for the conversations of an owner."""

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.chat.models import Conversation
from apps.chat.search.conversations import find_conversations_with_hits
from apps.chat.search.query import search_slot
from apps.core.errors import require_found
from apps.core.pagination import Page, read_page, read_page_found
from apps.core.search.field import preferring_terms_index


def find_conversation(owner_id: UUID, public_id: UUID) -> Conversation:
    """Return the conversation that this owner knows by `public_id`.

    Raises:
        NotFoundError: missing, deleted or another user's; the same query and answer for all three.
    """
    return require_found(select_live_conversations(owner_id).filter(public_id=public_id).first())


def select_live_conversations(owner_id: UUID) -> QuerySet[Conversation]:
    """Return every conversation of an owner that is not deleted, unordered."""
    return Conversation.objects.filter(owner_id=owner_id, deleted_at=None)


def list_conversations(
    owner_id: UUID,
    *,
    page: int,
    page_size: int,
    include_archived: bool = False,
    only_archived: bool = False,
    search: str = "",
) -> Page[Conversation]:
    """Return a page of an owner's conversations, pinned first, then the newest activity; without system prompts.

    `search` keeps conversations in which one message, or the title, has all its words; blank keeps all. With a search,
    `total` counts up to 200 hits, or up to the first one after the page.
    """
    found = select_live_conversations(owner_id).defer("system_prompt").order_by("-is_pinned", "-updated_at", "-id")
    if only_archived:
        found = found.filter(is_archived=True)
    elif not include_archived:
        found = found.filter(is_archived=False)
    if not search.strip():
        return read_page(found, page, page_size)
    with search_slot(owner_id), preferring_terms_index(connection):
        ids = find_conversations_with_hits(found, owner_id, search, page * page_size + 1)
        return read_page_found(ids, found, page, page_size)


def find_active_answer_id(conversation: Conversation) -> UUID | None:
    return conversation.runs.filter(ended_at=None).values_list("answer_id", flat=True).first()
