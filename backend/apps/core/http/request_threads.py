"""Request threads: one thread runs all synchronous work of a request, and is kept for the next one."""

import asyncio
import atexit
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from asgiref.sync import sync_to_async

from apps.core.database import Work, run_for
from apps.core.http.running_requests import MAX_RUNNING


class RequestThread:
    """A thread for one request at a time, as an executor: `call` runs a function on it.

    The futures of its work belong to the event loop. Futures of the standard library's executors have locks, and would
    have to be chained to futures of the loop.
    """

    def __init__(self) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        executor: Any = self
        self.call = sync_to_async(_call, thread_sensitive=False, executor=executor)
        self._thread = threading.Thread(target=self._run, name="request", daemon=True)
        self._thread.start()

    def submit[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[R]:
        """Run `work` after what was submitted before."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.put(partial(run_for, done, partial(work, *args, **kwargs)))
        return done

    def put(self, work: Work | None) -> None:
        """Run `work`, which does not fail, after what was submitted before; None ends the thread."""
        self._work.put(work)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _call[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return work(*args, **kwargs)


class RequestThreads:
    """Threads that are kept for further requests, as many as run at once; the thread that was busy last comes first."""

    def __init__(self) -> None:
        self._idle: list[RequestThread] = []
        self._all: set[RequestThread] = set()
        atexit.register(self._end)

    def take(self) -> RequestThread:
        """Return a thread that is not in use."""
        try:
            return self._idle.pop()
        except IndexError:
            thread = RequestThread()
            self._all.add(thread)
            return thread

    def give_back(self, thread: RequestThread) -> None:
        """Keep a thread that has done its work for the next request."""
        if len(self._idle) < MAX_RUNNING:
            self._idle.append(thread)
        else:
            self.give_up(thread)

    def give_up(self, thread: RequestThread) -> None:
        """End a thread after its work. A cancelled request may still run on it, and the next one would wait for it."""
        self._all.discard(thread)
        thread.put(None)

    def _end(self) -> None:
        for thread in self._all:
            thread.put(None)
        for thread in self._all:
            thread.join()
