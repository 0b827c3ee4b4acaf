"""Reader of one streamed answer: takes bytes of an open response, returns batches of deltas."""

import asyncio

import aiohttp
from django.conf import settings

from apps.chat.providers.connection.response_body import PIECE_BYTES, Body
from apps.chat.providers.connection.waits import GRACE_AFTER_DONE_SECONDS, FirstTokenWait, Watchdog
from apps.chat.providers.errors import ModelReportedError, ProviderError, ProviderInterruptedError, ProviderTimeoutError
from apps.chat.providers.failures.classification import make_reported_error
from apps.chat.providers.failures.reported_errors import is_error_text
from apps.chat.providers.reading.answer_chunks import AnswerChunkReader
from apps.chat.providers.reading.answer_text import AnswerTextReader, Batch
from apps.chat.providers.reading.chunk_decoding import decode_chunk
from apps.chat.providers.reading.json_objects import split_objects, unquote_object
from apps.chat.providers.reading.sse import BLANKS, SseError, SseEvent, SseReader, is_done


class StreamedAnswerReader:
    """Reads one streamed answer; returns all text received before it raises a failure."""

    def __init__(
        self, body: Body, text: AnswerTextReader, *, first_token: FirstTokenWait, token_timeout: float
    ) -> None:
        """Read from `body`; `token_timeout` is the longest wait between tokens, in seconds."""
        self.text = text
        self._loop = asyncio.get_running_loop()
        self._body = body
        self._content = body.content
        self._first_token = first_token
        self._token_timeout = token_timeout
        self._watchdog = Watchdog(self._loop, self._expire)
        self._events = SseReader()
        self._chunks = AnswerChunkReader(text)
        self._received = body.beginning
        self._rest_deadline: float | None = None
        """After `[DONE]`, the deadline for the rest of the stream."""
        self._failure: ProviderError | None = None
        self._has_ended = False

    async def next_batch(self) -> Batch:
        """Return the next batch, which is empty only after the one with the `Finish`."""
        while not self._chunks.batch and not self._has_ended:
            if self._failure is None:
                self._read_piece(await self._receive_piece())
            elif self._has_failed():
                raise self._failure
            else:
                self._has_ended = True
                self._chunks.finish()
        return self._chunks.take_batch()

    def close(self) -> None:
        """Close the connection now, unless the response was read to its end, which returned it to the pool."""
        self._watchdog.stop()
        self._body.close()

    # --- Waiting ---

    async def _receive_piece(self) -> bytes:
        """Return the next piece of the stream; empty at its end."""
        if self._received:
            await asyncio.sleep(0)  # Other tasks run between the pieces.
        else:
            self._received = await self._receive()
        # After a failure, nothing more is received: the rest is one piece.
        size = PIECE_BYTES if self._failure is None else len(self._received)
        piece, self._received = self._received[:size], self._received[size:]
        return piece

    async def _receive(self) -> bytes:
        self._watchdog.watch(self._deadline())
        try:
            received = await self._content.readany()
        except ProviderTimeoutError as error:
            return self._fail_with_rest(error)
        except (aiohttp.ClientError, OSError):
            return self._fail_with_rest(ProviderInterruptedError("the connection to the model service broke"))
        finally:
            self._watchdog.end_wait()
        if not self._chunks.has_begun:
            self._first_token.restart_silence()
        return received

    def _fail_with_rest(self, failure: ProviderError) -> bytes:
        """Note a failure, and return what arrived before it: `readany` raises before it returns that."""
        self._failure = failure
        return self._content._read_nowait(-1)  # noqa: SLF001 - aiohttp has no public way

    def _deadline(self) -> float:
        if self._rest_deadline is not None:
            return self._rest_deadline
        if self._chunks.awaits_only_usage:
            return self._loop.time() + settings.USAGE_WAIT_SECONDS
        return self._loop.time() + self._token_timeout if self._chunks.has_begun else self._first_token.deadline

    def _expire(self) -> None:
        self._content.set_exception(ProviderTimeoutError("the model service sent nothing for too long"))

    # --- Parsing ---

    def _read_piece(self, piece: bytes) -> None:
        """Read the events of a piece of the stream; an empty piece is its end."""
        try:
            for event in self._events.feed(piece) if piece else self._events.end():
                self._read_event(event)
            if not piece:
                self._chunks.read_held_choice()
        except ProviderError as error:
            self._failure = error
        except SseError:
            self._failure = ProviderError("the model service sent an event that is too long")
        if self._failure is None and (not piece or self._is_past_rest()):
            self._failure = ProviderInterruptedError("the stream ended without a finish")
        if self._failure is not None and self._has_failed():
            self._chunks.flush()

    def _is_past_rest(self) -> bool:
        return self._rest_deadline is not None and self._loop.time() > self._rest_deadline

    def _has_failed(self) -> bool:
        """Return whether the failure counts: after the end of the answer, only a reported error does."""
        return isinstance(self._failure, ModelReportedError) or not self._chunks.has_end

    def _read_event(self, event: SseEvent) -> None:
        data = event.data.strip(BLANKS)
        if event.is_error:
            raise make_reported_error(data)
        if data[:1] == b"{":
            try:
                chunk = decode_chunk(data)
            except ProviderError:
                self._read_several(data)
            else:
                self._chunks.read(chunk, data)
        elif is_done(data):
            if self._rest_deadline is None:
                self._chunks.read_done()
                self._rest_deadline = self._loop.time() + GRACE_AFTER_DONE_SECONDS
        elif (unquoted := unquote_object(data)) != data:
            self._read_event(SseEvent(event.name, unquoted))
        elif is_error_text(data):
            raise make_reported_error(data)
        elif data[:1] == b"[":
            self._read_several(data)
        # All other data keeps the connection alive.

    def _read_several(self, data: bytes) -> None:
        """Read an event with several chunks (in an array or one after the other), or with text around its chunk."""
        objects, is_all = split_objects(data)
        for chunk_data in objects:
            self._chunks.read(decode_chunk(chunk_data), chunk_data)
        if not is_all:
            raise ProviderError("the model service sent something that is not JSON")
