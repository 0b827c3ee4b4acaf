"""Failures in OpenAI's shape, as responses and as events of a stream."""

import json
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse

from apps.chat.completions.errors import CallFailedError, NoSuchModelError, RequestRefusedError
from apps.core.errors import AppError
from apps.core.http.openai_errors import openai_error


def failure_response(error: AppError) -> HttpResponse:
    """Encode an expected failure."""
    response = JsonResponse(_body(error), status=_status(error))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="v1"'
    return response


def failure_event(error: AppError) -> str:
    """Return the data of the event with which a stream fails."""
    return json.dumps(_body(error))


def _status(error: AppError) -> int:
    return error.http_status if isinstance(error, CallFailedError) else error.status


def _body(error: AppError) -> dict[str, object]:
    code = error.name if isinstance(error, CallFailedError) else error.code
    param = error.param if isinstance(error, CallFailedError | RequestRefusedError | NoSuchModelError) else None
    return openai_error(code, str(error), _status(error), param)
