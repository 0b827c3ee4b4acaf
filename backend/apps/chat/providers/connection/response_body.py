"""The body of a response, and its format, which its first bytes show: the content type is only a hint."""

import asyncio
import codecs
import re
from dataclasses import dataclass
from enum import Enum, auto

import aiohttp

from apps.chat.providers.connection.recoding import Recode, RecodedContent, find_recoding
from apps.chat.providers.connection.waits import FirstTokenWait
from apps.chat.providers.errors import ProviderTimeoutError
from apps.chat.providers.failures.retries import TransientError

_BLANKS = b" \t\r\n\v\f\x1e"
"""Blanks, and the mark in front of each JSON text of a sequence (RFC 7464)."""

_FIELD = re.compile(rb"(?:(?:data|event|id|retry|error)[ \t]*)?:", re.IGNORECASE)
_KIND_LENGTH = 64
"""Bytes that are enough to find out the format of a body."""

PIECE_BYTES = 16 * 1024
"""Bytes of a stream that are parsed at a time: 60 usual chunks take 1 ms, and the smallest events about 30 ms.

Other tasks run between the pieces. A service may send events faster than they are parsed, and reading alone does not
wait as long as there is something to read.
"""

LARGE_JSON = 64 * 1024
"""Bytes of a JSON body above which it is parsed on another thread."""


class BodyKind(Enum):
    """Kinds of the body of a response."""

    EVENTS = auto()
    JSON = auto()
    HTML = auto()
    OTHER = auto()


@dataclass(slots=True)
class Body:
    """The body of a response, as UTF-8; its `beginning` has been read, enough to know its kind unless it is shorter."""

    response: aiohttp.ClientResponse
    content: aiohttp.StreamReader | RecodedContent
    beginning: bytes = b""

    @property
    def kind(self) -> BodyKind:
        return detect_body_kind(self.beginning, self.response.content_type)

    def close(self) -> None:
        """Close the connection, unless the body was read to its end, which returned it to the pool."""
        self.response.close()


async def open_body(response: aiohttp.ClientResponse, wait: FirstTokenWait) -> Body:
    """Read the beginning of a body.

    Raises:
        ProviderTimeoutError: nothing arrived in time.
        TransientError: the connection broke.
        ProviderUnavailableError: the body is compressed in a way that we do not know.
    """
    body = Body(response, response.content)
    try:
        while len(body.beginning) < _KIND_LENGTH and detect_body_kind(body.beginning, "") is BodyKind.OTHER:
            async with asyncio.timeout_at(wait.deadline):
                received = await body.content.readany()
            if not received:
                break
            wait.restart_silence()
            # Blanks that keep the connection alive say nothing, in front of events and of JSON.
            body.beginning = (body.beginning + received).lstrip()
            recode = _choose_recoding(response, body.beginning) if body.content is response.content else None
            if recode is not None:
                body.content = RecodedContent(response.content, recode)
                body.beginning = recode(body.beginning)
    except TimeoutError:
        raise ProviderTimeoutError("the model service sent nothing in time") from None
    except (aiohttp.ClientError, OSError):
        raise TransientError("the connection to the model service broke before the first token") from None
    return body


def detect_body_kind(beginning: bytes, content_type: str) -> BodyKind:
    """Return the format of a body, by its `beginning` or, where that does not decide, by its `content_type`."""
    start = beginning.lstrip(codecs.BOM_UTF8).lstrip(_BLANKS)
    if _FIELD.match(start):
        return BodyKind.EVENTS
    if start.startswith((b"{", b"[")):
        return BodyKind.JSON
    if start.startswith(b"<") or content_type == "text/html":
        return BodyKind.HTML
    if content_type == "text/event-stream":
        return BodyKind.EVENTS
    return BodyKind.JSON if content_type == "application/json" else BodyKind.OTHER


async def read_body(response: aiohttp.ClientResponse | Body, limit: int) -> bytes:
    """Return a whole body, as UTF-8; one of more than `limit` bytes is cut off somewhere after them.

    Raises:
        ProviderUnavailableError: it is compressed in a way that we do not know.
    """
    read = bytearray(response.beginning if isinstance(response, Body) else b"")
    while len(read) <= limit and (part := await response.content.readany()):
        read += part
    body = bytes(read)
    recode = None if isinstance(response, Body) else _choose_recoding(response, body[:_KIND_LENGTH])
    return body if recode is None else recode(body) + recode(b"")


def _choose_recoding(response: aiohttp.ClientResponse, beginning: bytes) -> Recode | None:
    return find_recoding(beginning, response.charset, response.headers.get("Content-Encoding", ""))
