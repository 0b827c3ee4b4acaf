"""A channel layer that sends to groups as a test says: it loses, delays or refuses notifications."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from channels.layers import channel_layers, get_channel_layer

type Send = Callable[[str, dict[str, Any]], Awaitable[None]]


class _SteeredLayer:
    def __init__(self, layer: Any, send: Send) -> None:
        self._layer = layer
        self.group_send = send

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


@contextmanager
def steered_layer(steer: Callable[[Send], Send]) -> Iterator[None]:
    """Send to groups by what `steer` makes of the real `group_send`."""
    layer: Any = get_channel_layer()
    channel_layers.set("default", _SteeredLayer(layer, steer(layer.group_send)))
    try:
        yield
    finally:
        channel_layers.set("default", layer)
