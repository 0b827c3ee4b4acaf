"""Writes that are stored together (docs/decisions/0034-writes-that-wait-are-stored-together.md)."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from apps.core.group_commit import GroupCommit, Write


@pytest.mark.django_db(transaction=True)
async def test_no_transaction_waits_for_what_precedes_it() -> None:
    """`before` may ask Redis, which may be slow, and a transaction would hold its locks meanwhile."""
    seen: list[tuple[str, bool]] = []

    def note(step: str) -> None:
        seen.append((step, connection.in_atomic_block))

    def make_write() -> Write[None, None]:
        return Write(
            sort_key=uuid4(),
            store=partial(note, "store"),
            store_alone=partial(note, "alone"),
            prepare=partial(note, "before"),
        )

    writes = GroupCommit(lock_all=lambda group: group)
    await asyncio.gather(*(writes.run(make_write()) for _ in range(8)))
    assert ("before", False) in seen
    assert ("before", True) not in seen
    assert ("store", True) in seen
