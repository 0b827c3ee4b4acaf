"""Lookups of answers' logs in Redis."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog

from apps.chat.log.base import LogUnavailableError
from apps.chat.log.redis.entries import Entry, Replay, folds_key, replay, stream_key
from apps.core.outages import log_failure
from apps.core.redis.link import Command, LinkDownError, RedisLink

logger = structlog.get_logger(__name__)


class Lookups:
    """Reads logs on a connection by itself, so that lookups never delay the writers."""

    def __init__(self, url: str) -> None:
        self._link = RedisLink(url)

    async def close(self) -> None:
        await self._link.close()

    async def execute(self, commands: Sequence[Command]) -> list[Any]:
        """Execute `commands` in one round trip and return their replies.

        Raises:
            LogUnavailableError: Redis does not answer, or refuses one of the commands.
        """
        try:
            replies = await self._link.call(commands)
        except LinkDownError as error:
            raise LogUnavailableError from error
        for reply in replies:
            if isinstance(reply, Exception):
                log_failure(logger, "stream_log_refused", reply)
                raise LogUnavailableError from reply
        return replies

    async def load(self, answer_id: UUID) -> tuple[Replay | None, int]:
        """Return a copy of the run in the log, and how many of its deltas are in folds."""
        folds, entries = await self.fetch(answer_id)
        copy = replay(folds, entries)
        folded = Replay()
        folded.apply_folds(folds)
        return copy, folded.run_log.head if folded.run_log is not None else 0

    async def fetch(self, answer_id: UUID) -> tuple[list[bytes], list[Entry]]:
        """Return the folds and the entries of the log, read in one transaction."""
        reads: list[Command] = [
            ("LRANGE", folds_key(answer_id), 0, -1),
            ("XRANGE", stream_key(answer_id), "-", "+"),
        ]
        folds, entries = (await self.execute([("MULTI",), *reads, ("EXEC",)]))[-1]
        return folds, entries
