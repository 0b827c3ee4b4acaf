"""Takeover: continues or ends the answers of dead workers."""

import asyncio
from functools import partial
from math import inf
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.answers.ending import notify_ending, store_ending_for_dead_writer, store_ending_or_error
from apps.chat.answers.indexing import IndexableAnswer, index_soon
from apps.chat.answers.running import running_answers
from apps.chat.answers.start import launch_answer
from apps.chat.events import AnswerStatus, Ending
from apps.chat.fleet.leases import DatabaseClock, may_have_other_workers, renew_lease
from apps.chat.fleet.orphans import Orphan, claim_orphan, find_orphans, store_takeover
from apps.chat.log.base import LogUnavailableError, LogWriter, TakenOverError
from apps.chat.log.registry import get_stream_log
from apps.core.database import run_in_database
from apps.core.outages import is_outage, log_failure, logging_failures
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

MAX_PAUSE_SECONDS = 1.5
ROUNDS_PER_LEASE = 5
MAX_LOG_WAIT_SECONDS = 20.0
LOG_RETRY_SECONDS = 0.5


class OrphanSearch:
    """Searches for orphans every second or two, and keeps this worker's own lease."""

    def __init__(self) -> None:
        """Assume nothing about other workers' leases: the database may have just restarted."""
        self._is_requested = asyncio.Event()
        self._missing_before: set[UUID] = set()
        self._renewed_at = -inf
        self._may_take_over_from = 0.0
        self._database_clock = DatabaseClock()

    def search_now(self) -> None:
        """Search without waiting for the next round: a worker has given up its answers."""
        self._is_requested.set()

    async def run_forever(self) -> None:
        """Run rounds until cancelled; a round that fails is followed by the next one."""
        while True:
            await self.run_round()
            try:
                async with asyncio.timeout(_pause()):
                    await self._is_requested.wait()
            except TimeoutError:
                pass
            self._is_requested.clear()

    async def run_round(self) -> None:
        """Renew the lease of this worker, and keep it while orphans are continued or ended, which may take longer."""
        try:
            await self._renew_lease()
            if not running_answers.is_open:
                return  # Draining: other workers take over, including the answers of this one.
            renewal = spawn(self._keep_lease(), name="lease-renewal")
            try:
                own_ids = {answer.answer_id for answer in running_answers.all()}
                orphans = await run_in_database(find_orphans, running_answers.worker_id, own_ids)
                await self._take_over_all(self._exclude_own(orphans))
            finally:
                await cancel_and_wait(renewal)
        except LogUnavailableError:
            logger.info("takeover_waits_for_the_log")
            self._postpone_takeovers()
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log_failure(logger, "takeover_round_failed", error)
            self._postpone_takeovers()

    async def _take_over_all(self, orphans: list[Orphan]) -> None:
        for orphan in orphans:
            if self._was_cut_off():
                self._postpone_takeovers()
                return  # What was found may be outdated, and what this worker took over would be an orphan again.
            if orphan.is_own or orphan.is_given_up or _now() >= self._may_take_over_from:
                await _take_over(orphan)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(_pause())
            with logging_failures(logger, "lease_not_renewed"):
                await self._renew_lease()

    async def _renew_lease(self) -> None:
        begun = _now()
        if may_have_other_workers():
            clock = await run_in_database(renew_lease, running_answers.worker_id)
            if self._database_clock.has_jumped_forward(clock, asked_at=begun, answered_at=_now()):
                logger.warning("database_clock_put_forward")
                self._postpone_takeovers()  # All leases seem to have run out.
        if self._was_cut_off():
            self._postpone_takeovers()
        self._renewed_at = begun

    def _was_cut_off(self) -> bool:
        """Return whether the lease may have run out: a store was down, or this process was suspended."""
        return may_have_other_workers() and _now() - self._renewed_at > settings.WORKER_LEASE

    def _postpone_takeovers(self) -> None:
        """Take nothing over for one lease: the others may have been cut off from the stores as this worker was."""
        self._may_take_over_from = _now() + settings.WORKER_LEASE if may_have_other_workers() else 0.0

    def _exclude_own(self, orphans: list[Orphan]) -> list[Orphan]:
        """Return the orphans without this worker's own answers that may have ended a moment ago.

        An answer of this worker counts as lost if it is missing in two rounds in a row.
        """
        missing = {
            orphan.answer_id
            for orphan in orphans
            if orphan.is_own and not running_answers.may_be_writing(orphan.answer_id, orphan.conversation_id)
        }
        lost = missing & self._missing_before
        self._missing_before = missing
        return [orphan for orphan in orphans if not orphan.is_own or orphan.answer_id in lost]


def _now() -> float:
    return asyncio.get_running_loop().time()


def _pause() -> float:
    # Without other workers, only answers that this worker itself has lost can be found.
    alone = settings.TAKEOVER_PAUSE_ALONE_SECONDS
    return min(MAX_PAUSE_SECONDS, settings.WORKER_LEASE / ROUNDS_PER_LEASE) if may_have_other_workers() else alone


async def _take_over(orphan: Orphan) -> None:
    try:
        if orphan.may_continue:
            await _continue_orphan(orphan)
        else:
            await _end_orphan(orphan)
    except TakenOverError:
        return  # Another worker was faster.
    except Exception as error:
        if is_outage(error):
            raise
        # The next round tries again; meanwhile one answer must not keep the others waiting.
        logger.exception("orphan_not_taken_over", answer_id=str(orphan.answer_id), run=orphan.run_number)


async def _continue_orphan(orphan: Orphan) -> None:
    if orphan.session_id is None or not await run_in_database(claim_orphan, orphan, running_answers.worker_id):
        return
    writer = await _take_over_log(orphan)
    stored = await run_in_database(store_takeover, orphan, writer.text())
    if stored is None:
        await writer.release()
        return
    turn, work = stored
    logger.info("answer_taken_over", answer_id=str(orphan.answer_id), run=turn.run_number)
    await launch_answer(turn, work, writer, session_id=orphan.session_id)


async def _take_over_log(orphan: Orphan) -> LogWriter:
    """Return the writer of a claimed answer; if the log stays unavailable, it begins with the stored text."""
    log = get_stream_log()
    deadline = _now() + MAX_LOG_WAIT_SECONDS
    while _now() < deadline:
        try:
            return await log.take_over(orphan.answer_id, orphan.run_number + 1, orphan.text)
        except LogUnavailableError:
            await asyncio.sleep(LOG_RETRY_SECONDS)
    return await log.start(orphan.answer_id, orphan.run_number + 1, orphan.text)


async def _end_orphan(orphan: Orphan) -> None:
    run_number = orphan.run_number + 1
    ending = Ending(AnswerStatus.STOPPED if orphan.is_stopped else AnswerStatus.INTERRUPTED)
    writer = await get_stream_log().take_over(orphan.answer_id, run_number, orphan.text)
    end = partial(store_ending_for_dead_writer, orphan.answer_id, orphan.run_number)
    ended = await run_in_database(store_ending_or_error, orphan.answer_id, end, writer.text(), ending)
    if ended is None:
        await writer.release()
        return
    logger.info("answer_of_dead_writer_ended", answer_id=str(orphan.answer_id), status=ended.ending.status)
    index_soon(IndexableAnswer(ended.run_id, ended.answer))
    await writer.finish(ended.ending)
    await notify_ending(ended)
