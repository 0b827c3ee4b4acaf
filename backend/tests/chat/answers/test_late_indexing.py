"""Texts that could not be indexed when they were stored, and those that never can."""

from typing import Any

import pytest
from django.db.models.functions import Now

from apps.chat.answers import indexing
from apps.chat.answers.indexing import index_late_runs
from apps.chat.conversations.services import create_conversation
from apps.chat.models import Message, Run
from apps.users.models import User


@pytest.mark.django_db
def test_many_texts_that_cannot_be_indexed_are_tried_once_and_hold_up_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexing, "BATCH_SIZE", 2)
    monkeypatch.setattr(indexing, "MAX_FAILED_RUNS", 2)
    monkeypatch.setattr(indexing, "_failed_runs", indexing.FailedRuns())
    owner = User.objects.create(username="owner", email="owner@example.org")
    conversation = create_conversation(owner_id=owner.id, fields={"title": "Talk"})
    tried: list[str] = []

    def index(*messages: Message) -> None:
        tried.extend(message.content for message in messages)
        if any(message.content.startswith("bad") for message in messages):
            raise ValueError("cannot be indexed")

    monkeypatch.setattr(indexing, "index_messages", index)

    def end(content: str) -> Run:
        answer = Message.objects.create(conversation=conversation, role="assistant", content=content, seq=1)
        fields: dict[str, Any] = {"number": 1, "kind": "message", "ended_at": Now()}
        return Run.objects.create(conversation=conversation, answer=answer, **fields)

    names = [f"bad {number}" for number in range(7)]
    for name in names:
        end(name)
    good = end("good")
    for _ in range(5):
        index_late_runs()
    assert tried == [*names, "good"]
    good.refresh_from_db()
    assert good.is_indexed
