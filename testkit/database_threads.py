"""Threads that use the database in tests: the threads of this process, and of concurrent calls."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection

from apps.core import database


def wait_for_database_threads() -> None:
    """Wait for queries of tasks that were cancelled, and close the connections that the threads keep.

    The tables are emptied next, or their database is deleted.
    """
    all_are_here = threading.Barrier(settings.DATABASE_THREADS + 1)

    def occupy_thread() -> None:
        all_are_here.wait(40)
        connection.close()
        all_are_here.wait(40)

    for _ in range(settings.DATABASE_THREADS):
        database.submit_to_database(occupy_thread)
    all_are_here.wait(40)
    all_are_here.wait(40)


def close_after[**P, R](call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call, then close the connection of this thread to the database."""
    try:
        return call(*args, **kwargs)
    finally:
        connection.close()


def is_waiting_for_a_lock() -> bool:
    """Return whether a transaction of PostgreSQL waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


def all_at_once[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all calls concurrently, each in its own thread, and return the results in order."""
    start = threading.Barrier(len(calls))

    def make(call: Callable[[], T]) -> T:
        start.wait()
        return close_after(call)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, calls))
