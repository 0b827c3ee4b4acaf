"""The chat's part in the lifetime of a worker: it starts before the first request and stops after the last."""

import asyncio

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from apps.chat.answers.running import running_answers
from apps.chat.completions.records import end_lost_calls
from apps.chat.completions.running import running_calls
from apps.chat.fleet.leases import end_lease, select_live_workers
from apps.chat.fleet.takeover import OrphanSearch
from apps.chat.live.user_connections import user_connections
from apps.chat.log.registry import get_stream_log
from apps.chat.process.sweep import ping_repeatedly, sweep_repeatedly
from apps.chat.process.upkeep import clean_up_attachments_repeatedly, index_repeatedly, purge_repeatedly
from apps.chat.process.worker_notifications import handle_worker_notifications
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.stored_services.image_refusals import exchange_image_refusals, exchange_image_refusals_repeatedly
from apps.chat.stored_services.services import follow_stored_services, use_stored_services
from apps.core.database import run_in_database
from apps.core.limits.registry import get_rate_limiter
from apps.core.outages import log_failure
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)


class ChatLifetime:
    """Started before the first request, stopped after the last."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """End what a dead process left behind, then start the background tasks."""
        running_answers.open()
        await get_channel_layer().open()
        await get_stream_log().open()
        await user_connections.open()
        orphan_search = OrphanSearch()
        await orphan_search.run_round()
        await run_in_database(lambda: end_lost_calls(select_live_workers()))
        await use_stored_services()
        await exchange_image_refusals()
        await get_catalogue().start()
        self._tasks = [
            spawn(orphan_search.run_forever(), name="orphan-search"),
            spawn(handle_worker_notifications(orphan_search), name="worker-notifications"),
            spawn(sweep_repeatedly(), name="sweep"),
            spawn(ping_repeatedly(), name="pings"),
            spawn(purge_repeatedly(), name="purge"),
            spawn(index_repeatedly(), name="index"),
            spawn(clean_up_attachments_repeatedly(), name="attachments"),
            spawn(follow_stored_services(), name="model-services"),
            spawn(exchange_image_refusals_repeatedly(), name="image-refusals"),
        ]

    async def stop(self) -> None:
        """End the answers, the background tasks and the connections to the stores."""
        await running_answers.interrupt_all(settings.ENDING_STORE_SECONDS)
        await running_calls.stop_all(settings.ENDING_STORE_SECONDS)
        await cancel_and_wait(*self._tasks)
        try:
            await run_in_database(end_lease, running_answers.worker_id)
        except Exception as error:  # noqa: BLE001 - the lease runs out by itself
            log_failure(logger, "lease_not_ended", error)
        await get_catalogue().aclose()
        await user_connections.close()
        await get_stream_log().close()
        await get_channel_layer().close()
        get_rate_limiter().close()
