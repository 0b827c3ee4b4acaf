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
from contextlib import suppress
from functools import cache, partial
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, cast

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = structlog.get_logger(__name__)

IDLE_SECONDS = 30.0
"""How long a database thread keeps a connection that it does not use."""


@cache
def uses_sqlite() -> bool:
    """Return whether the database is SQLite; the other is PostgreSQL."""
    return connection.vendor == "sqlite"


class _LatestFirst[Work]:
    """A queue that gives work to the thread that has waited shortest: its caches, and its connection's, are warm."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: deque[Work] = deque()
        self._idle: list[SimpleQueue[Work]] = []

    def put(self, work: Work) -> None:
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


class _Job(NamedTuple):
    """Work for a thread of the pool, without the future that the pool makes for each, and its locks."""

    work: Callable[[], None]

    def run(self, *_context: object) -> None:
        """Do the work; from Python 3.14 on, the pool passes its context."""
        self.work()


async def run_in_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on a database thread and return what it returns."""
    done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
    submit_to_database(_run_for, done, partial(work, *args, **kwargs))
    return await done


def submit_to_database[**P](work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run synchronous `work` on a database thread, from any thread; `work` itself reports its result and failures."""
    threads: Any = database_threads()
    with threads._shutdown_lock:  # noqa: SLF001 - as the pool's own `submit` does
        if threads._shutdown:  # noqa: SLF001
            raise RuntimeError("the database threads have ended")
        threads._work_queue.put(_Job(partial(_run, work, *args, **kwargs)))  # noqa: SLF001
        threads._adjust_thread_count()  # noqa: SLF001


def _run_for[R](done: asyncio.Future[R], work: Callable[[], R]) -> None:
    """Run `work` for the caller that waits for `done`, unless it was cancelled before."""
    if done.cancelled():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - the caller's
        report = partial(_settle, done, error=error)
    else:
        report = partial(_settle, done, result)
    with suppress(RuntimeError):  # The loop has been closed: nothing waits any more.
        done.get_loop().call_soon_threadsafe(report)


def _settle[R](done: asyncio.Future[R], result: R | None = None, error: BaseException | None = None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(cast("R", result))
    else:
        done.set_exception(error)


class _Kept(threading.local):
    used_at = 0.0
    database: BaseDatabaseWrapper | None = None


_kept = _Kept()


def this_connection() -> BaseDatabaseWrapper:
    """Return this thread's connection, for which Django looks through three layers at each attribute."""
    if _kept.database is None:
        _kept.database = connections[DEFAULT_DB_ALIAS]
    return _kept.database


def _run[**P](work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `work` on this thread's connection, which the thread keeps while it is used and works.

    To take it from the pool and give it back each time would cost a round trip, and half as much CPU as a short query.
    """
    try:
        if uses_sqlite():
            work(*args, **kwargs)
            return
        database = this_connection()
        with suppress(Exception):  # Then the work fails too, and reports that.
            if database.connection is not None and not _is_sound(database.connection):
                database.close()
        try:
            work(*args, **kwargs)
        finally:
            _kept.used_at = time.monotonic()
            if database.errors_occurred:
                database.close()
    except BaseException:  # The thread must not end.
        logger.exception("database_work_failed")


def _is_sound(driver: Any) -> bool:  # noqa: ANN401 - of the driver
    """Return whether the kept connection is still usable: the server sends nothing unless it has closed it."""
    if time.monotonic() - _kept.used_at > IDLE_SECONDS or driver.closed:
        return False
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return not poll.poll(0)


def release_connection() -> None:
    """Return this thread's connection to its pool before work that does not need it, unless a transaction is open."""
    if not uses_sqlite() and not connection.in_atomic_block:
        connection.close()
