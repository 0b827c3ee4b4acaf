"""Search in messages and titles, by the terms in the search index."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from apps.chat.models import Conversation, SearchEntry
from apps.core.database import release_connection, uses_sqlite
from apps.core.errors import RateLimitError
from apps.core.http.running_requests import request_slot_released
from apps.core.search.field import HasTerms, MatchesTerms, preferring_terms_index
from apps.core.search.snippets import SnippetPart, cut_snippet
from apps.core.search.terms import SearchQuery, owner_term, parse_query
from apps.core.slots import FairSlots, NoSlotError

SORTED_HITS = 5000
"""Up to this many hits, sorting them is faster than looking for the newest among all entries."""

FIRST_TITLES = 100
"""Titles that are checked one by one, instead of collecting all hits: enough for a page with a frequent word."""

MAX_RUNNING = 4
MAX_WAITING = 8

_slots = FairSlots[UUID](MAX_RUNNING, max_per_key=1, max_waiting=MAX_WAITING)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that matches, or without a message the title of a conversation that does."""

    conversation: Conversation
    message_id: UUID | None
    role: str | None
    created_at: datetime
    snippet: list[SnippetPart]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """A page of hits; `has_more` says whether another follows."""

    hits: list[SearchHit]
    has_more: bool


def search_texts(owner_id: UUID, text: str, *, page: int, page_size: int) -> SearchHits:
    """Return a page of an owner's hits, in archived conversations too: titles, then the newest messages."""
    with search_slot(owner_id), preferring_terms_index(connection):
        # Ids first, so that the database sorts no texts.
        ids = _find_entry_ids(owner_id, text, (page - 1) * page_size, page_size + 1)
    shown = SearchEntry.objects.select_related("conversation", "message")
    columns = "conversation", "message__role", "message__created_at", "message__content"
    found = shown.only(*columns).in_bulk(ids[:page_size])
    # A message may have been deleted since its id was read.
    hits = [_make_hit(found[entry_id], text) for entry_id in ids[:page_size] if entry_id in found]
    return SearchHits(hits, has_more=len(ids) > page_size)


@contextmanager
def search_slot(owner_id: UUID) -> Iterator[None]:
    """Hold the search slot of a user during the block: the search for a long text takes the database a while.

    Raises:
        RateLimitError: too many of this user's searches are waiting.
    """
    release_connection()
    try:
        with request_slot_released():
            _slots.acquire(owner_id, max_wait=settings.SEARCH_WAIT_SECONDS)
    except NoSlotError:
        raise RateLimitError("Too many searches at once: wait for one to end.", retry_after=1) from None
    try:
        yield
    finally:
        _slots.release(owner_id)


def _find_entry_ids(owner_id: UUID, text: str, start: int, count: int) -> list[int]:
    entries = find_search_hits(owner_id, text).filter(conversation__deleted_at=None)
    of_titles = entries.filter(message=None)
    # SQLite would collect all hits to return a few of them.
    titles = None if uses_sqlite() else _find_few_titles(of_titles)
    if titles is None:
        titles = _find_first_titles(owner_id, text, start + count)
    if titles is None:
        newest = of_titles.order_by("-conversation__updated_at", "-conversation_id")
        titles = list(newest.values_list("id", flat=True))
    ids = titles[start : start + count]
    if len(ids) < count:
        offset = max(0, start - len(titles))
        ids += _find_newest(entries.exclude(message=None), offset, count - len(ids))
    return ids


def _find_few_titles(hits: QuerySet[SearchEntry]) -> list[int] | None:
    """Return all titles with hits, the newest activity first; None if there are more than `FIRST_TITLES`."""
    few = list(hits.values_list("conversation__updated_at", "conversation_id", "id")[: FIRST_TITLES + 1])
    return [entry_id for *_, entry_id in sorted(few, reverse=True)] if len(few) <= FIRST_TITLES else None


def _find_first_titles(owner_id: UUID, text: str, count: int) -> list[int] | None:
    """Return `count` titles with hits or more, or all, the newest activity first; None if the first ones have fewer."""
    live = Conversation.objects.filter(owner_id=owner_id, deleted_at=None)
    hit = first_hit_id(find_search_hits(owner_id, text, HasTerms).filter(message=None))
    listed = live.order_by("-is_pinned", "-updated_at", "-id")  # The order of an index.
    first = list(listed.values_list("updated_at", "id", "is_pinned", hit)[:FIRST_TITLES])
    is_whole = len(first) < FIRST_TITLES
    if not is_whole:
        *last, is_pinned, _ = first[-1]
        # Pinned ones may be older than those that follow.
        first = [] if is_pinned else [row for row in first if [*row[:2]] >= last]
    found = [entry_id for *_, entry_id in sorted(first, reverse=True) if entry_id is not None]
    return found if is_whole or len(found) >= count else None


def _find_newest(messages: QuerySet[SearchEntry], start: int, count: int) -> list[int]:
    # Entries are created in the order of their messages, so sorting by entry reads no message.
    ids = messages.values_list("id", flat=True)
    newest = ids.order_by("-id")
    if connection.vendor == "postgresql":
        # Asked for the newest, it reads from the end until it has found them: all entries, if there are few hits.
        few = list(ids[: SORTED_HITS + 1])
        if len(few) <= SORTED_HITS:
            return sorted(few, reverse=True)[start : start + count]
    return list(newest[start : start + count])


def _make_hit(entry: SearchEntry, text: str) -> SearchHit:
    conversation, message = entry.conversation, entry.message
    if message is None:
        return SearchHit(conversation, None, None, conversation.updated_at, cut_snippet(conversation.title, text))
    return SearchHit(conversation, message.id, message.role, message.created_at, cut_snippet(message.content, text))


def find_search_hits(owner_id: UUID, text: str, lookup: type[MatchesTerms] = MatchesTerms) -> QuerySet[SearchEntry]:
    """Return the entries of an owner that contain every word of `text`, unordered; none if it has no word.

    Chinese words are found anywhere, others by their beginning; case, accents and width do not matter.
    """
    query = parse_own_query(owner_id, text)
    if query is None:
        return SearchEntry.objects.none()
    hits = SearchEntry.objects.filter(lookup(F("terms"), query))
    for phrase in query.phrases:
        hits = hits.filter(Q(message__content__contains=phrase) | Q(message=None, conversation__title__contains=phrase))
    return hits


def first_hit_id(hits: QuerySet[SearchEntry]) -> Subquery:
    """Return a column for conversations: the id of one of their `hits`, or None."""
    # A subquery for a value: PostgreSQL would join another kind, and collect all hits.
    return Subquery(hits.filter(conversation_id=OuterRef("id")).values("id")[:1])


def parse_own_query(owner_id: UUID, text: str) -> SearchQuery | None:
    """Parse a search in the entries of an owner; None if it contains nothing searchable."""
    query = parse_query(text)
    # The owner's term keeps the database from reading the entries of other users with the same words.
    return query and replace(query, terms=(owner_term(owner_id.hex), *query.terms))
