"""Interface of the model providers: `Provider`, the events that it streams, and the answers that it forwards."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from apps.chat.events import Delta, Finish, Reclassified
from apps.chat.prompt_values import Prompt

type StreamedEvent = Delta | Reclassified | Finish
"""An event that a provider yields."""

type OnAlive = Callable[[int], None]
"""Called with the whole seconds of the wait so far, when the service shows that it is alive."""

type OnMissingImages = Callable[[int], None]
"""Called before each attempt with the number of the prompt's images that the store lacks."""


class ForwardedAnswer(Protocol):
    """A model service's answer to a forwarded request: JSON objects with every field, known or not."""

    async def read_completion(self) -> dict[str, Any]:
        """Return the answer to a request without a stream; raises ProviderError."""
        ...

    def chunks(self) -> AsyncGenerator[dict[str, Any]]:
        """Yield the chunks of a streamed answer; raises ProviderError, even if it ends without a finish reason."""
        ...


class Provider(Protocol):
    """A model service."""

    name: str
    is_one_slot: bool
    """Whether the service answers one question at a time, so that others wait (Ollama, llama.cpp)."""

    def preemptible(self) -> AbstractAsyncContextManager[None]:
        """End the block with a TimeoutError as soon as an answer begins that would have to wait for the block."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether the provider is streaming an answer."""
        ...

    def stream(
        self, prompt: Prompt, on_alive: OnAlive | None = None, on_missing_images: OnMissingImages | None = None
    ) -> AsyncGenerator[StreamedEvent]:
        """Yield deltas, then exactly one `Finish`; or raise a `ProviderError`.

        A `Reclassified` says that all deltas before it are of another kind.

        `on_alive` is called at most every five seconds, as long as the service sends keep-alives but no token.

        Closing the generator (`aclose`, cancellation) closes the upstream connection immediately.
        """
        ...

    def forward(self, request: Mapping[str, object]) -> AbstractAsyncContextManager[ForwardedAnswer]:
        """Send a program's request as it is, and yield its answer for the duration of the block; tried once.

        Leaving the block early closes the upstream connection immediately. A stream ends with its usage, even if the
        request does not ask for it.

        Raises:
            ProviderError: the service cannot be reached, or refuses the request.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
