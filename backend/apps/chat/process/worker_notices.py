"""What the workers are told: by each other, and of the ends of sessions."""

from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from apps.chat.answers.running import running_answers
from apps.chat.fleet.takeover import Reaper
from apps.chat.notify.workers import WORKERS_GROUP
from apps.users.services.sessions import SESSION_ENDS_GROUP

GROUPS = (WORKERS_GROUP, SESSION_ENDS_GROUP)


async def hear_workers(reaper: Reaper) -> None:
    """Carry out such notices until cancelled."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    for group in GROUPS:
        await layer.group_add(group, channel)
    try:
        while True:
            _carry_out(await layer.receive(channel), reaper)
    finally:
        for group in GROUPS:
            await layer.group_discard(group, channel)


def _carry_out(notice: dict[str, Any], reaper: Reaper) -> None:
    match notice["type"]:
        case "answer.stop":
            running_answers.stop(UUID(notice["message_id"]))
        case "session.ended":
            running_answers.stop_of_sessions({UUID(notice["session_id"])})
        case "answers.given.up":
            reaper.hurry()
