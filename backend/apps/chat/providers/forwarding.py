"""Forwarding: a program's request goes to the model service as it is, and what comes back stays as it is."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import aiohttp
import msgspec

from apps.chat.providers.base import (
    Failure,
    ModelReportedError,
    ProviderError,
    ProviderInterruptedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    WrongAddressError,
)
from apps.chat.providers.refusals import failure_of
from apps.chat.providers.response_body import BodyKind, kind_of, read_beginning, read_body
from apps.chat.providers.sse import DONE, SseError, SseEvent, SseReader
from apps.chat.providers.waits import FirstTokenWait

MAX_WHOLE_ANSWER = 16 * 1024 * 1024
_GRACE_AFTER_DONE = 0.05

type JsonObject = dict[str, Any]


class ServiceAnswer:
    """The open response of a model service to a forwarded request; its objects keep every field, known or not."""

    def __init__(self, response: aiohttp.ClientResponse, *, first: FirstTokenWait, between: float) -> None:
        """Read `response`; `between` bounds the silence between two pieces of a stream, in seconds."""
        self._response = response
        self._first = first
        self._between = between

    async def read_whole(self) -> JsonObject:
        """Return the answer to a request without a stream.

        Raises:
            ProviderError: it did not come, or is none.
        """
        try:
            async with asyncio.timeout_at(self._first.deadline):
                body = await read_body(self._response, MAX_WHOLE_ANSWER)
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None
        return self._check_whole(body)

    async def chunks(self) -> AsyncGenerator[JsonObject]:
        """Yield the chunks of a streamed answer; one that came whole is yielded as one chunk.

        Raises:
            ProviderError: the stream broke, ended without a finish, or the service reported an error in it.
        """
        beginning = await read_beginning(self._response, self._first)
        match kind_of(beginning, self._response.content_type):
            case BodyKind.EVENTS:
                async with aclosing(self._read_events(beginning)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            case BodyKind.JSON:
                body = await read_body(self._response, MAX_WHOLE_ANSWER, beginning)
                yield _as_chunk(self._check_whole(body))
            case BodyKind.HTML:
                raise WrongAddressError(
                    "a web page answered in place of the model service", failure=Failure.UNREACHABLE
                )
            case _:
                raise ProviderUnavailableError("the model service answered with neither a stream nor JSON")

    async def _read_events(self, received: bytes) -> AsyncGenerator[JsonObject]:
        reader, has_finished = SseReader(), False
        while True:
            try:
                for event in reader.feed(received) if received else reader.end():
                    if event.data.strip() == DONE:
                        await self._drain()
                        return
                    if (chunk := _read_chunk(event)) is not None:
                        has_finished = has_finished or _has_finish(chunk)
                        yield chunk
                if not received:
                    raise ProviderInterruptedError("the stream ended without a finish")
                received = await self._receive()
            except SseError:
                raise ProviderError("the model service sent an event that is too long") from None
            except ModelReportedError:
                raise
            except ProviderError:
                if has_finished:
                    return
                raise

    async def _receive(self) -> bytes:
        try:
            async with asyncio.timeout(self._between):
                return await self._response.content.readany()
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent nothing for too long") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None

    async def _drain(self) -> None:
        """Read to the end if that is near, so that the connection can be used again."""
        try:
            async with asyncio.timeout(_GRACE_AFTER_DONE):
                while await self._response.content.readany():
                    pass
        except (TimeoutError, aiohttp.ClientError, OSError):
            return

    def _check_whole(self, body: bytes) -> JsonObject:
        if len(body) > MAX_WHOLE_ANSWER:
            raise ProviderError("the model service sent too much")
        if kind_of(body, self._response.content_type) is BodyKind.HTML:
            raise WrongAddressError("a web page answered in place of the model service", failure=Failure.UNREACHABLE)
        whole = decode_object(body)
        _refuse_error(whole, body)
        return whole


def _read_chunk(event: SseEvent) -> JsonObject | None:
    """Return the chunk of an event; None if it only keeps the connection alive."""
    data = event.data.strip()
    if event.name == b"error":
        raise ModelReportedError(failure_of(None, data))
    if data[:1] != b"{":
        return None
    chunk = decode_object(data)
    _refuse_error(chunk, data)
    return chunk


def decode_object(data: bytes) -> JsonObject:
    """Decode a JSON object; raises ProviderError if `data` is none."""
    try:
        decoded = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            decoded = json.loads(data.decode(errors="replace"))  # Unlike msgspec, it takes lone surrogates.
        except (ValueError, RecursionError):
            raise ProviderError("the model service sent something that is not JSON") from None
    if not isinstance(decoded, dict):
        raise ProviderError("the model service sent JSON of another shape")
    return decoded


def encode_object(value: Mapping[str, Any]) -> bytes:
    """Encode a JSON object in one line of UTF-8; a lone surrogate stays what it is, as an escape."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _refuse_error(answer: JsonObject, data: bytes) -> None:
    if answer.get("error") or answer.get("object") == "error":
        raise ModelReportedError(failure_of(None, data))


def _has_finish(chunk: JsonObject) -> bool:
    choices = chunk.get("choices")
    return isinstance(choices, list) and any(
        isinstance(choice, dict) and choice.get("finish_reason") for choice in choices
    )


def _as_chunk(whole: JsonObject) -> JsonObject:
    """Return a whole completion as the one chunk of a stream."""
    choices = whole.get("choices")
    return whole | {
        "object": "chat.completion.chunk",
        "choices": [
            {("delta" if name == "message" else name): value for name, value in choice.items()}
            for choice in (choices if isinstance(choices, list) else [])
            if isinstance(choice, dict)
        ],
    }
