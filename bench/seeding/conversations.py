"""Conversations with many messages, and many conversations with some, for a user of a database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.chat.events import AnswerStatus
from apps.chat.models import Conversation, Message, Role, Run, SearchEntry
from apps.core.ids import uuid7
from apps.core.search.terms import index_terms, owner_term
from apps.users.models import User
from bench.seeding.rows import Copies, analyze, stored_id, stored_terms, without_terms_index
from bench.seeding.texts import Writer

DISTINCT_TEXTS = 5000
MARK = "zyzzyva"
"""A word that few messages have."""

MARKED_EVERY = 2000


def seed_long_conversations(owner: User, lengths: Sequence[int]) -> list[UUID]:
    """Store a conversation with as many messages for each of `lengths`; return their ids."""
    writer = Writer()
    texts = [writer.write() for _ in range(DISTINCT_TEXTS)]
    trees = [_Tree(number, length, texts) for number, length in enumerate(lengths)]
    _store(owner, trees)
    analyze()
    return [tree.id for tree in trees]


def seed_searchable(owner: User, conversations: int, messages: int) -> dict[str, str]:
    """Store conversations with `messages` messages in total, found by the search; return words to look for, by kind."""
    writer = Writer()
    texts = [writer.write() for _ in range(DISTINCT_TEXTS)]
    trees = [_Tree(number, messages // conversations, texts) for number in range(conversations)]
    _store(owner, trees)
    terms = [stored_terms([owner_term(owner.id.hex), *index_terms(text)]) for text in texts]
    marked = [stored_terms([owner_term(owner.id.hex), *index_terms(f"{text} {MARK}")]) for text in texts]
    entries = Copies(SearchEntry(), "conversation_id", "message_id", "terms")
    with without_terms_index():
        entries.insert(
            (
                stored_id(tree.id),
                stored_id(message_id),
                (marked if tree.is_marked(place) else terms)[tree.text_at(place)],
            )
            for tree in trees
            for place, message_id in enumerate(tree.messages)
        )
        entries.insert((stored_id(tree.id), None, terms[place % len(terms)]) for place, tree in enumerate(trees))
    analyze()
    letters = "".join(letter for letter in texts[7] if letter in set(writer.letters))
    return {"common word": writer.words[0], "rare word": MARK, "Chinese word": letters[3:5]}


class _Tree:
    """A conversation whose messages follow each other in one branch, from a question to an answer."""

    def __init__(self, number: int, length: int, texts: Sequence[str]) -> None:
        self.id = uuid7()
        self.messages = [uuid7() for _ in range(length)]
        self._first = number * length
        self._texts = texts

    def text_at(self, place: int) -> int:
        """Return which of the texts a message has."""
        return (self._first + place) % len(self._texts)

    def is_marked(self, place: int) -> bool:
        """Return whether a message has the rare word."""
        return (self._first + place) % MARKED_EVERY == 0

    def rows(self, runs: Mapping[UUID, int]) -> Iterator[tuple[Any, ...]]:
        """Return the rows of its messages; `runs` has the runs of the answers."""
        above: Any = None
        for place, message_id in enumerate(self.messages):
            text = self._texts[self.text_at(place)] + (f" {MARK}" if self.is_marked(place) else "")
            role = Role.ASSISTANT if place % 2 else Role.USER
            stored = stored_id(message_id)
            yield stored, stored_id(self.id), above, place, role.value, text, runs.get(message_id)
            above = stored


def _store(owner: User, trees: Sequence[_Tree]) -> None:
    past = timezone.now() - timedelta(days=1)
    conversation = Conversation(
        owner=owner, title="Numbers", is_title_automatic=False, model="fake-model", created_at=past, updated_at=past
    )
    Copies(conversation, "id", "public_id", "leaf_id").insert(
        (stored_id(tree.id), stored_id(tree.id), stored_id(tree.messages[-1])) for tree in trees
    )
    run = Run(number=1, kind="message", status=AnswerStatus.COMPLETE, is_indexed=True, started_at=past, ended_at=past)
    latest = Run.objects.order_by("-id").values_list("id", flat=True).first() or 0
    Copies(run, "conversation_id", "answer_id").insert(
        (stored_id(tree.id), stored_id(answer_id)) for tree in trees for answer_id in tree.messages[1::2]
    )
    runs = dict(Run.objects.filter(id__gt=latest).values_list("answer_id", "id"))
    columns = "id", "conversation_id", "parent_id", "depth", "role", "content", "latest_run_id"
    Copies(Message(created_at=past), *columns).insert(row for tree in trees for row in tree.rows(runs))
