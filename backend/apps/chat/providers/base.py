"""What every model provider promises."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apps.chat.events import Delta, Finish, Prompt


class ProviderError(Exception):
    """A model call failed; the text is for our log and never quotes the service's words, key or address."""


class ProviderUnavailableError(ProviderError):
    """No answer came: refused, unreachable, overloaded, or refused our key. Becomes `AI_ERROR`."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: int | None = None) -> None:
        """Keep the HTTP `status` (for the log) and `retry_after` (whole seconds), where there are any."""
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class NoModelServiceError(ProviderUnavailableError):
    """Something answers there, but it is no model service."""


class HostRefusedError(ProviderUnavailableError):
    """The service is on a machine that we must not connect to (see hosts.py)."""


class ProviderTimeoutError(ProviderError):
    """No first token, or none for too long in mid-answer. Becomes `AI_TIMEOUT`."""


class ProviderInterruptedError(ProviderError):
    """The connection died, or the stream ended without a finish, in mid-answer. Becomes `interrupted`."""


class Missing(StrEnum):
    """What a model that cannot be used lacks."""

    SERVICE = "service"
    ANSWER = "answer"
    PACKAGES = "packages"


_WHY = {
    Missing.SERVICE: "OPENAI_API_KEY is not set",
    Missing.ANSWER: "the model service has not said yet which models it has",
    Missing.PACKAGES: "the built-in model is not installed: it exists for Linux (glibc), macOS and Windows on x64 only",
}


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue. `context_window` in tokens."""

    id: str
    name: str
    context_window: int
    provider: str
    missing: Missing | None = None

    @property
    def available(self) -> bool:
        """Whether it can be used."""
        return self.missing is None

    @property
    def why(self) -> str | None:
        """In a sentence, what is missing."""
        return _WHY[self.missing] if self.missing else None


class Provider(Protocol):
    """A model service."""

    name: str

    @property
    def is_busy(self) -> bool:
        """Whether an answer is coming through it."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Finish]:
        """Yield deltas, then exactly one `Finish`; or raise a `ProviderError`.

        Closing the generator (`aclose`, cancellation) closes the upstream connection at once.
        """
        ...

    async def aclose(self) -> None:
        """Give up all connections."""
        ...
