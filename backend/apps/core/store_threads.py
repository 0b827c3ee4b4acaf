"""The thread pool on which asynchronous code reads a store that may not answer.

Its calls may wait for most of a minute. On the threads of the event loop, of which there are few, they would hold up
everything else that runs there.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

THREADS = 32


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="store")


async def run_in_store_thread[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work`, which reads a store, and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), partial(work, *args, **kwargs))
