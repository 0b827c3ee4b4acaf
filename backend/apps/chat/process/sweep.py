"""The sweep: about once a second, a few queries find what was revoked, deleted or stopped, and what clients lack.

Notifications are faster but may be lost; the sweep keeps the promises of the protocol.
"""

import asyncio
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.answers.answer_state import find_ended_runs
from apps.chat.answers.running import RunningAnswer, running_answers
from apps.chat.completions.records import end_lost_calls, find_active_calls
from apps.chat.completions.running import running_calls
from apps.chat.conversations.change_count import read_latest_changes
from apps.chat.conversations.state import ConversationState, read_news_later
from apps.chat.edges.openai.stream import list_stream_keys, stop_streams_for_keys
from apps.chat.fleet.leases import select_live_workers
from apps.chat.live.change_feed_client import change_feed_clients
from apps.chat.live.client import SignedInClient
from apps.chat.live.conversation_client import conversation_clients
from apps.chat.live.registry import list_clients
from apps.chat.log.registry import get_stream_log
from apps.core.database import run_in_database
from apps.core.outages import logging_failures
from apps.core.round_trips import round_trips
from apps.core.tasks import spawn
from apps.users.selectors import find_ended_keys, find_ended_sessions, read_live_sessions_later

logger = structlog.get_logger(__name__)

LATEST_REVISION = 2**62
"""Stands for the known revision of a conversation that no client has open: no real one is later."""


async def sweep_repeatedly() -> None:
    """Sweep until cancelled; after a failure, the next sweep tries again."""
    found_before: set[tuple[UUID, int]] = set()
    while True:
        await asyncio.sleep(settings.SWEEP_SECONDS)
        with logging_failures(logger, "sweep_failed"):
            await sweep_conversations()
        with logging_failures(logger, "sweep_failed"):
            await sweep_change_feeds()
        with logging_failures(logger, "sweep_failed"):
            await sweep_calls()
        with logging_failures(logger, "sweep_failed"):
            found_before = await abandon_ended_runs(found_before)


async def ping_repeatedly() -> None:
    """Ping each client every `SOCKET_PING_INTERVAL`, until cancelled: a client that hears nothing reconnects.

    Not part of the sweep: the database may be down.
    """
    while True:
        await asyncio.sleep(settings.SWEEP_SECONDS)
        now = asyncio.get_running_loop().time()
        for client in list_clients():
            if client.pinged_at <= now - settings.SOCKET_PING_INTERVAL:
                client.pinged_at = now
                spawn(client.connection.send_ping(), name="ping")


async def sweep_conversations() -> None:
    """End the connections and answers that must end, and send clients of conversations what they missed."""
    clients = list(conversation_clients)
    answers = running_answers.all()
    if not clients and not answers:
        return
    session_ids = {client.principal.session_id for client in clients} | {answer.session_id for answer in answers}
    # Of the answers, only the active runs matter.
    known_revisions = dict.fromkeys((answer.conversation_id for answer in answers), LATEST_REVISION)
    for client in clients:
        if known_revisions.setdefault(client.conversation_id, client.revision) > client.revision:
            known_revisions[client.conversation_id] = client.revision
    live, news = await run_in_database(_read_sessions_and_news, session_ids, known_revisions)
    ended = session_ids.difference(live)
    running_answers.stop_for_sessions(ended)
    for answer in answers:
        _stop_or_release(answer, news)
    for client in clients if ended or news else ():
        has_news = client.conversation_id in news
        if not _end_if_session_ended(client, ended) and has_news and client.is_behind(news[client.conversation_id]):
            # In a task: a client that does not read must not delay the others.
            spawn(client.catch_up(news[client.conversation_id]), name="catch-up")


async def sweep_change_feeds() -> None:
    """End the change feeds that must end, and send their clients what they missed."""
    clients = list(change_feed_clients)
    if not clients:
        return
    principals = [client.principal for client in clients]
    ended = await run_in_database(find_ended_sessions, {principal.session_id for principal in principals})
    latest = await run_in_database(read_latest_changes, {principal.user_id for principal in principals})
    for client in clients:
        change = latest.get(client.principal.user_id)
        if not _end_if_session_ended(client, ended) and client.record_sweep(change) and change is not None:
            spawn(client.catch_up(change), name="catch-up")


async def sweep_calls() -> None:
    """End the calls through /v1 whose client has left and did not resume, and the calls and streams of ended keys."""
    running_calls.stop_abandoned()
    if key_ids := running_calls.key_ids() | list_stream_keys():
        ended = await run_in_database(find_ended_keys, key_ids)
        running_calls.stop_for_keys(ended)
        stop_streams_for_keys(ended)


async def abandon_ended_runs(found_before: set[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Abandon runs of other workers that ended or were taken over without an end in the log.

    A run is abandoned in the second sweep that finds it: its end may still be on its way. Returns the runs found now.
    """
    log = get_stream_log()
    unended = log.unended_runs()
    if not unended:
        return set()
    ended = await run_in_database(_end_lost_calls_and_find_ended_runs, unended)
    for answer_id, run_number in ended & found_before:
        log.abandon_run(answer_id, run_number)
    return ended


def _end_lost_calls_and_find_ended_runs(runs: dict[UUID, int]) -> set[tuple[UUID, int]]:
    end_lost_calls(select_live_workers())
    calls = find_active_calls(runs)
    return {(answer_id, run_number) for answer_id, run_number in find_ended_runs(runs) if answer_id not in calls}


def _read_sessions_and_news(
    session_ids: set[UUID], known_revisions: dict[UUID, int]
) -> tuple[list[UUID], dict[UUID, ConversationState | None]]:
    with round_trips():
        live, news = read_live_sessions_later(session_ids), read_news_later(known_revisions)
    return live.all(), dict(news.all())


def _stop_or_release(answer: RunningAnswer, news: dict[UUID, ConversationState | None]) -> None:
    """Stop or release an answer if `news` say so; a conversation without news exists, and has no active run."""
    state = news.get(answer.conversation_id)
    is_active = state is not None and state.active == (answer.answer_id, answer.run_number)
    is_deleted = state is None and answer.conversation_id in news
    if is_deleted or (is_active and state is not None and state.is_stop_requested):
        running_answers.stop(answer.answer_id)
    elif not is_active:
        answer.release()  # Another worker has taken it over, because this one seemed dead.


def _end_if_session_ended(client: SignedInClient, ended: set[UUID]) -> bool:
    if client.principal.session_id not in ended:
        return False
    spawn(client.end_session(), name="end-session")
    return True
