"""The thread pool on which asynchronous code uses the database.

Channels and `sync_to_async` run the work of all consumers on one thread, where a slow query would block them all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from django.conf import settings
from django.db import close_old_connections, connection


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


async def run_in_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on a database thread and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), partial(_run, work, *args, **kwargs))


def _run[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return work(*args, **kwargs)
    finally:
        # Returns a pooled connection to its pool; a SQLite connection can stay with its thread.
        if connection.vendor != "sqlite":
            close_old_connections()


def release_connection() -> None:
    """Return this thread's connection to its pool before work that does not need it, unless a transaction is open."""
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
