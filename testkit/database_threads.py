"""The database threads of this process, as tests leave them: without work and without connections."""

import threading

from django.conf import settings
from django.db import connection

from apps.core import database


def wait_for_database_threads() -> None:
    """Wait for queries of tasks that were cancelled, and close the connections that the threads keep.

    The tables are emptied next, or their database is deleted.
    """
    all_are_here = threading.Barrier(settings.DATABASE_THREADS + 1)

    def rest() -> None:
        all_are_here.wait(40)
        connection.close()
        all_are_here.wait(40)

    for _ in range(settings.DATABASE_THREADS):
        database.submit_to_database(rest)
    all_are_here.wait(40)
    all_are_here.wait(40)
