"""Deleting and restoring a conversation (docs/api.md: A-5.7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.models import Conversation, Message, SearchEntry
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages


@pytest.fixture
def deleted(account: Account) -> str:
    """Return a conversation that has just been deleted."""
    conversation = account.new_conversation(title="Gone")
    add_messages(conversation, ["question", "answer"])
    account.ask("DELETE", f"/conversations/{conversation}", status=204)
    return conversation


def backdate_deletion(conversation: str, seconds: float) -> None:
    moment = timezone.now() - timedelta(seconds=seconds)
    Conversation.objects.filter(public_id=conversation).update(deleted_at=moment)


def test_a_deleted_conversation_is_not_found_anywhere(account: Account, deleted: str) -> None:
    for method, path in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/messages"), ("PUT", "/leaf")]:
        body = {"title": "x", "message_id": deleted} if method in {"PATCH", "PUT"} else None
        assert account.refused(method, f"/conversations/{deleted}{path}", body, status=404) == "NOT_FOUND"
    assert account.ask("GET", "/conversations/?include_archived=true")["total"] == 0
    assert account.ask("GET", "/conversations/?search=gone")["total"] == 0
    assert account.ask("GET", "/conversations/?search=question")["total"] == 0


def test_restoring_undoes_a_deletion(account: Account, deleted: str) -> None:
    backdate_deletion(deleted, 29)
    restored = account.ask("POST", f"/conversations/{deleted}/restore")
    assert account.ask("GET", f"/conversations/{deleted}") == restored
    assert account.ask("GET", f"/conversations/{deleted}/messages")["total"] == 2
    assert account.ask("GET", "/conversations/?search=question")["total"] == 1
    assert account.ask("POST", f"/conversations/{deleted}/restore") == restored


def test_a_conversation_cannot_be_restored_after_thirty_seconds(account: Account, deleted: str) -> None:
    backdate_deletion(deleted, 30.5)
    assert account.refused("POST", f"/conversations/{deleted}/restore", status=404) == "NOT_FOUND"


def test_another_user_cannot_restore_a_conversation(other_account: Account, deleted: str) -> None:
    assert other_account.refused("POST", f"/conversations/{deleted}/restore", status=404) == "NOT_FOUND"


def test_conversations_that_can_no_longer_be_restored_are_purged(account: Account, deleted: str) -> None:
    kept = account.new_conversation(title="Kept")
    add_messages(kept, ["kept"])
    assert purge_deleted_conversations() == 0
    backdate_deletion(deleted, 61)
    assert purge_deleted_conversations() == 1
    assert [str(row.public_id) for row in Conversation.objects.all()] == [kept]
    assert [row.content for row in Message.objects.all()] == ["kept"]
    assert SearchEntry.objects.count() == 2  # its title, its message
