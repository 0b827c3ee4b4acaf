"""Errors of a model call: `ProviderError` and its kinds, each with the `Failure` that caused it."""

from enum import StrEnum


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


class UnreachableError(ProviderUnavailableError):
    """The connection to the service failed, for the reason in `cause`."""

    class Cause(StrEnum):
        """Causes of a failed connection."""

        NAME = "name"
        REFUSED = "refused"
        TLS = "tls"
        OTHER = "other"

    def __init__(self, cause: Cause) -> None:
        super().__init__("the model service cannot be reached", failure=Failure.UNREACHABLE)
        self.cause = cause


class NoModelServiceError(ProviderUnavailableError):
    """The server at this URL is not a model service."""


class HostRefusedError(ProviderUnavailableError):
    """The host of the service is not allowed (see connection/hosts.py)."""


class WrongUrlError(ProviderUnavailableError):
    """A web page answers at this URL in place of a model service."""


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
