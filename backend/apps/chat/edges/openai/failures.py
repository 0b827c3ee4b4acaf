"""Failures in OpenAI's shape, as responses and as events of a stream."""

import json
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse

from apps.chat.completions.errors import CallFailedError, CallRefusedError, NoSuchModelError
from apps.chat.providers.errors import Failure
from apps.core.errors import AppError
from apps.core.http.openai_errors import make_openai_error

_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS: 5, HTTPStatus.SERVICE_UNAVAILABLE: 5}
"""Seconds to name if neither the model service nor the limit says when to try again, by status."""

_NO_CREDIT_RETRY_SECONDS = 60


def encode_failure_response(error: AppError) -> HttpResponse:
    """Encode an expected failure; with 429 and 503, `Retry-After` always has a number."""
    response = JsonResponse(_body(error), status=error.status)
    retry_after = error.retry_after
    if retry_after is None:
        retry_after = _RETRY_AFTER.get(HTTPStatus(response.status_code))
    if error.code == Failure.NO_CREDIT:
        retry_after = error.retry_after or _NO_CREDIT_RETRY_SECONDS
        # OpenAI's packages, which retry every other 429, obey this header.
        response.headers["x-should-retry"] = "false"
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, retry_after))
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="v1"'
    return response


def encode_failure_event(error: AppError) -> str:
    """Return the data of the event with which a stream fails."""
    return json.dumps(_body(error))


def _body(error: AppError) -> dict[str, object]:
    param = error.param if isinstance(error, CallFailedError | CallRefusedError | NoSuchModelError) else None
    return make_openai_error(error.code, str(error), error.status, param)
