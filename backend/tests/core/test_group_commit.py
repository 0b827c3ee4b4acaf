"""Writes that are stored together (docs/decisions/0034-writes-that-wait-are-stored-together.md)."""

import asyncio
import threading
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from apps.core.group_commit import GroupCommit, Write
from testkit.socket_client import PATIENCE_SECONDS


@pytest.mark.django_db(transaction=True)
async def test_no_transaction_waits_for_the_preparation_of_a_write() -> None:
    """`prepare` may ask Redis, which may be slow, and a transaction would hold its locks meanwhile."""
    seen: list[tuple[str, bool]] = []
    all_queued = threading.Event()

    def note(step: str) -> None:
        seen.append((step, connection.in_atomic_block))

    def store_alone() -> None:
        """Occupy a transaction until the other writes wait for one, as a group."""
        assert all_queued.wait(PATIENCE_SECONDS)

    def make_write() -> Write[None, None]:
        return Write(
            sort_key=uuid4(), store=partial(note, "store"), store_alone=store_alone, prepare=partial(note, "prepare")
        )

    writes = GroupCommit(lock_all=lambda group: group)
    tasks = [asyncio.create_task(writes.run(make_write())) for _ in range(8)]
    await asyncio.sleep(0)
    all_queued.set()
    await asyncio.gather(*tasks)
    assert ("prepare", False) in seen
    assert ("prepare", True) not in seen
    assert ("store", True) in seen
