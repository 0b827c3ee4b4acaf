"""A channel layer whose `group_send` a test replaces, to lose, delay or refuse notifications."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from channels.layers import channel_layers, get_channel_layer

type Send = Callable[[str, dict[str, Any]], Awaitable[None]]


class _LayerWithSend:
    def __init__(self, layer: Any, send: Send) -> None:
        self._layer = layer
        self.group_send = send

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


@contextmanager
def replaced_group_send(make_send: Callable[[Send], Send]) -> Iterator[None]:
    """Send to groups with what `make_send` returns for the real `group_send`."""
    layer: Any = get_channel_layer()
    channel_layers.set("default", _LayerWithSend(layer, make_send(layer.group_send)))
    try:
        yield
    finally:
        channel_layers.set("default", layer)
