"""Concurrent requests for the same conversation."""

from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from apps.chat.answers.indexing import IndexableQuestion, try_to_index
from apps.chat.conversations.services import create_conversation
from apps.chat.models import Conversation, Message, SearchEntry
from apps.users.models import User
from apps.users.services.accounts import delete_account
from testkit.accounts import PASSWORD
from testkit.database_threads import all_at_once, close_after, is_waiting_for_a_lock
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages

pytestmark = pytest.mark.django_db(transaction=True)


def test_concurrent_repeats_create_one_conversation(account: Account) -> None:
    fields = {"id": str(uuid4()), "title": "Once"}
    mine = all_at_once([partial(account.call, "POST", "/conversations/", fields)] * 6)
    assert {response.status for response in mine} == {201}
    assert all(response.body == mine[0].body for response in mine)
    assert account.ask("GET", "/conversations/?search=once")["total"] == 1


def test_two_users_can_create_the_same_id_concurrently(account: Account, other_account: Account) -> None:
    both = {"id": str(uuid4())}
    users = (account, other_account)
    responses = all_at_once([partial(user.call, "POST", "/conversations/", both) for user in users])
    assert [(response.status, response.body["id"]) for response in responses] == [(201, both["id"])] * 2


def test_each_concurrent_change_raises_the_revision_by_one(account: Account) -> None:
    conversation = account.new_conversation()
    messages = add_messages(conversation, ["question", "answer"])
    leaf = {"message_id": messages[0]}
    path = f"/conversations/{conversation}"
    changes = [partial(account.call, "PATCH", path, {"title": str(number)}) for number in range(4)]
    moves = [partial(account.call, "PUT", f"{path}/leaf", leaf)] * 2
    responses = all_at_once([*changes, *moves])
    assert sorted(response.body["revision"] for response in responses) == [2, 3, 4, 5, 6, 7]
    title = account.ask("GET", path)["title"]
    found = [account.ask("GET", f"/conversations/?search={number}")["total"] for number in range(4)]
    assert found == [int(title == str(number)) for number in range(4)]


def test_a_conversation_of_a_deleted_account_is_refused_at_the_first_attempt() -> None:
    with pytest.raises(IntegrityError):
        create_conversation(owner_id=uuid4(), fields={"title": "Late"})


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_an_account_is_deleted_while_its_text_is_being_indexed(account: Account) -> None:
    (question,) = add_messages(account.new_conversation(), ["Find me"])
    SearchEntry.objects.all().delete()
    User.objects.update(is_staff=False)  # The deletion of an administrator does more.
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            text = IndexableQuestion(Message.objects.select_related("conversation").get(id=question))
            try_to_index(text)
            assert text.is_indexed
            connection.check_constraints()  # Locks the rows that the entry names, as the commit would.
            deletion = threads.submit(close_after, account.call, "DELETE", "/auth/me", {"password": PASSWORD})
            while not is_waiting_for_a_lock():
                wait([deletion], timeout=0.01)
        assert deletion.result().status == 204
    assert not SearchEntry.objects.exists()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_new_conversation_does_not_stop_the_deletion_of_its_account(account: Account) -> None:
    account.new_conversation()
    user = User.objects.get()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            User.objects.select_for_update().get()
            with connection.cursor() as cursor:  # Of two that wait for each other, the first to notice fails.
                cursor.execute("SET LOCAL deadlock_timeout = '10ms'")
            creation = threads.submit(close_after, account.call, "POST", "/conversations/", {"title": "Late"})
            while not creation.done() and not is_waiting_for_a_lock():
                wait([creation], timeout=0.01)
            delete_account(user)
        assert creation.result().status == 503
    assert not Conversation.objects.exists()
