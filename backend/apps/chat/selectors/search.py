"""What a search finds: messages and titles, by the terms that services/search_index.py keeps."""

from dataclasses import replace
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.chat.models import SearchEntry
from apps.core.search.field import MatchesTerms
from apps.core.search.terms import owner_term, parse_query


def find_search_hits(owner_id: UUID, text: str) -> QuerySet[SearchEntry]:
    """Return the entries of an owner that have all words of `text`, in no order; none where it holds no word.

    Chinese words are found anywhere, others by their beginning; case, accents and width are overlooked.
    """
    query = parse_query(text)
    if query is None:
        return SearchEntry.objects.none()
    # The owner's term keeps the database from reading what the same words find for everybody else.
    own = replace(query, terms=(owner_term(owner_id.hex), *query.terms))
    hits = SearchEntry.objects.filter(MatchesTerms(F("terms"), own))
    for phrase in query.phrases:
        hits = hits.filter(Q(message__content__contains=phrase) | Q(message=None, conversation__title__contains=phrase))
    return hits
