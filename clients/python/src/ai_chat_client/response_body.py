"""Bodies of responses: the server sends JSON, anything else comes from a proxy (P-9.8)."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp

from ai_chat_client.errors import ApiError
from ai_chat_client.retry_after import retry_after_of


class Refusal(NamedTuple):
    """Why the server refuses; `retry_after` is in seconds, from the header or else from the body."""

    code: str
    error: str
    retry_after: int | None


async def read_json(response: aiohttp.ClientResponse) -> dict[str, Any] | None:
    """Return the object in the body; None if the body is something else, which is not from the server."""
    if response.content_type != "application/json":
        return None
    try:
        body = json.loads(await response.read())
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


async def read_refusal(response: aiohttp.ClientResponse) -> Refusal | None:
    """Return why the server refuses; None if the body is not from the server."""
    body = await read_json(response) or {}
    code, error, in_body = (body.get(name) for name in ("code", "error", "retry_after"))
    if not isinstance(code, str) or not isinstance(error, str):
        return None
    in_header = retry_after_of(response)
    return Refusal(code, error, (in_body if isinstance(in_body, int) else None) if in_header is None else in_header)


async def read_api_body(response: aiohttp.ClientResponse) -> Any:
    """Return the decoded body of a response of the REST API; raises ApiError for a refusal, and for a proxy's page."""
    if response.status == HTTPStatus.NO_CONTENT:
        return {}
    if response.ok and response.content_type == "application/json":
        with suppress(ValueError, RecursionError):
            return json.loads(await response.read())
    if not response.ok and (refusal := await read_refusal(response)) is not None:
        raise ApiError(response.status, *refusal)
    message = f"The response (HTTP {response.status}) does not come from the server."
    raise ApiError(response.status, "HTTP_ERROR", message, retry_after_of(response))
