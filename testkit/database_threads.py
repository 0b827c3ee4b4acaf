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


def all_at_once[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all calls concurrently, each in its own thread, and return the results in order."""
    start = threading.Barrier(len(calls))

    def make(call: Callable[[], T]) -> T:
        start.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, calls))
