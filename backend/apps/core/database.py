"""The thread pool on which asynchronous code uses the database.

Channels and `sync_to_async` run the work of all consumers on one thread, where a slow query would block them all.
"""

import asyncio
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import connection

IDLE_SECONDS = 30.0
"""How long a database thread keeps a connection that it does not use."""


@cache
def uses_sqlite() -> bool:
    """Return whether the database is SQLite; the other is PostgreSQL."""
    return connection.vendor == "sqlite"


class _LatestFirst[Work]:
    """A queue that gives work to the thread that has waited shortest: its caches, and its connection's, are warm."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._work: deque[Work] = deque()
        self._idle: list[SimpleQueue[Work]] = []

    def put(self, work: Work) -> None:
        """Add work."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(work)
            else:
                self._work.append(work)

    def get(self, *, block: bool = True) -> Work:  # noqa: ARG002 - of the interface
        """Take the oldest work, or wait for some."""
        with self._lock:
            if self._work:
                return self._work.popleft()
            own: SimpleQueue[Work] = SimpleQueue()
            self._idle.append(own)
        return own.get()

    def get_nowait(self) -> Work:
        """Take the oldest work."""
        with self._lock:
            if self._work:
                return self._work.popleft()
        raise Empty


@cache
def database_threads() -> ThreadPoolExecutor:
    """Return the pool of the threads on which this process uses the database."""
    threads = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")
    # Its own queue gives work to the thread that has waited longest: with little to do, to all of them in turn.
    threads._work_queue = _LatestFirst()  # type: ignore[assignment] # noqa: SLF001
    return threads


async def run_in_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on a database thread and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(database_threads(), partial(_run, work, *args, **kwargs))


def submit_to_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run synchronous `work` on a database thread, from any thread; `work` itself reports its result and failures."""
    database_threads().submit(partial(_run, work, *args, **kwargs))


class _Kept(threading.local):
    used_at = 0.0


_kept = _Kept()


def _run[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` on this thread's connection, which the thread keeps while it is used and works.

    To take it from the pool and give it back each time would cost a round trip, and half as much CPU as a short query.
    """
    if uses_sqlite():
        return work(*args, **kwargs)
    if connection.connection is not None and not _is_sound():
        connection.close()
    try:
        return work(*args, **kwargs)
    finally:
        _kept.used_at = time.monotonic()
        if connection.errors_occurred:
            connection.close()


def _is_sound() -> bool:
    """Return whether the kept connection is still usable: the server sends nothing unless it has closed it."""
    if time.monotonic() - _kept.used_at > IDLE_SECONDS or connection.connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def release_connection() -> None:
    """Return this thread's connection to its pool before work that does not need it, unless a transaction is open."""
    if not uses_sqlite() and not connection.in_atomic_block:
        connection.close()
