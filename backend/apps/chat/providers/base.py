"""Interface of the model providers, and their failures."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from apps.chat.events import Delta, Finish, Reclassified
from apps.chat.prompt_values import Effort, Prompt
from apps.chat.providers.efforts import list_efforts


class Failure(StrEnum):
    """The cause of a failed model call, as the error code of the answer (docs/protocol.md, section 6)."""

    ERROR = "AI_ERROR"
    TIMEOUT = "AI_TIMEOUT"
    MODEL_GONE = "AI_MODEL_GONE"
    KEY_REFUSED = "AI_KEY_REFUSED"
    NO_CREDIT = "AI_NO_CREDIT"
    CONTEXT_TOO_LONG = "AI_CONTEXT_TOO_LONG"
    OVERLOADED = "AI_OVERLOADED"
    UNREACHABLE = "AI_UNREACHABLE"
    EMPTY_ANSWER = "AI_EMPTY_ANSWER"
    IMAGES_NOT_SUPPORTED = "IMAGES_NOT_SUPPORTED"
    INTERNAL = "INTERNAL_ERROR"
    """A failure of this server before it called the model service."""


class ProviderError(Exception):
    """A model call failed; the message is for our log and never quotes the service's response, key or URL."""

    failure = Failure.ERROR
    status: int | None = None
    """The HTTP status of the refusal, or the status that the error of an answer states, if there is one."""
    retry_after: int | None = None
    """Whole seconds, if the service said when to try again."""
    service_code: str | None = None
    """The service's own code of the error, a single word; for the log."""


class ProviderUnavailableError(ProviderError):
    """The service cannot be reached, is overloaded, or refused the request or the key."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        failure: Failure = Failure.ERROR,
    ) -> None:
        """Keep the HTTP `status` (for the log) and `retry_after` (whole seconds), if there are any."""
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.failure = failure
        self.param: str | None = None
        """The field of a forwarded request that the service refused, if it named one."""


class UnreachedError(ProviderUnavailableError):
    """The connection to the service failed; `why` says how."""

    class Why(StrEnum):
        """The kind of failure."""

        NAME = "name"
        REFUSED = "refused"
        TLS = "tls"
        OTHER = "other"

    def __init__(self, why: Why) -> None:
        super().__init__("the model service cannot be reached", failure=Failure.UNREACHABLE)
        self.why = why


class NoModelServiceError(ProviderUnavailableError):
    """The server at this URL is not a model service."""


class HostRefusedError(ProviderUnavailableError):
    """The host of the service is not allowed (see connection/hosts.py)."""


class WrongUrlError(ProviderUnavailableError):
    """A web page answers at this URL, not a model service."""


class ModelReportedError(ProviderError):
    """The service reported an error in the middle of its answer. Becomes `interrupted` after any text."""

    def __init__(
        self,
        failure: Failure = Failure.ERROR,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        data: bytes = b"",
    ) -> None:
        """Say what the service reported in `data`, and the HTTP `status` and the wait that its error states."""
        super().__init__("the model service reported an error")
        self.failure = failure
        self.status = status
        self.retry_after = retry_after
        self.data = data


class ProviderTimeoutError(ProviderError):
    """The first or the next token took too long."""

    failure = Failure.TIMEOUT


class ProviderInterruptedError(ProviderError):
    """The connection broke, or the stream ended without a finish, in the middle of an answer. Becomes `interrupted`."""


class Missing(StrEnum):
    """The reason why a model cannot be used."""

    SERVICE = "service"
    ANSWER = "answer"
    PACKAGES = "packages"
    RETIRED = "retired"
    RESPONSES_ONLY = "responses_only"


_WHY = {
    Missing.SERVICE: "OPENAI_API_KEY is not set",
    Missing.ANSWER: "the model service has not said yet which models it has",
    Missing.PACKAGES: "the built-in model is not installed: it exists for Linux (glibc), macOS and Windows on x64 only",
    Missing.RETIRED: "the model service no longer has this model",
    Missing.RESPONSES_ONLY: "this model exists in the Responses API only, which this server does not use",
}


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue. `context_window` in tokens.

    `service` is the name of the service that has the model; empty for the built-in model. `prefix` is the part of the
    id before the service's own name for the model. `shutdown_date` is the day on which the service retires the model,
    and `successor` the id of the model that the service names in its place, if it has that model.
    """

    id: str
    name: str
    context_window: int
    provider: str
    missing: Missing | None = None
    shutdown_date: date | None = None
    successor: str | None = None
    service: str = ""
    vision: bool | None = None
    """Whether the model sees images; None if that is not known."""
    prefix: str = ""
    max_output: int | None = None
    """The longest answer that the model can give, in tokens; None if that is not known."""

    owned_by: str = ""
    """The owner of the model, as the service's list states it."""

    states_window: bool = False
    """Whether the service's list states the window."""

    asked_output: int | None = None
    """The longest answer to ask for, in tokens, where an administrator has set it."""

    stated_efforts: tuple[Effort, ...] | None = None
    """The reasoning efforts that the service's list states, least first; None if it does not say."""

    @property
    def upstream(self) -> str:
        """The name under which the service knows the model."""
        return self.id.removeprefix(self.prefix)

    @property
    def efforts(self) -> tuple[Effort, ...]:
        """The reasoning efforts that the model accepts, least first; empty for a model that accepts none."""
        return list_efforts(self.id) if self.stated_efforts is None else self.stated_efforts

    @property
    def available(self) -> bool:
        return self.missing is None

    @property
    def is_retired(self) -> bool:
        """Whether the service no longer has the model."""
        return self.missing is Missing.RETIRED

    @property
    def why(self) -> str | None:
        """The sentence for what is missing."""
        return _WHY[self.missing] if self.missing else None


type StreamedEvent = Delta | Reclassified | Finish
"""An event that a provider yields."""

type OnAlive = Callable[[int], None]
"""Called with the whole seconds of the wait so far, when the service shows that it is alive."""


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

    def give_way(self) -> AbstractAsyncContextManager[None]:
        """End the block with a TimeoutError as soon as an answer begins that would have to wait for the block."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether the provider is streaming an answer."""
        ...

    def stream(self, prompt: Prompt, on_alive: OnAlive | None = None) -> AsyncGenerator[StreamedEvent]:
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
