"""What the workers tell each other."""

from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from apps.chat.services.running import running_answers
from apps.chat.services.takeovers import Reaper
from apps.chat.services.workers import WORKERS_GROUP


async def hear_workers(reaper: Reaper) -> None:
    """Carry out the notices of other workers until cancelled."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(WORKERS_GROUP, channel)
    try:
        while True:
            _carry_out(await layer.receive(channel), reaper)
    finally:
        await layer.group_discard(WORKERS_GROUP, channel)


def _carry_out(notice: dict[str, Any], reaper: Reaper) -> None:
    match notice["type"]:
        case "answer.stop":
            running_answers.stop(UUID(notice["message_id"]))
        case "answers.given.up":
            reaper.hurry()
