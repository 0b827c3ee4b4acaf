"""Writes that wait for the same database are stored together, in one transaction.

A burst of small transactions costs more than its work: SQLite lets one write at a time, and the others poll for their
turn; PostgreSQL needs a few round trips for each. A write that comes alone waits for nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection, transaction

from apps.core.database import run_in_database
from apps.core.tasks import spawn

MOST_TOGETHER = 12
"""Writes in one transaction: the first of them waits for the others."""

LANES = {"sqlite": 1, "postgresql": 3}
"""Transactions at a time. On PostgreSQL, a write that waits for a lock must not hold up all others."""


@dataclass(slots=True, eq=False, kw_only=True)
class Write[Stored, Result]:
    """A write that can be stored with others: `store` within a transaction, then `finish` after its commit.

    `alone` does both, in a transaction of its own: if it comes alone, or if one of the others failed, so that nothing
    of the transaction was stored. `order` sorts the writes of a transaction, against deadlocks.
    """

    order: UUID
    store: Callable[[], Stored]
    finish: Callable[[Stored], Result]
    alone: Callable[[], Result]


@dataclass(slots=True, eq=False)
class _Waiting:
    write: Write[Any, Any]
    done: asyncio.Future[Any]


class _Lanes:
    """The writes of one event loop."""

    def __init__(self) -> None:
        self.waiting: deque[_Waiting] = deque()
        self.busy = 0


class GroupCommit:
    """Stores writes together. `lock_all` takes all the locks of a group in one order, before its first write."""

    def __init__(self, lock_all: Callable[[Sequence[Any]], None]) -> None:
        """Store nothing yet."""
        self._lock_all = lock_all
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lanes] = WeakKeyDictionary()

    async def run[Stored, Result](self, write: Write[Stored, Result]) -> Result:
        """Store `write` and return its result; a caller that is cancelled does not take it back.

        Raises:
            Exception: what `alone` raises.
        """
        loop = asyncio.get_running_loop()
        lanes = self._lanes.get(loop)
        if lanes is None:
            lanes = self._lanes[loop] = _Lanes()
        waiting = _Waiting(write, loop.create_future())
        lanes.waiting.append(waiting)
        if lanes.busy < _most_lanes():
            lanes.busy += 1
            spawn(self._store_waiting(lanes), name="group-commit")
        result: Result = await waiting.done
        return result

    async def _store_waiting(self, lanes: _Lanes) -> None:
        try:
            while lanes.waiting:
                group = [lanes.waiting.popleft() for _ in range(min(MOST_TOGETHER, len(lanes.waiting)))]
                try:
                    await run_in_database(self._store, group, asyncio.get_running_loop())
                except BaseException as error:
                    for waiting in group:
                        _settle(waiting.done, error=error)
                    raise
        finally:
            lanes.busy -= 1

    def _store(self, group: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        stored = self._store_together(group) if len(group) > 1 else None
        for index, waiting in enumerate(group):
            write = waiting.write
            work = write.alone if stored is None else partial(write.finish, stored[index])
            try:
                settle = partial(_settle, waiting.done, work())
            except Exception as error:  # noqa: BLE001 - the caller of the write gets it
                settle = partial(_settle, waiting.done, error=error)
            loop.call_soon_threadsafe(settle)

    def _store_together(self, group: list[_Waiting]) -> list[Any] | None:
        """Return what the writes of `group` stored; None if nothing was stored."""
        in_order = sorted(group, key=lambda waiting: waiting.write.order)
        stored = {}
        with suppress(Exception):  # Each is tried again alone, where it fails by itself.
            with transaction.atomic():
                self._lock_all([waiting.write for waiting in in_order])
                for waiting in in_order:
                    stored[waiting] = waiting.write.store()
            return [stored[waiting] for waiting in group]
        return None


@cache
def _most_lanes() -> int:
    return LANES[connection.vendor]  # Each asynchronous context that asks for `connection` makes one.


def _settle(done: asyncio.Future[Any], result: object = None, *, error: BaseException | None = None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
