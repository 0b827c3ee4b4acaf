"""Once a second, in a few queries for all sockets and answers of this process: what was revoked, deleted or missed?

Notices (group messages) are quicker, but may be lost; this is what makes the promises hold.
"""

import asyncio
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.answers.follow import find_ended_answers
from apps.chat.answers.indexing import index_late_runs
from apps.chat.answers.running import running_answers
from apps.chat.conversations.change_feed import read_latest_changes
from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.conversations.state import ConversationState, read_states
from apps.chat.live.connection import Reader
from apps.chat.live.conversation import ConversationReader
from apps.chat.live.registry import open_event_sockets, open_sockets
from apps.chat.log.registry import get_stream_log
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.core.tasks import spawn
from apps.users.selectors import find_ended_sessions

logger = structlog.get_logger(__name__)

SWEEP_SECONDS = 0.8
PURGE_SECONDS = 60.0
INDEX_SECONDS = 60.0


async def sweep_for_ever() -> None:
    """Sweep until cancelled; a store that is away for a while is tried again."""
    waiting: set[UUID] = set()
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await sweep_once()
            await sweep_event_sockets()
            waiting = await find_lost_ends(waiting)
            _ping_silent_sockets(asyncio.get_running_loop().time())
        except Exception as error:  # noqa: BLE001 - nothing may end the sweep
            log_failure(logger, "sweep_failed", error)


async def purge_for_ever() -> None:
    """Remove for good what was deleted, until cancelled; not in the sweep, which must not wait for it."""
    while True:
        await asyncio.sleep(PURGE_SECONDS)
        try:
            await run_in_database(purge_deleted_conversations)
        except Exception as error:  # noqa: BLE001 - tried again a minute later
            log_failure(logger, "purge_failed", error)


async def index_for_ever() -> None:
    """Index the texts that were missed when they were stored: at the start, then once a minute, until cancelled."""
    failed: set[int] = set()
    while True:
        try:
            failed = await run_in_database(index_late_runs, failed)
        except Exception as error:  # noqa: BLE001 - an outage; tried again a minute later
            log_failure(logger, "index_failed", error)
        await asyncio.sleep(INDEX_SECONDS)


async def sweep_once() -> None:
    """End what is over and hand out what was missed."""
    sockets = list(open_sockets)
    answers = running_answers.all()
    if not sockets and not answers:
        return
    session_ids = {socket.principal.session_id for socket in sockets} | {answer.session_id for answer in answers}
    conversation_ids = {socket.conversation_id for socket in sockets} | {answer.conversation_id for answer in answers}
    ended, states = await run_in_database(_read, session_ids, conversation_ids)
    running_answers.stop_of_sessions(ended)
    for answer in answers:
        state = states.get(answer.conversation_id)
        if state is None or (state.is_stop_requested and state.active == (answer.answer_id, answer.run)):
            running_answers.stop(answer.answer_id)
        elif state.active != (answer.answer_id, answer.run):
            answer.release()  # Taken over: this process was thought dead.
    for socket in sockets:
        _bring_up_to_date(socket, ended, states)


async def find_lost_ends(waiting: set[UUID]) -> set[UUID]:
    """Give up on the ends of other workers' answers that were `waiting` before, have ended, and were not told.

    Returns those that wait now: an end that was stored a moment ago is on its way.
    """
    log = get_stream_log()
    unended = log.unended()
    if not unended:
        return set()
    ended = await run_in_database(find_ended_answers, unended)
    for answer_id in ended & waiting:
        log.abandon(answer_id)
    return ended


async def sweep_event_sockets() -> None:
    """Do the same for the readers of `/ws/events/`."""
    sockets = list(open_event_sockets)
    if not sockets:
        return
    principals = [socket.principal for socket in sockets]
    ended = await run_in_database(find_ended_sessions, {principal.session_id for principal in principals})
    latest = await run_in_database(read_latest_changes, {principal.user_id for principal in principals})
    for socket in sockets:
        change = latest.get(socket.principal.user_id)
        if not _ends_with_its_session(socket, ended) and socket.is_behind(change) and change is not None:
            spawn(socket.catch_up(change), name="catch-up")


def _read(session_ids: set[UUID], conversation_ids: set[UUID]) -> tuple[set[UUID], dict[UUID, ConversationState]]:
    return find_ended_sessions(session_ids), read_states(conversation_ids)


def _bring_up_to_date(socket: ConversationReader, ended: set[UUID], states: dict[UUID, ConversationState]) -> None:
    # Tasks: a reader that takes nothing must not hold up the others.
    state = states.get(socket.conversation_id)
    if not _ends_with_its_session(socket, ended) and socket.is_behind(state):
        spawn(socket.catch_up(state), name="catch-up")


def _ends_with_its_session(socket: Reader, ended: set[UUID]) -> bool:
    if socket.principal.session_id not in ended:
        return False
    spawn(socket.end_session(), name="end-session")
    return True


def _ping_silent_sockets(now: float) -> None:
    sockets: list[Reader] = [*open_sockets, *open_event_sockets]
    for socket in sockets:
        if socket.pinged_at <= now - settings.SOCKET_PING_INTERVAL:
            socket.pinged_at = now
            spawn(socket.line.send_ping(), name="ping")
