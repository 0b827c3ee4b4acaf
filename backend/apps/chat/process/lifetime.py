"""What begins and ends with the server process."""

import asyncio
import secrets

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from apps.chat.answers.running import running_answers
from apps.chat.fleet.leases import end_lease, has_others
from apps.chat.fleet.orphans import give_up_answers
from apps.chat.fleet.takeover import Reaper
from apps.chat.live.closing import SERVICE_RESTART
from apps.chat.live.connection import Reader
from apps.chat.live.registry import open_event_sockets, open_sockets
from apps.chat.log.registry import get_stream_log
from apps.chat.model_service.services import follow_stored_service, use_stored_service
from apps.chat.notify.notifications import AnswersGivenUp
from apps.chat.process.sweep import index_for_ever, purge_for_ever, sweep_for_ever
from apps.chat.process.workers import hear_workers
from apps.chat.providers.registry import get_registry
from apps.core.database import run_in_database
from apps.core.notify import notify
from apps.core.outages import log_failure
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

FLUSH_SECONDS = 2.0
HAND_OVER_SECONDS = 3.0
STORE_SECONDS = 3.0
"""Endings that are not stored by then, because the database is away, are left to another worker or the next start."""
SCATTER_SECONDS = 3.0
"""Sockets are closed at chance moments of so many seconds: all at once they would come back all at once."""


class ChatLifetime:
    """Started before the first request, stopped after the last."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """End what a dead process left behind, then begin what goes on for as long as the process."""
        running_answers.open()
        await get_channel_layer().open()
        await get_stream_log().open()
        reaper = Reaper()
        await reaper.make_round()
        await use_stored_service()
        await get_registry().start()
        self._tasks = [
            spawn(reaper.run_for_ever(), name="reaper"),
            spawn(hear_workers(reaper), name="hear-workers"),
            spawn(sweep_for_ever(), name="sweep"),
            spawn(purge_for_ever(), name="purge"),
            spawn(index_for_ever(), name="index"),
            spawn(follow_stored_service(), name="model_service"),
        ]

    async def stop(self) -> None:
        """Stop all of it."""
        await running_answers.interrupt_all(STORE_SECONDS)
        await cancel_and_wait(*self._tasks)
        try:
            await run_in_database(end_lease, running_answers.worker_id)
        except Exception as error:  # noqa: BLE001 - the lease runs out by itself
            log_failure(logger, "goodbye_not_said", error)
        await get_registry().aclose()
        await get_stream_log().close()
        await get_channel_layer().close()


async def drain_chat() -> None:
    """Let what is being written be written for a while; hand the rest to other workers, or end it as `interrupted`.

    Where there are other workers, the sockets are closed at once, but scattered, so that their clients go on there.
    """
    running_answers.close()
    is_alone = not await _has_others()
    leaving = [] if is_alone else [spawn(_send_away(reader), name="send-away") for reader in _readers()]
    await running_answers.wait(settings.DRAIN_SECONDS)
    if not is_alone and running_answers.all():
        await _hand_over()
    await running_answers.interrupt_all(STORE_SECONDS)
    flushing = [task for socket in open_sockets for task in socket.followers.tasks()]
    if flushing or leaving:
        await asyncio.wait([*flushing, *leaving], timeout=FLUSH_SECONDS if is_alone else SCATTER_SECONDS)
    # The server closes sockets by itself, but waits for responses to end.
    closing = [spawn(reader.line.close(SERVICE_RESTART), name="going-away") for reader in _readers()]
    if closing:
        await asyncio.wait(closing, timeout=FLUSH_SECONDS)


async def _has_others() -> bool:
    try:
        return await run_in_database(has_others, running_answers.worker_id)
    except Exception as error:  # noqa: BLE001 - whoever cannot be found cannot take over either
        log_failure(logger, "other_workers_not_found", error)
        return False


def _readers() -> list[Reader]:
    return [*open_sockets, *open_event_sockets]


async def _send_away(reader: Reader) -> None:
    await asyncio.sleep(secrets.randbelow(1000) / 1000 * SCATTER_SECONDS)
    await reader.line.close(SERVICE_RESTART)


async def _hand_over() -> None:
    """Stop writing what is left, and let another worker go on with it at once."""
    left = running_answers.all()
    for answer in left:
        answer.release()
    await running_answers.wait(HAND_OVER_SECONDS)
    given_up = [answer.answer_id for answer in left if answer.is_released]
    try:
        await run_in_database(give_up_answers, given_up, running_answers.worker_id)
    except Exception as error:  # noqa: BLE001 - the others take them once the lease has run out
        log_failure(logger, "answers_not_given_up", error)
        return
    await notify(AnswersGivenUp())
    logger.info("answers_handed_over", count=len(given_up))
