"""The answer to a forwarded request, read from the open response of a model service."""

import asyncio
import codecs
from collections.abc import AsyncGenerator
from contextlib import aclosing

import aiohttp
from django.conf import settings

from apps.chat.providers.connection.response_body import LARGE_JSON, PIECE_BYTES, Body, BodyKind, open_body, read_body
from apps.chat.providers.connection.waits import GRACE_AFTER_DONE_SECONDS, FirstTokenWait
from apps.chat.providers.errors import (
    Failure,
    ModelReportedError,
    ProviderError,
    ProviderInterruptedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    WrongUrlError,
)
from apps.chat.providers.forwarding.forwarded_chunks import ChunkReader, is_completion
from apps.chat.providers.forwarding.merged_chunks import ChunkMerger
from apps.chat.providers.reading.json_objects import MAX_PARTS_PER_BODY, JsonObject, decode_objects
from apps.chat.providers.reading.sse import SseError, SseReader

MAX_WHOLE_ANSWER = 16 * 1024 * 1024
_MAX_STREAM_BYTES = 4 * MAX_WHOLE_ANSWER
"""Bytes of a stream, which is larger than a whole answer: each chunk repeats its fields."""


class HttpForwardedAnswer:
    """The open response of a model service to a forwarded request; its objects keep every field, known or not."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        *,
        first_token: FirstTokenWait,
        token_timeout: float,
        choice_count: int = 1,
    ) -> None:
        """Read `response` with `choice_count` choices; `token_timeout` is the longest wait in a stream, in seconds."""
        self._response = response
        self._first_token = first_token
        self._token_timeout = token_timeout
        self._choice_count = choice_count
        self._received = 0
        self._pending = b""
        self._rest_deadline: float | None = None

    async def read_completion(self) -> JsonObject:
        """Return the answer to a request without a stream; if it is streamed anyway, its chunks are merged.

        Raises:
            ProviderError: the service did not answer, or the body is not an answer.
        """
        body = await open_body(self._response, self._first_token)
        match body.kind:
            case BodyKind.EVENTS:
                merger = ChunkMerger()
                async with aclosing(self._read_events(body)) as chunks:
                    async for chunk in chunks:
                        merger.add(chunk)
                return merger.completion()
            case BodyKind.HTML:
                raise _wrong_url()
            case _:
                data = await self._read_body(body)
                is_large = len(data) > LARGE_JSON
                return await asyncio.to_thread(_read_whole_json, data) if is_large else _read_whole_json(data)

    async def chunks(self) -> AsyncGenerator[JsonObject]:
        """Yield the chunks of a streamed answer, even if it comes as JSON: as one object, or as several in a row.

        Raises:
            ProviderError: the stream broke, ended without a finish, or the service reported an error in it.
        """
        body = await open_body(self._response, self._first_token)
        match body.kind:
            case BodyKind.EVENTS:
                async with aclosing(self._read_events(body)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            case BodyKind.JSON:
                reader = ChunkReader()
                parsed = reader.read_json(await self._read_body(body), MAX_PARTS_PER_BODY)
                while (one := await asyncio.to_thread(next, parsed, None)) is not None:
                    yield one
                _require_end(reader)
            case BodyKind.HTML:
                raise _wrong_url()
            case _:
                raise ProviderUnavailableError("the model service answered with neither a stream nor JSON")

    async def _read_events(self, body: Body) -> AsyncGenerator[JsonObject]:
        events, reader = SseReader(), ChunkReader(self._choice_count)
        self._pending = body.beginning
        try:
            while True:
                piece = await self._receive_piece(body, reader)
                for event in events.feed(piece) if piece else events.end():
                    for chunk in reader.read(event):
                        yield chunk
                if not piece:
                    raise ProviderInterruptedError("the stream ended without a finish")
        except ModelReportedError:
            raise
        except ProviderError:
            if not reader.has_finished:
                raise
        except SseError:
            if not reader.has_finished:
                raise ProviderError("the model service sent an event that is too long") from None
        reader.raise_for_failed_finish()

    async def _receive_piece(self, body: Body, reader: ChunkReader) -> bytes:
        """Return the next piece of a stream; empty at its end."""
        if self._pending:
            await asyncio.sleep(0)  # Other tasks run between the pieces.
        else:
            self._pending = await self._receive(body, self._deadline(reader))
        piece, self._pending = self._pending[:PIECE_BYTES], self._pending[PIECE_BYTES:]
        return piece

    def _deadline(self, reader: ChunkReader) -> float:
        now = asyncio.get_running_loop().time()
        if not reader.is_done:
            return now + (settings.USAGE_WAIT_SECONDS if reader.awaits_only_usage else self._token_timeout)
        if self._rest_deadline is None:
            self._rest_deadline = now + GRACE_AFTER_DONE_SECONDS
        return self._rest_deadline

    async def _read_body(self, body: Body) -> bytes:
        try:
            async with asyncio.timeout_at(self._first_token.deadline):
                data = await read_body(body, MAX_WHOLE_ANSWER)
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None
        if len(data) > MAX_WHOLE_ANSWER:
            raise ProviderError("the model service sent too much")
        return data.removeprefix(codecs.BOM_UTF8)

    async def _receive(self, body: Body, deadline: float) -> bytes:
        try:
            async with asyncio.timeout_at(deadline):
                received = await body.content.readany()
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent nothing for too long") from None
        except (aiohttp.ClientError, OSError):
            raise ProviderInterruptedError("the connection to the model service broke") from None
        self._received += len(received)
        if self._received > _MAX_STREAM_BYTES:
            raise ProviderError("the model service sent too much")
        return received


def _read_whole_json(body: bytes) -> JsonObject:
    objects, reader = list(decode_objects(body, MAX_PARTS_PER_BODY)), ChunkReader()
    chunks = [reader.read_object(one, data) for data, one in objects]
    _require_end(reader)
    if len(objects) == 1 and is_completion(objects[0][1]):
        return objects[0][1]
    merger = ChunkMerger()
    for chunk in chunks:
        merger.add(chunk or {})
    return merger.completion()


def _require_end(reader: ChunkReader) -> None:
    reader.raise_for_failed_finish()
    if not reader.has_finished:
        raise ProviderInterruptedError("the answer has no end")


def _wrong_url() -> WrongUrlError:
    return WrongUrlError("a web page answered in place of the model service", failure=Failure.UNREACHABLE)
