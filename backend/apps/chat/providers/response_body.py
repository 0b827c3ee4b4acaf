"""Reading the body of a response, and telling what it is: the content type is only advice."""

import asyncio
from enum import Enum, auto

import aiohttp

from apps.chat.providers.base import ProviderTimeoutError
from apps.chat.providers.retries import TransientError
from apps.chat.providers.waits import FirstTokenWait

_BOM = b"\xef\xbb\xbf"
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b"error:", b":")
_ENOUGH = 64
"""Bytes after which a beginning says what a body is."""


class BodyKind(Enum):
    """Kinds of the body of a response."""

    EVENTS = auto()
    JSON = auto()
    HTML = auto()
    OTHER = auto()


async def read_beginning(response: aiohttp.ClientResponse, wait: FirstTokenWait) -> bytes:
    """Return the first bytes of the body, enough for `kind_of` unless the body ends.

    Raises:
        ProviderTimeoutError: nothing came in time.
        TransientError: the connection broke.
    """
    beginning = b""
    try:
        while len(beginning) < _ENOUGH and kind_of(beginning, "") is BodyKind.OTHER:
            async with asyncio.timeout_at(wait.deadline):
                received = await response.content.readany()
            if not received:
                break
            wait.heard()
            # Blanks that keep the connection alive say nothing, in front of events and of JSON.
            beginning = (beginning + received).lstrip()
    except TimeoutError:
        raise ProviderTimeoutError("the model service sent nothing in time") from None
    except (aiohttp.ClientError, OSError):
        raise TransientError("the connection to the model service broke before the first token") from None
    return beginning


def kind_of(beginning: bytes, content_type: str) -> BodyKind:
    """Return what a body is, by its `beginning`; by its `content_type` where that does not tell."""
    start = beginning.removeprefix(_BOM).lstrip()
    if start.startswith(_FIELDS):
        return BodyKind.EVENTS
    if start.startswith((b"{", b"[")):
        return BodyKind.JSON
    if start.startswith(b"<") or content_type == "text/html":
        return BodyKind.HTML
    if content_type == "text/event-stream":
        return BodyKind.EVENTS
    return BodyKind.JSON if content_type == "application/json" else BodyKind.OTHER


async def read_body(response: aiohttp.ClientResponse, limit: int, beginning: bytes = b"") -> bytes:
    """Return the body, of which `beginning` has been read; a longer one is cut off a little over `limit` bytes."""
    body = bytearray(beginning)
    while len(body) <= limit and (part := await response.content.readany()):
        body += part
    return bytes(body)
