"""Once a second, in a few queries for all sockets and answers of this process: what was revoked, deleted or missed?

Notices (group messages) are quicker, but may be lost; this is what makes the promises hold.
"""

import asyncio
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.consumers.sockets import Socket, open_sockets
from apps.chat.services.conversations import purge_deleted_conversations
from apps.chat.services.running import running_answers
from apps.chat.services.states import ConversationState, read_states
from apps.core.database import run_in_database
from apps.core.tasks import spawn
from apps.users.selectors import find_ended_sessions

logger = structlog.get_logger(__name__)

SWEEP_SECONDS = 0.8
PURGE_SECONDS = 60.0


async def sweep_for_ever() -> None:
    """Sweep until cancelled; a store that is away for a while is tried again."""
    purged_at = 0.0
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        now = asyncio.get_running_loop().time()
        try:
            await sweep_once()
            _ping_silent_sockets(now)
            if now - purged_at >= PURGE_SECONDS:
                purged_at = now
                await run_in_database(purge_deleted_conversations)
        except Exception as error:  # noqa: BLE001 - nothing may end the sweep
            logger.warning("sweep_failed", error=type(error).__name__)


async def sweep_once() -> None:
    """End what is over and hand out what was missed."""
    sockets = list(open_sockets)
    answers = running_answers.all()
    if not sockets and not answers:
        return
    session_ids = {socket.principal.session_id for socket in sockets if socket.principal}
    session_ids |= {answer.session_id for answer in answers}
    conversation_ids = {socket.conversation_id for socket in sockets} | {answer.conversation_id for answer in answers}
    ended, states = await run_in_database(_read, session_ids, conversation_ids)
    running_answers.stop_of_sessions(ended)
    for answer in answers:
        if answer.conversation_id not in states:
            running_answers.stop(answer.answer_id)
    for socket in sockets:
        _bring_up_to_date(socket, ended, states)


def _read(session_ids: set[UUID], conversation_ids: set[UUID]) -> tuple[set[UUID], dict[UUID, ConversationState]]:
    return find_ended_sessions(session_ids), read_states(conversation_ids)


def _bring_up_to_date(socket: Socket, ended: set[UUID], states: dict[UUID, ConversationState]) -> None:
    # Tasks: a reader that takes nothing must not hold up the others.
    state = states.get(socket.conversation_id)
    if socket.principal is not None and socket.principal.session_id in ended:
        spawn(socket.end_session(), name="end-session")
    elif socket.is_behind(state):
        spawn(socket.catch_up(state), name="catch-up")


def _ping_silent_sockets(now: float) -> None:
    for socket in open_sockets:
        if socket.pinged_at <= now - settings.SOCKET_PING_INTERVAL:
            socket.pinged_at = now
            spawn(socket.send_ping(), name="ping")
