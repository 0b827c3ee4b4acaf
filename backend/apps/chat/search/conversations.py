"""Search in the list of conversations: the first ones in its order that have a hit."""

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from apps.chat.models import Conversation, SearchEntry
from apps.chat.search.query import find_search_hits, first_hit_id, parse_own_query
from apps.core.database import uses_sqlite
from apps.core.search.field import HasTerms, values_through_index
from apps.core.search.terms import SearchQuery

MAX_SEARCHED_IN_ORDER = 1000
"""The most conversations with a frequent word that are found one after the other, instead of by all their hits."""

SAMPLED_CONVERSATIONS, SAMPLED_ENTRIES = 25, 250
"""The conversations and entries searched first, to learn whether a word is frequent."""

MAX_HITS = 2**31


def find_conversations_with_hits(
    conversations: QuerySet[Conversation], owner_id: UUID, text: str, min_count: int
) -> list[UUID]:
    """Return the ids of the first of an owner's ordered `conversations` that have a hit for `text`.

    If there are more than `min_count` and `SEARCH_MAX_COUNTED`, the others are left out.

    A search for a frequent word reads one conversation after the other, and ends once it has found enough.
    """
    query = parse_own_query(owner_id, text)
    if query is None:
        return []
    count = max(min_count, settings.SEARCH_MAX_COUNTED)
    if count <= MAX_SEARCHED_IN_ORDER and _is_frequent(conversations, query):
        found = _search_in_order(conversations, find_search_hits(owner_id, text, HasTerms), count)
        if found is not None:
            return found
    if uses_sqlite() and not query.phrases:
        hits: object = values_through_index(SearchEntry, "conversation_id", query)
    else:
        # The limit exceeds any number of hits; it makes the database find them once, not once per conversation.
        hits = find_search_hits(owner_id, text).values("conversation_id").distinct()[:MAX_HITS]
    return list(conversations.filter(id__in=cast("Iterable[UUID]", hits)).values_list("id", flat=True)[:count])


def _is_frequent(conversations: QuerySet[Conversation], query: SearchQuery) -> bool:
    newest = SearchEntry.objects.filter(conversation__in=conversations.values("id")[:SAMPLED_CONVERSATIONS])
    sample = newest.values_list("conversation_id", HasTerms(F("terms"), query))[:SAMPLED_ENTRIES]
    with_hit = dict.fromkeys((conversation_id for conversation_id, _ in sample), False)
    with_hit.update((conversation_id, True) for conversation_id, is_hit in sample if is_hit)
    share = sum(with_hit.values()) / max(len(with_hit), 1)
    return len(with_hit) >= settings.SEARCH_MIN_SAMPLED and share >= settings.SEARCH_FREQUENT_SHARE


def _search_in_order(
    conversations: QuerySet[Conversation], hits: QuerySet[SearchEntry], count: int
) -> list[UUID] | None:
    """Return the first `count` conversations with hits; None if too few of the searched ones have any."""
    searched = count + count // 2
    first = list(conversations.values_list("id", first_hit_id(hits))[:searched])
    found = [conversation_id for conversation_id, hit in first if hit is not None][:count]
    return found if len(found) == count or len(first) < searched else None
