"""Showing another branch, and deleting a subtree of messages (docs/api.md: A-5.8, A-6.4)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from apps.chat.models import Conversation, Message, Run
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages, add_numbered_messages


def shown_ids(account: Account, conversation: str) -> list[str]:
    part = account.ask("GET", f"/conversations/{conversation}/messages")
    return [message["id"] for message in part["messages"]]


def test_showing_a_branch_moves_the_leaf_to_its_newest_one(account: Account, conversation: str) -> None:
    first = add_messages(conversation, ["question", "first answer", "follow-up", "its answer"])
    newest = add_messages(conversation, ["its other answer"], under=first[2])
    second = add_messages(conversation, ["second answer"], under=first[0])
    before = account.ask("GET", f"/conversations/{conversation}")
    assert before["leaf_id"] == second[0]
    after = account.ask("PUT", f"/conversations/{conversation}/leaf", {"message_id": first[1]})
    assert after == before | {"leaf_id": newest[0], "revision": before["revision"] + 1}
    assert shown_ids(account, conversation) == [*first[:3], newest[0]]
    after = account.ask("PUT", f"/conversations/{conversation}/leaf", {"message_id": second[0]})
    assert after["leaf_id"] == second[0]


@pytest.mark.parametrize("body", [{}, {"message_id": None}, {"message_id": "7"}, [], "text"])
def test_a_malformed_leaf_is_refused(account: Account, conversation: str, body: object) -> None:
    assert account.refused("PUT", f"/conversations/{conversation}/leaf", body) == "VALIDATION_ERROR"


def test_messages_of_other_conversations_are_not_found(account: Account, conversation: str) -> None:
    elsewhere = add_messages(account.new_conversation(), ["elsewhere"])[0]
    for message in (elsewhere, str(uuid4())):
        body = {"message_id": message}
        assert account.refused("PUT", f"/conversations/{conversation}/leaf", body, status=404) == "NOT_FOUND"
        path = f"/conversations/{conversation}/messages/{message}"
        assert account.refused("DELETE", path, status=404) == "NOT_FOUND"
    assert Message.objects.filter(id=elsewhere).exists()


def test_deleting_a_message_deletes_its_descendants(account: Account, conversation: str) -> None:
    messages = add_numbered_messages(conversation, 6)
    before = account.ask("GET", f"/conversations/{conversation}")
    account.ask("DELETE", f"/conversations/{conversation}/messages/{messages[3]}", status=204)
    after = account.ask("GET", f"/conversations/{conversation}")
    assert after == before | {"leaf_id": messages[2], "revision": before["revision"] + 1}
    assert shown_ids(account, conversation) == messages[:3]
    assert Message.objects.count() == 3
    assert account.ask("GET", "/conversations/?search=5")["total"] == 0
    assert account.ask("GET", "/conversations/?search=2")["total"] == 1


def test_the_leaf_moves_to_the_nearest_sibling(account: Account, conversation: str) -> None:
    question = add_messages(conversation, ["question"])[0]
    answers = [add_messages(conversation, [f"answer {number}", "follow-up"], under=question) for number in range(3)]
    account.ask("PUT", f"/conversations/{conversation}/leaf", {"message_id": answers[1][0]})
    account.ask("DELETE", f"/conversations/{conversation}/messages/{answers[1][0]}", status=204)
    assert shown_ids(account, conversation) == [question, *answers[0]]
    account.ask("DELETE", f"/conversations/{conversation}/messages/{answers[0][0]}", status=204)
    assert shown_ids(account, conversation) == [question, *answers[2]]
    account.ask("DELETE", f"/conversations/{conversation}/messages/{answers[2][0]}", status=204)
    assert shown_ids(account, conversation) == [question]
    account.ask("DELETE", f"/conversations/{conversation}/messages/{question}", status=204)
    assert shown_ids(account, conversation) == []
    assert account.ask("GET", f"/conversations/{conversation}")["leaf_id"] is None


def test_deleting_a_hidden_sibling_keeps_the_shown_branch(account: Account, conversation: str) -> None:
    question = add_messages(conversation, ["question"])[0]
    hidden, shown = (add_messages(conversation, [text], under=question)[0] for text in ("hidden", "shown"))
    account.ask("DELETE", f"/conversations/{conversation}/messages/{hidden}", status=204)
    assert shown_ids(account, conversation) == [question, shown]


def test_a_branch_of_any_length_can_be_deleted(account: Account, conversation: str) -> None:
    messages = add_numbered_messages(conversation, 1100)
    account.ask("DELETE", f"/conversations/{conversation}/messages/{messages[0]}", status=204)
    assert Message.objects.count() == 0


def test_the_command_of_a_deleted_answer_stays_stored(account: Account, conversation: str) -> None:
    question, answer = add_messages(conversation, ["question", "answer"])
    fields = {"conversation": Conversation.objects.get(public_id=conversation), "answer_id": answer, "kind": "message"}
    client_id, moment = uuid4(), timezone.now()
    Run.objects.create(**fields, number=1, client_id=client_id, digest=b"digest", ended_at=moment)
    Run.objects.create(**fields, number=2, ended_at=moment)
    account.ask("DELETE", f"/conversations/{conversation}/messages/{question}", status=204)
    remembered = Run.objects.get()
    assert remembered.client_id == client_id
    assert remembered.answer is None
