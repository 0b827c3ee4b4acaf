"""Expected failures, which a caller can handle; each edge encodes them in one place."""

from collections.abc import Sequence
from typing import Any, ClassVar


class AppError(Exception):
    """An expected failure: `code` for programs, the message (one English sentence) for users.

    `status` is the HTTP status; `retry_after` is in whole seconds; `detail` lists `{loc, msg, type}`; `limit` is the
    limit that was exceeded.
    """

    code: str = "INTERNAL_ERROR"
    status: int = 500
    message: ClassVar[str] = "Something went wrong on the server."

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: int | None = None,
        detail: Sequence[dict[str, Any]] | None = None,
        limit: int | None = None,
    ) -> None:
        """Without a `message`, use the sentence of the class."""
        super().__init__(message or self.message)
        self.retry_after = retry_after
        self.detail = detail
        self.limit = limit

    @classmethod
    def list_codes(cls) -> set[str]:
        """Return the codes of this failure and of its subclasses."""
        return {cls.code}.union(*(child.list_codes() for child in cls.__subclasses__()))


class ForbiddenError(AppError):
    """Only administrators may do this."""

    code = "FORBIDDEN"
    status = 403
    message = "This is not allowed."


class NotFoundError(AppError):
    """No such object, or it belongs to another user: both get the same response."""

    code = "NOT_FOUND"
    status = 404
    message = "Nothing was found with this id."


def require_found[T](found: T | None) -> T:
    """Return the object that was looked up; raises NotFoundError for None."""
    if found is None:
        raise NotFoundError
    return found


class InvalidInputError(AppError):
    """A value that cannot be accepted; the message says which and why."""

    code = "VALIDATION_ERROR"
    status = 422
    message = "The request has an invalid value."


class TooLargeError(AppError):
    """A request larger than the server accepts."""

    code = "TOO_LARGE"
    status = 413
    message = "The request is too large."


class ConflictError(AppError):
    """The state of the object does not allow this now."""

    code = "CONFLICT"
    status = 409
    message = "This cannot be done right now."


class RateLimitError(AppError):
    """Too many requests; `retry_after` says when to try again."""

    code = "RATE_LIMIT_EXCEEDED"
    status = 429
    message = "Too many requests: wait a moment and try again."


class AuthenticationError(AppError):
    """The request has no valid access token."""

    code = "AUTH_FAILED"
    status = 401
    message = "The sign-in is missing, invalid or expired."


class TemporarilyUnavailableError(AppError):
    """A store does not answer; trying again may help."""

    code = "INTERNAL_ERROR"
    status = 503
    message = "The server cannot do this right now: try again in a moment."
