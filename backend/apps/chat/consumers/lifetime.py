"""What begins and ends with the server process."""

import asyncio

import structlog
from channels.layers import get_channel_layer

from apps.chat.consumers.sweep import sweep_for_ever
from apps.chat.providers.registry import get_registry
from apps.chat.readers.closing import SERVICE_RESTART
from apps.chat.readers.sockets import open_sockets
from apps.chat.services.endings import interrupt_leftovers
from apps.chat.services.model_service import follow_stored_service, use_stored_service
from apps.chat.services.running import running_answers
from apps.chat.streams.registry import get_stream_log
from apps.core.database import run_in_database
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

FLUSH_SECONDS = 2.0


class ChatLifetime:
    """Started before the first request, stopped after the last."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """End what a dead process left behind, then begin the sweep and the search for models."""
        count = await run_in_database(interrupt_leftovers)
        if count:
            logger.info("leftover_answers_interrupted", count=count)
        running_answers.open()
        await get_channel_layer().open()
        await get_stream_log().open()
        await use_stored_service()
        await get_registry().start()
        self._tasks = [spawn(sweep_for_ever(), name="sweep"), spawn(follow_stored_service(), name="model_service")]

    async def stop(self) -> None:
        """Stop all of it."""
        await cancel_and_wait(*self._tasks)
        await running_answers.interrupt_all()
        await get_registry().aclose()
        await get_stream_log().close()
        await get_channel_layer().close()


async def drain_chat() -> None:
    """End all answers as `interrupted`, stored; then their readers, who have a little time to be sent the end."""
    await running_answers.interrupt_all()
    flushing = [task for socket in open_sockets for task in socket.followers.tasks()]
    if flushing:
        await asyncio.wait(flushing, timeout=FLUSH_SECONDS)
    # The server closes sockets by itself, but waits for responses to end.
    closing = [spawn(reader.line.close(SERVICE_RESTART), name="going-away") for reader in open_sockets]
    if closing:
        await asyncio.wait(closing, timeout=FLUSH_SECONDS)
