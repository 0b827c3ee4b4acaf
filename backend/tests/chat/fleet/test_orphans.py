"""Finding orphans: which runs they are, and which columns are read (docs/protocol.md: P-7.3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from apps.chat.conversations.services import create_conversation
from apps.chat.fleet.leases import renew_lease
from apps.chat.fleet.orphans import find_orphans
from apps.chat.models import Message, Run, Worker
from apps.users.models import User

pytestmark = pytest.mark.django_db

HERE, ALIVE, DEAD, UNKNOWN = uuid4(), uuid4(), uuid4(), uuid4()


@pytest.fixture(autouse=True)
def workers(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9"  # Without Redis there is only one worker, and leases do not count.
    settings.WORKER_LEASE = 60.0  # The living worker lives as long as the test, however slow the machine is.
    for worker in (HERE, ALIVE, DEAD):
        renew_lease(worker)
    Worker.objects.filter(id=DEAD).update(seen_at=Now() - timedelta(seconds=settings.WORKER_LEASE + 1))


def begin(owner: User, writer: UUID | None, **fields: Any) -> UUID:
    conversation = create_conversation(owner_id=owner.id, fields={"title": "Talk"})
    answer = Message.objects.create(conversation=conversation, role="assistant", content=f"text of {writer}", seq=3)
    Run.objects.create(conversation=conversation, answer=answer, number=1, kind="message", writer=writer, **fields)
    return answer.id


def test_runs_without_a_living_writer_are_orphans(owner: User) -> None:
    expected = {
        begin(owner, DEAD): "",
        begin(owner, UNKNOWN): "",
        begin(owner, None): "given up",
        begin(owner, HERE): "own",
    }
    running = begin(owner, HERE)
    begin(owner, ALIVE)
    begin(owner, DEAD, ended_at=Now())
    found = find_orphans(HERE, [running])
    assert {o.answer_id: "own" if o.is_own else "given up" if o.is_given_up else "" for o in found} == expected


def test_a_worker_that_died_before_the_clock_was_put_back_is_dead_one_lease_later(settings: Settings) -> None:
    Worker.objects.filter(id=DEAD).update(seen_at=Now() + timedelta(hours=1))
    Worker.objects.filter(id=ALIVE).update(seen_at=Now() + timedelta(seconds=1))
    renew_lease(HERE)
    assert not Worker.objects.filter(id=DEAD, seen_at__gt=Now()).exists()
    assert Worker.objects.filter(id=ALIVE, seen_at__gt=Now() - timedelta(seconds=settings.WORKER_LEASE)).exists()


def test_only_the_texts_of_orphans_are_read(owner: User) -> None:
    begin(owner, ALIVE)
    running = begin(owner, HERE)
    with CaptureQueriesContext(connection) as queries:
        assert find_orphans(HERE, [running]) == []
    assert len(queries) == 1
    orphan = begin(owner, DEAD)
    loaded: list[UUID] = []

    def note(instance: Message, **_: object) -> None:
        loaded.append(instance.id)

    post_init.connect(note, sender=Message)
    try:
        find_orphans(HERE, [running])
    finally:
        post_init.disconnect(note, sender=Message)
    assert loaded == [orphan]


@pytest.mark.parametrize(("is_wanted", "was_taken_over"), [(True, False), (True, True), (False, False)])
def test_an_answer_is_taken_over_once(owner: User, settings: Settings, is_wanted: bool, was_taken_over: bool) -> None:
    settings.CONTINUE_AFTER_CRASH = is_wanted
    begin(owner, DEAD, is_takeover=was_taken_over)
    (orphan,) = find_orphans(HERE, [])
    assert orphan.may_continue == (is_wanted and not was_taken_over)
