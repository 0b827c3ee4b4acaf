"""Upkeep: regular tasks that purge old data, index texts that the index missed, and clean up attachments."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from django.conf import settings

from apps.chat.answers.indexing import index_missed_runs
from apps.chat.answers.running import running_answers
from apps.chat.attachments.deletion import purge_unused
from apps.chat.attachments.reconciliation import reconcile_store
from apps.chat.completions.records import end_forgotten_calls, end_lost_calls, purge_old_calls
from apps.chat.completions.running import running_calls
from apps.chat.conversations.services import purge_deleted_conversations
from apps.chat.fleet.leases import select_live_workers
from apps.core.database import run_in_database
from apps.core.outages import logging_failures
from apps.users.services.retention import purge_expired_sign_ins

logger = structlog.get_logger(__name__)

ROUNDS_PER_OLD_ROW_PURGE = 60
INDEX_SECONDS = 60.0
ROUNDS_PER_RECONCILIATION = 144


@dataclass(slots=True)
class _Job:
    """A task of the upkeep, run every `rounds` rounds; after a failure, the next round repeats it."""

    work: Callable[[], Awaitable[object]]
    rounds: int = 1
    _rounds_left: int = 0

    async def run_if_due(self, failure: str) -> None:
        self._rounds_left -= 1
        if self._rounds_left > 0:
            return
        with logging_failures(logger, failure):
            await self.work()
            self._rounds_left = self.rounds


async def purge_repeatedly() -> None:
    """Purge deleted conversations, end calls that no worker makes, and once an hour purge old rows, until cancelled."""
    jobs = (
        _Job(lambda: run_in_database(purge_expired_sign_ins), ROUNDS_PER_OLD_ROW_PURGE),
        _Job(lambda: run_in_database(purge_old_calls), ROUNDS_PER_OLD_ROW_PURGE),
        _Job(lambda: run_in_database(purge_deleted_conversations)),
        _Job(lambda: run_in_database(lambda: end_lost_calls(select_live_workers()))),
        _Job(lambda: run_in_database(end_forgotten_calls, running_answers.worker_id, running_calls.ids())),
    )
    while True:
        await asyncio.sleep(settings.PURGE_SECONDS)
        for job in jobs:
            await job.run_if_due("purge_failed")


async def clean_up_attachments_repeatedly() -> None:
    """Purge unused attachments every ten minutes, and reconcile the store with the table once a day."""
    jobs = (
        _Job(lambda: run_in_database(purge_unused)),
        _Job(lambda: run_in_database(reconcile_store), ROUNDS_PER_RECONCILIATION),
    )
    while True:
        await asyncio.sleep(settings.ATTACHMENT_PURGE_SECONDS)
        for job in jobs:
            await job.run_if_due("attachments_not_tended")


async def index_repeatedly() -> None:
    """Index the texts that the index missed: at the start, then once a minute."""
    while True:
        with logging_failures(logger, "index_failed"):
            await run_in_database(index_missed_runs)
        await asyncio.sleep(INDEX_SECONDS)
