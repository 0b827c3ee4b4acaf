"""Failures that a caller can do something about: one small family, encoded once at each edge."""

from collections.abc import Sequence
from typing import Any, ClassVar


class AppError(Exception):
    """An expected failure: `code` for programs, the message (one English sentence) for people.

    `status` is the HTTP status; `retry_after` is in whole seconds; `detail` lists `{loc, msg, type}`.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong on the server."

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: int | None = None,
        detail: Sequence[dict[str, Any]] | None = None,
    ) -> None:
        """Take the class's own sentence where no `message` is given."""
        super().__init__(message or self.message)
        self.retry_after = retry_after
        self.detail = detail


class ForbiddenError(AppError):
    """Only administrators may do this."""

    code = "FORBIDDEN"
    status = 403
    message = "This is not allowed."


class NotFoundError(AppError):
    """There is no such object, or it is somebody else's: the same answer for both."""

    code = "NOT_FOUND"
    status = 404
    message = "There is nothing here with that id."


class InvalidInputError(AppError):
    """A value that cannot be taken; the sentence says which and why."""

    code = "VALIDATION_ERROR"
    status = 422
    message = "The request has a value that cannot be used."


class TooLargeError(AppError):
    """More than is taken at a time."""

    code = "TOO_LARGE"
    status = 413
    message = "The request is too large."


class ConflictError(AppError):
    """The object is in a state in which this cannot be done now."""

    code = "CONFLICT"
    status = 409
    message = "This cannot be done now."


class RateLimitError(AppError):
    """Too many in too short a time; `retry_after` says when to come back."""

    code = "RATE_LIMIT_EXCEEDED"
    status = 429
    message = "Too many requests: wait a little and try again."


class AuthenticationError(AppError):
    """No valid sign-in stands behind the request."""

    code = "AUTH_FAILED"
    status = 401
    message = "The sign-in is missing, invalid or has expired."


class TemporarilyUnavailableError(AppError):
    """A store does not answer; trying again helps."""

    code = "INTERNAL_ERROR"
    status = 503
    message = "The server cannot do this right now: try again in a moment."
