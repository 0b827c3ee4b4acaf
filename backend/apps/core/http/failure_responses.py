"""Responses to refused requests: in OpenAI's shape under /v1, in ours elsewhere."""

import json
from typing import Any

from django.conf import settings
from django.http import JsonResponse

from apps.core.errors import AppError
from apps.core.http.asgi import Scope, Send
from apps.core.http.openai_errors import OPENAI_PREFIX, make_openai_error


def make_failure_body(path: str, code: str, sentence: str, status: int) -> dict[str, Any]:
    """Return the body of a failure in the shape that belongs to the path: OpenAI's under /v1, else ours."""
    if path.startswith(OPENAI_PREFIX):
        return make_openai_error(code, sentence, status)
    return {"error": sentence, "code": code}


def make_failure_response(path: str, error: AppError) -> JsonResponse:
    """Return the response with which Django's middleware refuses a request."""
    body = make_failure_body(path, error.code, str(error), error.status)
    retry = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return JsonResponse(body, status=error.status, headers={"Cache-Control": "no-store"} | retry)


async def refuse_request(send: Send, scope: Scope, error: AppError) -> None:
    """Refuse a request over ASGI; a page of an allowed origin may read the response, as it may read others."""
    body = json.dumps(make_failure_body(scope["path"], error.code, str(error), error.status)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(error.retry_after).encode()),
        *_cors_headers(scope),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cors_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin is None or origin.decode("latin-1") not in settings.CORS_ALLOWED_ORIGINS:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", ", ".join(settings.CORS_EXPOSE_HEADERS).encode()),
        (b"vary", b"origin"),
    ]
