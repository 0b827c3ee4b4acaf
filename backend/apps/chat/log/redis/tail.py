"""The log tail: reads the new entries of runs that another worker writes and that are followed here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from uuid import UUID, uuid4

import structlog

from apps.chat.events import Position, StreamEvent
from apps.chat.log.base import LogUnavailableError, NoSuchLogError
from apps.chat.log.redis.entries import stream_key
from apps.chat.log.redis.lookup import Lookups
from apps.chat.log.redis.mirror import Mirror
from apps.core.outages import is_outage, log_failure
from apps.core.redis.link import LinkDownError, RedisLink

logger = structlog.get_logger(__name__)

RETRY_SECONDS = 0.1
RETRY_AFTER_FAULT_SECONDS = 1.0
BLOCK_SECONDS = 5
MAX_ABANDONED_RUNS = 1000


class LogTail:
    """One connection that waits for the entries of all mirrors together."""

    def __init__(self, url: str, lookups: Lookups, ttl: float) -> None:
        self._link = RedisLink(url)
        self._lookups = lookups
        self._ttl = ttl
        self._mirrors: dict[UUID, Mirror] = {}
        self._abandoned: dict[UUID, int] = {}
        self._has_mirrors = asyncio.Event()
        self._wake_key = f"chat:wake:{uuid4().hex}"
        self._wake_id: bytes = b"0-0"

    async def close(self) -> None:
        await self._link.close()

    async def follow(self, answer_id: UUID, after: Position | None, run_number: int) -> AsyncGenerator[StreamEvent]:
        """Yield the events of an answer from `after` on, in this run or a later one; see `StreamLog`."""
        mirror = self._find(answer_id, run_number)
        is_new = mirror is None
        if mirror is None:
            mirror = await self._load(answer_id, run_number)
        mirror.followers += 1
        try:
            if is_new:
                await self._wake_reader()
            async with aclosing(mirror.run_log.follow(after)) as events:
                async for event in events:
                    yield event
        finally:
            mirror.followers -= 1
            if not mirror.followers and self._mirrors.get(answer_id) is mirror:
                del self._mirrors[answer_id]

    def unended_runs(self) -> dict[UUID, int]:
        """See `StreamLog`."""
        return {key: mirror.run_log.number for key, mirror in self._mirrors.items() if mirror.run_log.ending is None}

    def abandon_run(self, answer_id: UUID, run_number: int) -> None:
        """See `StreamLog`."""
        mirror = self._mirrors.get(answer_id)
        if mirror is None or mirror.run_log.number > run_number:
            return
        self._abandoned[answer_id] = run_number
        if len(self._abandoned) > MAX_ABANDONED_RUNS:
            del self._abandoned[next(iter(self._abandoned))]
        self._drop(answer_id)

    def stop_mirroring(self, answer_id: UUID) -> None:
        """Drop the mirror of an answer that this process writes from now on."""
        self._abandoned.pop(answer_id, None)
        self._drop(answer_id)

    async def read_forever(self) -> None:
        """Read new entries until cancelled; after an outage of Redis, every mirror is reloaded."""
        while True:
            await self._has_mirrors.wait()
            try:
                await self._read_entries()
            except Exception as error:  # noqa: BLE001 - logged; no answer could be followed here without this task
                log_failure(logger, "stream_log_not_read", error)
                await asyncio.sleep(RETRY_SECONDS if is_outage(error) else RETRY_AFTER_FAULT_SECONDS)
                # Entries written during the outage may have been folded or lost.
                for mirror in self._mirrors.values():
                    mirror.is_gapped = True

    def _drop(self, answer_id: UUID) -> None:
        """Forget a mirror, which gets no further entries, and stop its followers, which would wait forever."""
        if (mirror := self._mirrors.pop(answer_id, None)) is not None:
            mirror.run_log.supersede()

    def _find(self, answer_id: UUID, run_number: int) -> Mirror | None:
        """Return the mirror of run `run_number`, or of a later one, if it has not ended."""
        mirror = self._mirrors.get(answer_id)
        if mirror is not None and mirror.run_log.ending is None and mirror.run_log.number >= run_number:
            return mirror
        return None

    async def _load(self, answer_id: UUID, run_number: int) -> Mirror:
        """Mirror an answer; the followers of an earlier run, which may not know of this one yet, are superseded."""
        self._check_not_abandoned(answer_id, run_number)
        try:
            copy, _ = await self._lookups.load(answer_id)
        except LogUnavailableError as error:
            raise NoSuchLogError(answer_id) from error
        if copy is None or copy.run_log is None or copy.run_log.number < run_number:
            raise NoSuchLogError(answer_id)
        if (loaded := self._find(answer_id, run_number)) is not None:
            return loaded  # Another follower was faster.
        self._check_not_abandoned(answer_id, copy.run_log.number)
        self._drop(answer_id)
        self._mirrors[answer_id] = mirror = Mirror(copy)
        return mirror

    def _check_not_abandoned(self, answer_id: UUID, run_number: int) -> None:
        if run_number <= self._abandoned.get(answer_id, 0):
            raise NoSuchLogError(answer_id)

    async def _read_entries(self) -> None:
        """Wait for entries of any mirror, and apply them."""
        for answer_id, mirror in list(self._mirrors.items()):
            if mirror.is_gapped:
                await self._close_gap(answer_id, mirror)
        waiting = {stream_key(key): mirror for key, mirror in self._mirrors.items()}
        if not waiting:
            self._has_mirrors.clear()
            return
        ids = [mirror.last_id for mirror in waiting.values()]
        command: list[str | bytes | int] = ["XREAD", "COUNT", 1000, "BLOCK", BLOCK_SECONDS * 1000]
        command += ["STREAMS", self._wake_key, *waiting, self._wake_id, *ids]
        (reply,) = await self._link.call([command], max_wait=BLOCK_SECONDS + 2)
        if isinstance(reply, Exception):
            raise reply
        for key, entries in reply or ():
            name = key.decode()
            if name == self._wake_key:
                self._wake_id = entries[-1][0]
            else:
                waiting[name].apply(entries)

    async def _close_gap(self, answer_id: UUID, mirror: Mirror) -> None:
        try:
            folds, entries = await self._lookups.fetch(answer_id)
        except LogUnavailableError as error:
            raise LinkDownError from error
        mirror.reload(folds, entries)

    async def _wake_reader(self) -> None:
        """Interrupt the blocking read, so that the next one includes the new mirror."""
        self._has_mirrors.set()
        with suppress(LogUnavailableError):
            await self._lookups.execute(
                [
                    ("XADD", self._wake_key, "MAXLEN", 1, "*", "w", ""),
                    ("PEXPIRE", self._wake_key, round(self._ttl * 1000)),
                ]
            )
