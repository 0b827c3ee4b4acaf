"""Upkeep: purge what is no longer needed, index texts that were stored unindexed, and tend the attachments."""

import asyncio

import structlog

from apps.chat.answers.indexing import index_late_runs
from apps.chat.answers.running import running_answers
from apps.chat.attachments.deletion import purge_unused
from apps.chat.attachments.reconciliation import reconcile_store
from apps.chat.completions.running import running_calls
from apps.chat.completions.usage import end_forgotten_calls, end_lost_calls, purge_old_calls
from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.fleet.leases import select_live_workers
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.users.services.retention import purge_expired_sign_ins

logger = structlog.get_logger(__name__)

PURGE_SECONDS = 60.0
PURGES_PER_OLD_ROWS = 60
INDEX_SECONDS = 60.0
UNUSED_SECONDS = 600.0
ROUNDS_PER_RECONCILIATION = 144


async def purge_repeatedly() -> None:
    """Purge deleted conversations, end calls that no worker makes, and once an hour purge old rows, until cancelled."""
    rounds = 0
    while True:
        await asyncio.sleep(PURGE_SECONDS)
        try:
            if rounds % PURGES_PER_OLD_ROWS == 0:
                await run_in_database(purge_expired_sign_ins)
                await run_in_database(purge_old_calls)
            rounds += 1
            await run_in_database(purge_deleted_conversations)
            await run_in_database(lambda: end_lost_calls(select_live_workers()))
            await run_in_database(end_forgotten_calls, running_answers.worker_id, running_calls.ids())
        except Exception as error:  # noqa: BLE001 - the next purge tries again
            log_failure(logger, "purge_failed", error)


async def tend_attachments_repeatedly() -> None:
    """Purge attachments that no message has every ten minutes, and reconcile the store with the table once a day."""
    rounds = 0
    while True:
        await asyncio.sleep(UNUSED_SECONDS)
        try:
            await run_in_database(purge_unused)
            if rounds % ROUNDS_PER_RECONCILIATION == 0:
                await run_in_database(reconcile_store)
            rounds += 1
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log_failure(logger, "attachments_not_tended", error)


async def index_repeatedly() -> None:
    """Index the texts that could not be indexed when they were stored: at the start, then once a minute."""
    while True:
        try:
            await run_in_database(index_late_runs)
        except Exception as error:  # noqa: BLE001 - the next pass tries again
            log_failure(logger, "index_failed", error)
        await asyncio.sleep(INDEX_SECONDS)
