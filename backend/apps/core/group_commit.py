"""Group commit: writes that wait for the same database are stored together, in one transaction.

A burst of small transactions costs more than its work: SQLite lets one write at a time, and the others poll for their
turn; PostgreSQL needs a few round trips for each. A write that comes alone waits for nothing. See
docs/decisions/0034-writes-that-wait-are-stored-together.md.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from apps.core.database import run_in_database, submit_to_database, uses_sqlite
from apps.core.errors import AppError
from apps.core.outages import is_outage
from apps.core.transactions import CompactTransaction

MAX_GROUP_SIZE = 12
"""Writes in one transaction: the first of them waits for the others."""

LOCK_CONFLICTS = {"40P01", "55P03"}
"""SQLSTATE of a deadlock and of a lock that took too long: caused by one write, not an outage for its group."""

MAX_TRANSACTIONS = {"sqlite": 1, "postgresql": 3}
"""Transactions at a time. On PostgreSQL, a write that waits for a lock must not block all others."""


@dataclass(slots=True, eq=False, kw_only=True)
class Write[Stored, Result]:
    """A write that can be stored with others: `store` within a transaction, then `finish` after its commit.

    `store` raises `AppError` only before its first change, so that a refusal does not affect the others. `store_alone`
    stores in a transaction by itself: if the write comes alone, or if one of the others failed, so that nothing of the
    transaction was stored. `prepare` is called ahead of a shared transaction, for what may be slow and must hold no
    locks. It is not called before `store_alone`, which does the same itself. No other write waits for `finish`; without
    it, the result is what was stored. Writes are stored in the order of their `sort_key`, which prevents deadlocks.
    """

    sort_key: UUID
    store: Callable[[], Stored]
    store_alone: Callable[[], Stored]
    prepare: Callable[[], object] | None = None
    finish: Callable[[Stored], Result] | None = None


@dataclass(slots=True, eq=False)
class _QueuedWrite:
    """A write and the future of its caller; a write that is not `shared` has its own transaction."""

    done: asyncio.Future[Any]
    store_alone: Callable[[], Any]
    write: Write[Any, Any] | None = None
    shared: bool = True


@dataclass(slots=True)
class _WriteResult:
    value: Any = None
    error: BaseException | None = None


class _WriteQueue:
    """The queued writes of one event loop, and how many more transactions may begin."""

    def __init__(self, loop: asyncio.AbstractEventLoop, max_transactions: int) -> None:
        self.loop = loop
        self._writes: deque[_QueuedWrite] = deque()
        self._free_transactions = max_transactions
        self._lock = threading.Lock()

    def add(self, queued: _QueuedWrite) -> None:
        with self._lock:
            self._writes.append(queued)

    def put_back(self, queued: Sequence[_QueuedWrite]) -> None:
        """Put writes at the front of the queue."""
        with self._lock:
            self._writes.extendleft(reversed(queued))

    def take_group(self) -> list[_QueuedWrite]:
        """Return the next writes to store together, and count their transaction; none if they have to wait."""
        with self._lock:
            if not self._free_transactions or not self._writes:
                return []
            self._free_transactions -= 1
            group = [self._writes.popleft()]
            while group[0].shared and self._writes and self._writes[0].shared and len(group) < MAX_GROUP_SIZE:
                group.append(self._writes.popleft())
            return group

    def end_transaction(self) -> None:
        with self._lock:
            self._free_transactions += 1

    def deliver(self, *results: tuple[_QueuedWrite, _WriteResult]) -> None:
        """Return results to their callers, from any thread."""
        with suppress(RuntimeError):  # The loop is closed, so no caller waits.
            self.loop.call_soon_threadsafe(_deliver, results)


class GroupCommit:
    """Stores writes together.

    `lock_all` takes the locks of a group in one order, before its first write, and returns the writes that have theirs.
    It does not wait for the others: these are stored alone, so that nothing else waits with them.
    """

    def __init__(self, lock_all: Callable[[Sequence[Any]], Collection[Any]]) -> None:
        self._lock_all = lock_all
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _WriteQueue] = WeakKeyDictionary()

    async def run[Stored, Result](self, write: Write[Stored, Result]) -> Result:
        """Store `write` and return its result; cancelling the caller does not cancel the write.

        Raises:
            Exception: what `store_alone` or `finish` raises, or the `AppError` of `store`.
        """
        return await self._wait(write.store_alone, write)

    async def run_in_own_transaction[Result](self, work: Callable[[], Result]) -> Result:
        """Run `work`, which writes in its own transaction.

        On SQLite it waits in the queue of the groups, so that it does not poll for the lock.
        """
        return await self._wait(work) if _max_transactions() == 1 else await run_in_database(work)

    async def _wait[Result](self, store_alone: Callable[[], Any], write: Write[Any, Result] | None = None) -> Result:
        loop = asyncio.get_running_loop()
        queue = self._queues.get(loop)
        if queue is None:
            queue = self._queues[loop] = _WriteQueue(loop, _max_transactions())
        queued = _QueuedWrite(loop.create_future(), store_alone, write, shared=write is not None)
        queue.add(queued)
        self._begin(queue)
        result: Result = await queued.done
        return result

    def _begin(self, queue: _WriteQueue) -> None:
        """Begin transactions for the queued writes, as many as may run; for any thread."""
        while group := queue.take_group():
            submit_to_database(self._store, queue, group)

    def _store(self, queue: _WriteQueue, group: list[_QueuedWrite]) -> None:
        try:
            results = self._try_group(group)
        except BaseException as error:
            queue.deliver(*((queued, _WriteResult(error=error)) for queued in group))
            raise
        else:
            left = [queued for queued, result in zip(group, results, strict=True) if result is None]
            for queued in left:
                queued.shared = False
            queue.put_back(left)
        finally:
            queue.end_transaction()
            self._begin(queue)
        _finish_group(queue, group, results)

    def _try_group(self, group: list[_QueuedWrite]) -> list[_WriteResult | None]:
        """Return the results of a group, refusals included; None for each write that has to be tried alone."""
        if len(group) == 1:
            return [_try_write(group[0].store_alone)]
        writes = [queued.write for queued in group if queued.write is not None]
        try:
            for write in writes:
                if write.prepare is not None:
                    write.prepare()
            stored = self._store_together(sorted(writes, key=lambda write: write.sort_key))
        except Exception as error:  # noqa: BLE001 - one of them is the cause: tried alone, only that one fails
            common = _WriteResult(error=error) if is_outage(error) and not _is_lock_conflict(error) else None
            return [common] * len(group)
        return [stored.get(write) for write in writes]

    def _store_together(self, in_order: list[Write[Any, Any]]) -> dict[Write[Any, Any], _WriteResult]:
        with CompactTransaction():
            locked = self._lock_all(in_order)
            return {write: _try_write(write.store, AppError) for write in in_order if write in locked}


def _max_transactions() -> int:
    return MAX_TRANSACTIONS["sqlite" if uses_sqlite() else "postgresql"]


def _is_lock_conflict(error: BaseException) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in LOCK_CONFLICTS


def _finish_group(queue: _WriteQueue, group: Sequence[_QueuedWrite], results: Sequence[_WriteResult | None]) -> None:
    """Deliver the results of a group after its commit, each as soon as its write has finished."""
    unfinished = []
    for queued, result in zip(group, results, strict=True):
        if result is None:
            continue
        if queued.write is None or queued.write.finish is None or result.error is not None:
            queue.deliver((queued, result))
        else:
            unfinished.append(partial(_finish, queue, queued, queued.write.finish, result.value))
    if unfinished:
        first, *others = unfinished
        for finish in others:
            submit_to_database(finish)
        first()  # This thread is free for one of them.


def _finish(queue: _WriteQueue, queued: _QueuedWrite, finish: Callable[[Any], Any], stored: object) -> None:
    queue.deliver((queued, _try_write(partial(finish, stored))))


def _try_write(work: Callable[[], Any], expected: type[Exception] = Exception) -> _WriteResult:
    try:
        return _WriteResult(work())
    except expected as error:
        return _WriteResult(error=error)


def _deliver(results: Sequence[tuple[_QueuedWrite, _WriteResult]]) -> None:
    for queued, result in results:
        if queued.done.done():
            continue
        if result.error is None:
            queued.done.set_result(result.value)
        else:
            queued.done.set_exception(result.error)
