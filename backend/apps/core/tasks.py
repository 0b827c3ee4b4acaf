"""Background tasks: the only place that creates them."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from apps.core.outages import is_outage, log_failure

logger = structlog.get_logger(__name__)

_running: set[asyncio.Task[Any]] = set()


def spawn[T](work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Run `work` in the background; keeps a reference to the task and logs its failure."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_finish)
    return task


def _finish(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled() or (error := task.exception()) is None:
        return
    if isinstance(error, Exception) and is_outage(error):
        log_failure(logger, "task_failed", error)  # One line for all: each client may have such a task.
    else:
        logger.error("task_failed", task=task.get_name(), exc_info=error)


async def cancel_and_wait(*tasks: asyncio.Task[Any]) -> None:
    """Cancel `tasks` and return when all of them have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
