"""Forwarding: a program's request goes to the model service as it is, and what comes back stays as it is."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
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
from apps.chat.providers.chunks import PIECE, states_finish
from apps.chat.providers.json_objects import split_objects
from apps.chat.providers.refusals import failure_of, is_error_text
from apps.chat.providers.reported_errors import reports_error
from apps.chat.providers.response_body import BodyKind, kind_of, read_beginning, read_body
from apps.chat.providers.sse import SseError, SseEvent, SseReader, is_done
from apps.chat.providers.waits import FirstTokenWait

MAX_WHOLE_ANSWER = 16 * 1024 * 1024
_GRACE_AFTER_DONE = 0.05
"""Seconds in which usage or an error may follow; a response that is read to its end frees its connection."""

_BOM = b"\xef\xbb\xbf"

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
        body = await self._read_body()
        if kind_of(body, self._response.content_type) is BodyKind.HTML:
            raise _wrong_address()
        whole = decode_object(body)
        _refuse_error(whole, body)
        return whole

    async def chunks(self) -> AsyncGenerator[JsonObject]:
        """Yield the chunks of a streamed answer, also of one that comes as JSON, whole or one object after the other.

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
                reader = _ChunkReader()
                for chunk in reader.read_json(await self._read_body(beginning)):
                    yield chunk
                if not reader.has_finished:
                    raise ProviderInterruptedError("the answer has no end")
            case BodyKind.HTML:
                raise _wrong_address()
            case _:
                raise ProviderUnavailableError("the model service answered with neither a stream nor JSON")

    async def _read_events(self, received: bytes) -> AsyncGenerator[JsonObject]:
        events, reader = SseReader(), _ChunkReader()
        now = asyncio.get_running_loop().time
        done_by: float | None = None
        while done_by is None or now() < done_by:
            try:
                for event in events.feed(received) if received else events.end():
                    if is_done(event.data.strip()) and not event.is_error:
                        reader.end()
                        done_by = done_by or now() + _GRACE_AFTER_DONE
                        continue
                    for chunk in reader.read(event):
                        yield chunk
                if not received:
                    raise ProviderInterruptedError("the stream ended without a finish")
                received = await self._receive(done_by or now() + self._between)
            except SseError:
                raise ProviderError("the model service sent an event that is too long") from None
            except ModelReportedError:
                raise
            except ProviderError:
                if reader.has_finished:
                    return
                raise

    async def _read_body(self, beginning: bytes = b"") -> bytes:
        try:
            async with asyncio.timeout_at(self._first.deadline):
                body = await read_body(self._response, MAX_WHOLE_ANSWER, beginning)
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None
        if len(body) > MAX_WHOLE_ANSWER:
            raise ProviderError("the model service sent too much")
        return body.removeprefix(_BOM)

    async def _receive(self, deadline: float) -> bytes:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._response.content.readany()
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent nothing for too long") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None


class _ChunkReader:
    """Reads the chunks in the events of one answer, or in its JSON."""

    def __init__(self) -> None:
        """Start at the beginning of an answer."""
        self.has_finished = False
        """Whether a chunk has had a finish reason, or the answer came whole."""
        self._has_begun = False
        self._is_done = False

    def end(self) -> None:
        """Take note of `[DONE]`: only usage and errors may follow."""
        self.has_finished = self._is_done = True

    def read(self, event: SseEvent) -> Iterator[JsonObject]:
        """Yield the chunks of an event: none if it only keeps the connection alive; some services send several."""
        data = event.data.strip()
        if event.is_error:
            raise ModelReportedError(failure_of(None, data))
        if data[:1] != b"{" and is_error_text(data):
            raise ModelReportedError(failure_of(None, data))
        if data[:1] in {b"{", b"["}:
            yield from self.read_json(data)

    def read_json(self, data: bytes) -> Iterator[JsonObject]:
        """Yield the chunks of one JSON object, of an array, or of several objects one after the other."""
        for one, chunk in _decode_objects(data):
            _refuse_error(chunk, one)
            if not self._is_done or (chunk.get("usage") and not chunk.get("choices")):
                yield self._read_chunk(chunk)

    def _read_chunk(self, chunk: JsonObject) -> JsonObject:
        self.has_finished = self.has_finished or _has_finish(chunk)
        if _has_messages(chunk):
            is_piece = chunk.get("object") == PIECE
            self.has_finished = self.has_finished or not is_piece
            chunk = _as_chunk(chunk, repeats=self._has_begun and not is_piece)
        self._has_begun = self._has_begun or bool(chunk.get("choices"))
        return chunk


def _decode_objects(data: bytes) -> Iterator[tuple[bytes, JsonObject]]:
    """Yield each JSON object of `data`, encoded and decoded.

    Raises:
        ProviderError: an object has no end, or an error stands beside them.
    """
    if data[:1] == b"{":
        try:
            whole = decode_object(data)
        except ProviderError:
            pass
        else:
            yield data, whole
            return
    objects, is_all = split_objects(data)
    for one in objects:
        yield one, decode_object(one)
    if not is_all:
        raise ProviderError("the model service sent something that is not JSON")


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


def _wrong_address() -> WrongAddressError:
    return WrongAddressError("a web page answered in place of the model service", failure=Failure.UNREACHABLE)


def _refuse_error(answer: JsonObject, data: bytes) -> None:
    if reports_error(answer):
        raise ModelReportedError(failure_of(None, data))


def _choices_of(chunk: JsonObject) -> list[JsonObject]:
    choices = chunk.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _has_finish(chunk: JsonObject) -> bool:
    return any(states_finish(choice.get("finish_reason")) for choice in _choices_of(chunk))


def _has_messages(chunk: JsonObject) -> bool:
    """Return whether a chunk is a whole completion, or a piece that has its text under that name."""
    return any("message" in choice and choice.get("delta") is None for choice in _choices_of(chunk))


def _as_chunk(whole: JsonObject, *, repeats: bool) -> JsonObject:
    """Return a whole completion as a chunk of a stream, without its text if it `repeats` what came in pieces."""
    choices = [
        {name: value for name, value in choice.items() if name not in {"message", "delta"}}
        | {"delta": {} if repeats else choice.get("message")}
        for choice in _choices_of(whole)
    ]
    return whole | {"object": PIECE, "choices": choices}
