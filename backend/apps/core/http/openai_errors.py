"""The JSON of every failure under /v1, as OpenAI's clients read it: `{"error": {message, type, param, code}}`."""

from http import HTTPStatus
from typing import Any

OPENAI_PREFIX = "/v1/"

_INVALID = "invalid_request_error"
_FAILED = "server_error"
_KINDS: dict[str, tuple[str, str | None]] = {
    "AUTH_FAILED": (_INVALID, "invalid_api_key"),
    "RATE_LIMIT_EXCEEDED": ("rate_limit_error", "rate_limit_exceeded"),
    "TOO_MANY_SOCKETS": ("rate_limit_error", "rate_limit_exceeded"),
    "MODEL_NOT_FOUND": (_INVALID, "model_not_found"),
    "AI_MODEL_GONE": (_INVALID, "model_not_found"),
    "AI_CONTEXT_TOO_LONG": (_INVALID, "context_length_exceeded"),
    "AI_NO_CREDIT": ("insufficient_quota", "insufficient_quota"),
    "AI_RATE_LIMITED": ("rate_limit_error", "rate_limit_exceeded"),
    "AI_OVERLOADED": (_FAILED, "service_overloaded"),
    "AI_KEY_REFUSED": (_FAILED, "service_key_refused"),
    "AI_UNREACHABLE": (_FAILED, "service_unreachable"),
    "AI_TIMEOUT": (_FAILED, "service_timeout"),
    "AI_ERROR": (_FAILED, "service_error"),
    "INTERNAL_ERROR": (_FAILED, None),
}
"""OpenAI's type and code for our codes.

Any other code is sent in lower case, with a type that follows from the HTTP status.
"""


def make_openai_error(code: str, sentence: str, status: int, param: str | None = None) -> dict[str, Any]:
    """Return the body of a failure; `param` is the field of the request that caused it."""
    by_status: tuple[str, str | None] = (
        _FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _INVALID,
        code.lower(),
    )
    kind, name = _KINDS.get(code, by_status)
    return {"error": {"message": sentence, "type": kind, "param": param, "code": name}}
