"""Threads on which requests run, each request on one of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from apps.core.http.running_requests import MAX_RUNNING


class RequestThreads:
    """Threads that are kept for further requests, as many as run at once; the thread that was busy last comes first."""

    def __init__(self) -> None:
        self._idle: list[ThreadPoolExecutor] = []

    @contextmanager
    def borrow(self) -> Iterator[ThreadPoolExecutor]:
        """Yield the executor of a thread that is not in use."""
        try:
            thread = self._idle.pop()
        except IndexError:
            thread = ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            yield thread
        except BaseException:
            # A cancelled request may still run on its thread, and the next one would wait for it.
            thread.shutdown(wait=False)
            raise
        if len(self._idle) < MAX_RUNNING:
            self._idle.append(thread)
        else:
            thread.shutdown(wait=False)
