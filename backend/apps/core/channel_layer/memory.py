"""The Channels layer of a single process."""

import time
from typing import override

from channels.layers import InMemoryChannelLayer

CLEANING_SECONDS = 60.0


class LocalChannelLayer(InMemoryChannelLayer):  # type: ignore[misc] # Channels has no types
    """Channels' own layer, which walks through all channels and groups at every send, made to do so once a minute."""

    _cleaned_at = 0.0

    async def open(self) -> None:
        """Begin with the server: there is nobody else to listen to."""

    async def close(self) -> None:
        """End with the server."""

    @override
    def _clean_expired(self) -> None:
        now = time.monotonic()
        if now - self._cleaned_at >= CLEANING_SECONDS:
            self._cleaned_at = now
            super()._clean_expired()
