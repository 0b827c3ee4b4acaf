"""The sweep reads only the open conversations that have news, which are few."""

from uuid import UUID, uuid4

import pytest

from apps.chat.conversations.services import create_conversation
from apps.chat.conversations.state import read_news_later
from apps.chat.models import Conversation, Message, Run
from apps.users.models import User

pytestmark = pytest.mark.django_db


def make_conversation(owner: User, *, revision: int) -> UUID:
    conversation = create_conversation(owner_id=owner.id, fields={})
    Conversation.objects.filter(id=conversation.id).update(revision=revision)
    return conversation.id


def test_only_conversations_with_a_later_revision_have_news(owner: User) -> None:
    known, changed = make_conversation(owner, revision=3), make_conversation(owner, revision=4)
    ((found, state),) = read_news_later({known: 3, changed: 3}).all()
    assert state is not None
    assert found == state.id == changed
    assert state.revision == 4
    assert state.active is None
    assert read_news_later({known: 3, changed: 4}).all() == []


def test_a_conversation_that_is_missing_or_deleted_has_news_without_a_state(owner: User) -> None:
    missing, deleted = uuid4(), make_conversation(owner, revision=1)
    Conversation.objects.filter(id=deleted).update(deleted_at="2026-01-01T00:00:00Z")
    assert dict(read_news_later({missing: 1, deleted: 1}).all()) == {missing: None, deleted: None}


def test_an_active_run_is_news_at_any_revision(owner: User) -> None:
    conversation_id = make_conversation(owner, revision=1)
    answer = Message.objects.create(conversation_id=conversation_id, role="assistant")
    Run.objects.create(conversation_id=conversation_id, answer=answer, number=2, kind="message")
    ((_, state),) = read_news_later({conversation_id: 1}).all()
    assert state is not None
    assert state.active == (answer.id, 2)
    Run.objects.update(ended_at="2026-01-01T00:00:00Z")
    assert read_news_later({conversation_id: 1}).all() == []
