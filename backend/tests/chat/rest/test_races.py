"""Concurrent requests for the same conversation."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from apps.chat.conversations.services import create_conversation
from tests.chat.rest.accounts import Account, Answer
from tests.chat.rest.trees import grow

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    start = Barrier(len(calls))

    def make(call: Callable[[], Answer]) -> Answer:
        start.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, calls))


def test_concurrent_repeats_create_one_conversation(account: Account, other_account: Account) -> None:
    fields = {"id": str(uuid4()), "title": "Once"}
    mine = all_at_once([partial(account.call, "POST", "/conversations/", fields)] * 6)
    assert {answer.status for answer in mine} == {201}
    assert all(answer.body == mine[0].body for answer in mine)
    assert account.ask("GET", "/conversations/?search=once")["total"] == 1
    both = {"id": str(uuid4())}
    people = (account, other_account)
    answers = all_at_once([partial(person.call, "POST", "/conversations/", both) for person in people])
    assert [(answer.status, answer.body["id"]) for answer in answers] == [(201, both["id"])] * 2


def test_each_concurrent_change_raises_the_revision_by_one(account: Account) -> None:
    conversation = account.new_conversation()
    made = grow(conversation, ["question", "answer"])
    leaf = {"message_id": made[0]}
    path = f"/conversations/{conversation}"
    changes = [partial(account.call, "PATCH", path, {"title": str(number)}) for number in range(4)]
    moves = [partial(account.call, "PUT", f"{path}/leaf", leaf)] * 2
    answers = all_at_once([*changes, *moves])
    assert sorted(answer.body["revision"] for answer in answers) == [2, 3, 4, 5, 6, 7]
    title = account.ask("GET", path)["title"]
    found = [account.ask("GET", f"/conversations/?search={number}")["total"] for number in range(4)]
    assert found == [int(title == str(number)) for number in range(4)]


def test_a_conversation_of_an_account_that_is_being_deleted_is_tried_once() -> None:
    with pytest.raises(IntegrityError):
        create_conversation(owner_id=uuid4(), fields={"title": "Late"})
