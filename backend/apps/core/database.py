"""The database threads, on which asynchronous code uses the database, and the connection of each thread.

Channels and `sync_to_async` run the work of all consumers on one thread, where a slow query would block them all.
"""

import asyncio
import atexit
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = structlog.get_logger(__name__)

IDLE_SECONDS = 30.0
"""How long a database thread keeps a connection that it does not use."""


@cache
def uses_sqlite() -> bool:
    """Return whether the database is SQLite; otherwise it is PostgreSQL."""
    return connection.vendor == "sqlite"


type Work = Callable[[], None]


class _Threads:
    """Threads that run functions, started as needed; the thread that was busy last is next: its caches are warm.

    The standard library's pool picks the thread that was idle longest, and makes a future for each function.
    """

    def __init__(self, max_threads: int) -> None:
        self._max_threads = max_threads
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._idle: list[SimpleQueue[Work | None]] = []
        self._work: deque[Work | None] = deque()
        self._has_ended = False
        atexit.register(self.end)

    def put(self, work: Work | None) -> None:
        """Run `work` on one of the threads; None ends a thread."""
        with self._lock:
            if self._has_ended and work is not None:
                raise RuntimeError("the database threads have ended")
            if self._idle:
                self._idle.pop().put(work)
                return
            self._work.append(work)
            if len(self._threads) < self._max_threads:
                number = len(self._threads)
                thread = threading.Thread(target=self._run, name=f"database_{number}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def end(self) -> None:
        """Run all waiting functions, then end all threads."""
        with self._lock:
            self._has_ended = True
            self._max_threads = len(self._threads)
        for _ in range(self._max_threads):
            self.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        own: SimpleQueue[Work | None] = SimpleQueue()
        while (work := self._take_work(own)) is not None:
            work()

    def _take_work(self, own: SimpleQueue[Work | None]) -> Work | None:
        with self._lock:
            if self._work:
                return self._work.popleft()
            self._idle.append(own)
        return own.get()


@cache
def _database_threads() -> _Threads:
    """Return the threads on which this process uses the database."""
    return _Threads(settings.DATABASE_THREADS)


async def run_in_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on a database thread and return what it returns."""
    done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
    submit_to_database(run_for, done, partial(work, *args, **kwargs))
    return await done


def submit_to_database[**P](work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run synchronous `work` on a database thread, from any thread; `work` itself reports its result and failures."""
    _database_threads().put(partial(_run, work, *args, **kwargs))


def run_for[R](done: asyncio.Future[R], work: Callable[[], R]) -> None:
    """Run `work` for the caller that waits for `done`, unless it was cancelled before."""
    if done.cancelled():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - the caller gets it
        report = partial(_deliver, done, error=error)
    else:
        report = partial(_deliver, done, result)
    with suppress(RuntimeError):  # The loop is closed, so no caller waits.
        done.get_loop().call_soon_threadsafe(report)


def _deliver[R](done: asyncio.Future[R], result: R | None = None, error: BaseException | None = None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(cast("R", result))
    else:
        done.set_exception(error)


class _ThreadConnection(threading.local):
    used_at = 0.0
    database: BaseDatabaseWrapper | None = None


_thread_connection = _ThreadConnection()


def this_connection() -> BaseDatabaseWrapper:
    """Return this thread's connection, without the three layers through which Django looks up each attribute."""
    if _thread_connection.database is None:
        _thread_connection.database = connections[DEFAULT_DB_ALIAS]
    return _thread_connection.database


def _run[**P](work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `work` on this thread's connection, which the thread keeps while it is used and works.

    Taking it from the pool and giving it back each time would cost a round trip, and half as much CPU as a short query.
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
            _thread_connection.used_at = time.monotonic()
            if database.errors_occurred:
                database.close()
    except BaseException:  # The thread must not end.
        logger.exception("database_work_failed")


def _is_sound(driver: Any) -> bool:  # noqa: ANN401 - psycopg is optional
    """Return whether the kept connection is still usable: the server sends nothing unless it has closed it."""
    if time.monotonic() - _thread_connection.used_at > IDLE_SECONDS or driver.closed:
        return False
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return not poll.poll(0)


def release_connection() -> None:
    """Return this thread's connection to its pool before work that does not need it, unless a transaction is open."""
    if not uses_sqlite() and not connection.in_atomic_block:
        connection.close()
