"""The database threads of this process, as tests leave them: without work and without connections."""

import threading
from concurrent.futures import wait

from django.conf import settings
from django.db import connection

from apps.core import database


def wait_for_database_threads() -> None:
    """Wait for queries of tasks that were cancelled, and close the connections that the threads keep.

    The tables are emptied next, or their database is deleted.
    """
    all_are_free = threading.Barrier(settings.DATABASE_THREADS)

    def rest() -> None:
        all_are_free.wait(40)
        connection.close()

    wait([database.database_threads().submit(rest) for _ in range(settings.DATABASE_THREADS)])
