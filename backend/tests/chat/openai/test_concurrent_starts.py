"""Calls and turns that begin at the same time: `ANSWERS_PER_USER` counts both (docs/api.md: A-10.10)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.answers.turn import Requester, store_run
from apps.chat.completions.records import store_call
from apps.chat.completions.running import RunningCall
from apps.chat.conversations.services import create_conversation
from apps.core.errors import AuthenticationError, RateLimitError
from apps.users.models import User
from apps.users.services.personal_keys import create_key
from testkit.database_threads import close_after, is_waiting_for_a_lock


def begin_call(owner_id: UUID, key_id: UUID) -> None:
    """Store that a call begins, as one worker does while another stores a turn."""
    loop = asyncio.new_event_loop()
    try:
        call = RunningCall(
            call_id=uuid4(), owner_id=owner_id, key_id=key_id, model="fake-model", begun=loop.create_future()
        )
        store_call(call, uuid4())
    finally:
        loop.close()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_call_waits_for_a_turn_that_is_being_stored(settings: Settings) -> None:
    settings.ANSWERS_PER_USER = 1
    owner = User.objects.create(username="owner", email="owner@example.org")
    key, _ = create_key(owner.id, name="key", expires_in=None)
    conversation = create_conversation(owner_id=owner.id, fields={"title": "Talk"})
    requester = Requester(user_id=owner.id, session_id=uuid4(), worker_id=uuid4())
    request = AnswerRequest(kind=RequestKind.MESSAGE, client_id=uuid4(), content="Hello")
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            store_run(requester, conversation.id, request, retry_after=0)
            call = threads.submit(close_after, begin_call, owner.id, key.id)
            while not call.done() and not is_waiting_for_a_lock():
                wait([call], timeout=0.01)
        with pytest.raises(RateLimitError):
            call.result()


@pytest.mark.django_db(transaction=True)
def test_no_call_begins_for_a_deleted_account() -> None:
    with pytest.raises(AuthenticationError):
        begin_call(uuid4(), uuid4())
