"""The connections of each user: counted over all workers with Redis, else in this worker alone."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from apps.chat.live.connection import TooManyConnectionsError
from apps.core.quotas import Quota

if TYPE_CHECKING:
    from apps.chat.live.redis import RedisConnectionCounts


class UserConnections:
    """Signed-in connections by user, sockets and event streams alike."""

    def __init__(self) -> None:
        self._own_counts = Quota[UUID]()
        self._shared_counts: RedisConnectionCounts | None = None

    async def open(self) -> None:
        """Share the counts with other workers, if there is Redis."""
        if settings.REDIS_URL:
            # Imported here: the Redis client costs about 5 MB and 0.2 s, which a server without Redis does not need.
            from apps.chat.live.redis import RedisConnectionCounts  # noqa: PLC0415

            self._shared_counts = RedisConnectionCounts(settings.REDIS_URL, self._own_counts, settings.WORKER_LEASE)
            await self._shared_counts.open()

    async def close(self) -> None:
        """Withdraw what this worker shared."""
        shared, self._shared_counts = self._shared_counts, None
        if shared is not None:
            await shared.close()

    async def acquire(self, user_id: UUID) -> None:
        """Count one more connection; `release` must follow.

        Raises:
            TooManyConnectionsError: the user has as many as `SOCKETS_PER_USER` allows; nothing was counted.
        """
        limit = settings.SOCKETS_PER_USER
        if not self._own_counts.acquire(user_id, limit):
            raise TooManyConnectionsError
        fits = False
        try:
            shared = self._shared_counts
            fits = limit is None or shared is None or await shared.try_to_publish(user_id, limit)
        finally:
            if not fits:  # Also if this task is cancelled.
                self.release(user_id)
        if not fits:
            raise TooManyConnectionsError

    def release(self, user_id: UUID) -> None:
        self._own_counts.release(user_id)
        if self._shared_counts is not None and settings.SOCKETS_PER_USER is not None:
            self._shared_counts.publish(user_id)


user_connections = UserConnections()
"""The connections of this worker's users."""
