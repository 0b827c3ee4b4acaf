"""Interface of the counts of connections that workers share."""

from typing import Protocol
from uuid import UUID


class SharedCounts(Protocol):
    """The counts of all workers together."""

    async def open(self) -> None:
        """Begin to show that this worker is alive."""
        ...

    async def close(self) -> None:
        """Withdraw the counts of this worker."""
        ...

    async def fits(self, user_id: UUID, limit: int) -> bool:
        """Publish this worker's count if all counts of the user together are at most `limit`; return whether they are.

        Also true if the store does not answer.
        """
        ...

    def publish(self, user_id: UUID) -> None:
        """Publish this worker's count, which is lower now."""
        ...
