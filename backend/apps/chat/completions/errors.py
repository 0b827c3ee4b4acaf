"""Refusals and failures of a call through /v1, by code, and never in the words of the model service."""

from http import HTTPStatus

from apps.chat.providers.errors import Failure, ProviderError, ProviderUnavailableError
from apps.core.errors import AppError, InvalidInputError, NotFoundError

INTERNAL_ERROR = "INTERNAL_ERROR"
RATE_LIMITED = "AI_RATE_LIMITED"
CLIENT_LEFT = "CALL_LEFT"
KEY_ENDED = "CALL_KEY_ENDED"
WORKER_ENDED = "CALL_WORKER_ENDED"

_SENTENCES: dict[str, tuple[HTTPStatus, str]] = {
    Failure.ERROR: (HTTPStatus.BAD_GATEWAY, "The model service failed."),
    Failure.TIMEOUT: (HTTPStatus.GATEWAY_TIMEOUT, "The model service was silent for too long."),
    Failure.MODEL_GONE: (HTTPStatus.NOT_FOUND, "The model service does not have this model."),
    Failure.KEY_REFUSED: (HTTPStatus.BAD_GATEWAY, "The model service refuses the key of this server."),
    Failure.NO_CREDIT: (HTTPStatus.TOO_MANY_REQUESTS, "This server has no credit left at the model service."),
    Failure.CONTEXT_TOO_LONG: (HTTPStatus.BAD_REQUEST, "The messages are too long for this model."),
    Failure.OVERLOADED: (HTTPStatus.SERVICE_UNAVAILABLE, "The model service is busy: try again in a moment."),
    RATE_LIMITED: (HTTPStatus.TOO_MANY_REQUESTS, "The model service limits how often it is called: try again later."),
    Failure.UNREACHABLE: (HTTPStatus.BAD_GATEWAY, "The model service cannot be reached."),
    Failure.IMAGES_NOT_SUPPORTED: (HTTPStatus.BAD_REQUEST, "This model does not accept images."),
    INTERNAL_ERROR: (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on the server."),
    CLIENT_LEFT: (HTTPStatus.GONE, "The call was ended because its client had left."),
    KEY_ENDED: (HTTPStatus.UNAUTHORIZED, "The key of this call is not valid any more."),
    WORKER_ENDED: (HTTPStatus.SERVICE_UNAVAILABLE, "The server has restarted in the middle of this call."),
}
_REQUEST_REFUSALS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Statuses with which a service refuses the request itself."""


class CallFailedError(AppError):
    """A call that ended without a whole answer; `param` is the field of the request that caused it."""

    def __init__(self, code: str, *, retry_after: int | None = None, param: str | None = None) -> None:
        status, sentence = _SENTENCES.get(code, _SENTENCES[INTERNAL_ERROR])
        super().__init__(sentence, retry_after=retry_after)
        self.code = code
        self.status = int(status)
        self.param = param


class CallRefusedError(InvalidInputError):
    """A request that is not understood here, or that the model service refuses."""

    code = "INVALID_REQUEST"
    status = 400
    message = "The model service does not accept this request."

    def __init__(self, message: str | None = None, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class NoSuchModelError(NotFoundError):
    """The model is not in the catalogue, or cannot be used now."""

    code = "MODEL_NOT_FOUND"
    message = "This server has no such model: GET /v1/models lists the available models."
    param = "model"


class NoSuchCallError(NotFoundError):
    """The call to resume does not exist, is another user's, or is no longer kept."""

    code = "CALL_NOT_FOUND"
    message = "No call can be resumed with this Last-Event-ID: ask again without it."


def explain_failure(error: ProviderError) -> CallFailedError | CallRefusedError:
    """Return the error that a program gets for a failed call."""
    is_refused = error.status is not None and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if error.failure is Failure.OVERLOADED and is_refused:
        return CallFailedError(RATE_LIMITED, retry_after=error.retry_after)
    if not isinstance(error, ProviderUnavailableError):
        return CallFailedError(error.failure)
    if error.failure is Failure.ERROR and error.status in _REQUEST_REFUSALS:
        sentence = f"The model service does not accept this value of {error.param!r}." if error.param else None
        return CallRefusedError(sentence, param=error.param)
    return CallFailedError(error.failure, retry_after=error.retry_after, param=error.param)
