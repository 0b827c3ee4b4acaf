"""Notifications to every worker, for speed only: each worker also looks for itself every second or two."""

from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = structlog.get_logger(__name__)

WORKERS_GROUP = "workers"


async def tell_workers(notice: dict[str, Any]) -> None:
    """Tell every worker something; for speed only, as each looks for itself every second or two."""
    try:
        await get_channel_layer().group_send(WORKERS_GROUP, notice)
    except Exception as error:  # noqa: BLE001 - any fault of the layer: what is lost is made good
        logger.warning("notice_lost", notice=notice["type"], error=type(error).__name__)


async def tell_writer_to_stop(answer_id: UUID) -> None:
    """Have an answer ended by whoever writes it, keeping what came."""
    await tell_workers({"type": "answer.stop", "message_id": str(answer_id)})


def tell_writer_to_stop_sync(answer_id: UUID) -> None:
    """`tell_writer_to_stop` for synchronous callers; call it after the commit."""
    async_to_sync(tell_writer_to_stop)(answer_id)
