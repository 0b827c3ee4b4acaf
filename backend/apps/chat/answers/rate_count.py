"""The count of one command against `MESSAGE_RATE`."""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from apps.core.limits.base import Limit
from apps.core.limits.registry import get_rate_limiter


@dataclass(slots=True, eq=False)
class RateCount:
    """Counts a command of a user once, however often its transaction is tried."""

    user_id: UUID
    _retry_after: int | None = field(default=None, init=False, repr=False)

    def count(self) -> int:
        """Count the command the first time, and return the seconds that it has to wait.

        Call it first before a transaction, because Redis may be slow.
        """
        if self._retry_after is None:
            self._retry_after = get_rate_limiter().hit(self._key, Limit.parse(settings.MESSAGE_RATE))
        return self._retry_after

    def undo(self) -> None:
        """Stop counting the command, because it has started nothing."""
        if self._retry_after == 0:
            self._retry_after = None
            get_rate_limiter().undo_hit(self._key, Limit.parse(settings.MESSAGE_RATE))

    @property
    def _key(self) -> str:
        return f"messages:{self.user_id}"
