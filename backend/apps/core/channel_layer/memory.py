"""The Channels layer in memory, for a single process."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, override

from channels.layers import InMemoryChannelLayer

CLEANING_SECONDS = 60.0


class LocalChannelLayer(InMemoryChannelLayer):  # type: ignore[misc] # Channels has no types
    """Channels' in-memory layer with a cheaper `send`: it looks for expired channels once a minute only.

    A message goes to each channel of a group at once, not in a task for each; all channels get the same object.
    """

    _cleaned_at = 0.0

    def __init__(self, **options: float) -> None:
        """Begin without groups; `options` are passed to Channels."""
        super().__init__(**options)
        self._listeners: dict[str, Callable[[dict[str, Any]], None]] = {}

    def listen(self, channel: str, on_message: Callable[[dict[str, Any]], None]) -> None:
        """Call `on_message` with each message of `channel`; unlike `receive`, this needs no task."""
        self._listeners[channel] = on_message

    def stop_listening(self, channel: str) -> None:
        """Undo `listen`."""
        self._listeners.pop(channel, None)

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

    @override
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.deliver(group, message)

    def deliver(self, group: str, message: dict[str, Any]) -> None:
        """Give a message to the channels of a group in this process."""
        if group not in self.groups:
            return
        self._clean_expired()
        expires = time.time() + self.expiry
        for channel in self.groups[group]:
            if (on_message := self._listeners.get(channel)) is not None:
                on_message(message)
                continue
            queue = self.channels.get(channel)
            if queue is None:
                queue = self.channels[channel] = asyncio.Queue(maxsize=self.get_capacity(channel))
            with suppress(asyncio.QueueFull):
                queue.put_nowait((expires, message))
