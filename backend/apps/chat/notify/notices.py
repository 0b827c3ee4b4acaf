"""Small, repeatable notices to every open socket of a conversation, on every worker.

They are for speed only: a lost notice is made good by the sweep that each worker makes once a second.
"""

from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = structlog.get_logger(__name__)


def conversation_group(conversation_id: UUID) -> str:
    """Return the name of the group that all sockets of a conversation join."""
    return f"conversation.{conversation_id.hex}"


async def notify_answer_started(conversation_id: UUID, answer_id: UUID, run: int) -> None:
    """Tell the sockets that a run of an answer has begun, so that they follow it."""
    await _notify(conversation_id, {"type": "answer.started", "message_id": str(answer_id), "run": run})


async def notify_conversation_updated(conversation_id: UUID, revision: int, changes: dict[str, Any]) -> None:
    """Tell the sockets which fields changed; `changes` are JSON values under their names in the API."""
    await _notify(conversation_id, {"type": "conversation.updated", "revision": revision, "changes": changes})


async def notify_conversation_deleted(conversation_id: UUID) -> None:
    """Tell the sockets that the conversation is gone."""
    await _notify(conversation_id, {"type": "conversation.deleted"})


def notify_conversation_updated_sync(conversation_id: UUID, revision: int, changes: dict[str, Any]) -> None:
    """`notify_conversation_updated` for synchronous callers; call it after the commit."""
    async_to_sync(notify_conversation_updated)(conversation_id, revision, changes)


def notify_conversation_deleted_sync(conversation_id: UUID) -> None:
    """`notify_conversation_deleted` for synchronous callers; call it after the commit."""
    async_to_sync(notify_conversation_deleted)(conversation_id)


async def _notify(conversation_id: UUID, notice: dict[str, Any]) -> None:
    try:
        await get_channel_layer().group_send(conversation_group(conversation_id), notice)
    except Exception as error:  # noqa: BLE001 - any fault of the layer: the sweep makes it good
        logger.warning("notice_lost", notice=notice["type"], error=type(error).__name__)
