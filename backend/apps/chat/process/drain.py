"""Drain this worker before it stops: finish its answers or hand them over, and disconnect its clients."""

import asyncio
import secrets

import structlog
from django.conf import settings

from apps.chat.answers.running import running_answers
from apps.chat.completions.running import running_calls
from apps.chat.edges.openai.stream import stop_streams
from apps.chat.fleet.leases import has_other_workers
from apps.chat.fleet.orphans import give_up_answers
from apps.chat.live.client import SignedInClient
from apps.chat.live.connection import CloseCode
from apps.chat.live.conversation_client import conversation_clients
from apps.chat.live.registry import list_clients
from apps.chat.notify.notifications import AnswersGivenUpNotification
from apps.core.database import run_in_database
from apps.core.notify import notify
from apps.core.outages import log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

FLUSH_SECONDS = 2.0
HAND_OVER_SECONDS = 3.0
SPREAD_SECONDS = 3.0
"""Connections are closed at random moments within this time, so that the clients do not all reconnect at once."""


async def drain_chat() -> None:
    """Give answers `DRAIN_SECONDS` to end; hand unfinished ones to other workers, or end them as `interrupted`.

    If there are other workers, connections are closed from the start, so that the clients continue there.
    """
    running_answers.close()
    is_alone = not await _has_other_workers()
    clients = [] if is_alone else list_clients()
    disconnecting = [spawn(_disconnect_client(client), name="disconnect-client") for client in clients]
    await asyncio.gather(running_answers.wait(settings.DRAIN_SECONDS), running_calls.wait(settings.DRAIN_SECONDS))
    await running_calls.stop_all(settings.ENDING_STORE_SECONDS)
    stop_streams()
    if not is_alone and running_answers.all():
        await _hand_over()
    await running_answers.interrupt_all(settings.ENDING_STORE_SECONDS)
    flushing = [task for client in conversation_clients for task in client.followers.tasks()]
    if flushing or disconnecting:
        await asyncio.wait([*flushing, *disconnecting], timeout=FLUSH_SECONDS if is_alone else SPREAD_SECONDS)
    # The server closes WebSockets by itself, but waits for responses to end.
    closing = [
        spawn(client.connection.close(CloseCode.SERVICE_RESTART), name="close-connection") for client in list_clients()
    ]
    if closing:
        await asyncio.wait(closing, timeout=FLUSH_SECONDS)


async def _has_other_workers() -> bool:
    try:
        return await run_in_database(has_other_workers, running_answers.worker_id)
    except Exception as error:  # noqa: BLE001 - without the database, no other worker can take over either
        log_failure(logger, "other_workers_not_found", error)
        return False


async def _disconnect_client(client: SignedInClient) -> None:
    await asyncio.sleep(secrets.randbelow(1000) / 1000 * SPREAD_SECONDS)
    await client.connection.close(CloseCode.SERVICE_RESTART)


async def _hand_over() -> None:
    """Stop writing the answers, and let another worker continue or end them without waiting for the lease."""
    unfinished = running_answers.all()
    for answer in unfinished:
        answer.release()
    await running_answers.wait(HAND_OVER_SECONDS)
    given_up = [answer.answer_id for answer in unfinished if answer.is_released]
    try:
        await run_in_database(give_up_answers, given_up, running_answers.worker_id)
    except Exception as error:  # noqa: BLE001 - the others take over once the lease has run out
        log_failure(logger, "answers_not_given_up", error)
        return
    await notify(AnswersGivenUpNotification())
    logger.info("answers_handed_over", count=len(given_up))
