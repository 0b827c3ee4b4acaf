"""The Channels layer of a single process."""

import time
from typing import override

from channels.layers import InMemoryChannelLayer

CLEANING_SECONDS = 60.0


class LocalChannelLayer(InMemoryChannelLayer):  # type: ignore[misc] # Channels has no types
    """Channels' in-memory layer, which looks for expired channels and groups once a minute instead of on every send."""

    _cleaned_at = 0.0

    async def open(self) -> None:
        """Start with the server; there are no other processes to connect to."""

    async def close(self) -> None:
        """Stop with the server."""

    @override
    def _clean_expired(self) -> None:
        now = time.monotonic()
        if now - self._cleaned_at >= CLEANING_SECONDS:
            self._cleaned_at = now
            super()._clean_expired()
