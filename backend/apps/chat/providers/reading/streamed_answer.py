"""Reader of one streamed answer: takes bytes of an open response, returns batches of deltas."""

import asyncio

import aiohttp
from django.conf import settings

from apps.chat.events import AnswerStatus, Finish, Usage
from apps.chat.providers.connection.response_body import PIECE_BYTES, Body
from apps.chat.providers.connection.waits import GRACE_AFTER_DONE_SECONDS, FirstTokenWait, Watchdog
from apps.chat.providers.errors import ModelReportedError, ProviderError, ProviderInterruptedError, ProviderTimeoutError
from apps.chat.providers.failures.classification import make_reported_error
from apps.chat.providers.failures.reported_errors import is_error_text
from apps.chat.providers.finish_reasons import choose_finish_reason, status_of_finish_reason
from apps.chat.providers.reading.answer_text import AnswerTextReader, Batch
from apps.chat.providers.reading.chunk_decoding import decode_chunk
from apps.chat.providers.reading.chunks import (
    CHUNK_OBJECT,
    ChoiceJson,
    ChunkJson,
    DeltaJson,
    choice_has_error,
    find_text,
    read_finish_reason,
)
from apps.chat.providers.reading.json_objects import split_objects, unquote_object
from apps.chat.providers.reading.sse import BLANKS, SseError, SseEvent, SseReader, is_done


class StreamedAnswerReader:
    """Reads one streamed answer; returns all text received before it raises a failure."""

    def __init__(self, body: Body, text: AnswerTextReader, *, first: FirstTokenWait, between: float) -> None:
        """Read from `body`; `between` is the time-out between tokens, in seconds."""
        self._loop = asyncio.get_running_loop()
        self._body = body
        self._content = body.content
        self._first = first
        self._between = between
        self._watchdog = Watchdog(self._loop, self._expire)
        self._sse = SseReader()
        self.text = text
        self._received = body.beginning
        self._batch: Batch = []
        self._has_begun = False
        self._has_ended = False
        self._done_by: float | None = None  # after `[DONE]`, the deadline for the rest
        self._index = 0  # the index of the choice that is the answer
        # A choice with another index, which may turn out to be the answer.
        self._held: tuple[ChoiceJson, str | None, bytes] | None = None
        self._reason: str | None = None
        self._is_finish_early = False  # whether text has come after a finish reason
        self._usage: Usage | None = None
        self._is_whole = False  # whether a whole completion has come as an event
        self._message: str | None = None  # the text of the last event with a whole message
        self._failure: ProviderError | None = None

    async def next_batch(self) -> Batch:
        """Return the next batch, which is empty only after the one with the `Finish`."""
        while not self._batch and not self._has_ended:
            if self._failure is not None:
                if self._has_failed():
                    raise self._failure
                self._finish()
            else:
                self._read_events(await self._receive())
        batch, self._batch = self._batch, []
        self._has_begun = True
        return batch

    def close(self) -> None:
        """Close the connection now, unless the response was read to its end, which returned it to the pool."""
        self._watchdog.stop()
        self._body.close()

    # --- Waiting ---

    async def _receive(self) -> bytes:
        """Return the next piece of the stream; empty at its end."""
        if self._received:
            await asyncio.sleep(0)  # Other tasks run between the pieces.
        else:
            self._received = await self._receive_any()
        # After a failure, nothing more is received: the rest is one piece.
        size = PIECE_BYTES if self._failure is None else len(self._received)
        piece, self._received = self._received[:size], self._received[size:]
        return piece

    async def _receive_any(self) -> bytes:
        self._watchdog.watch(self._deadline())
        try:
            received = await self._content.readany()
        except ProviderTimeoutError as error:
            self._failure = error
        except (aiohttp.ClientError, OSError):
            self._failure = ProviderInterruptedError("the connection to the model service broke")
        else:
            if not self._has_begun:
                self._first.restart_silence()
            return received
        finally:
            self._watchdog.end_wait()
        # The stream raises its failure before it returns what it received earlier; that text must not be lost.
        return self._content._read_nowait(-1)  # noqa: SLF001

    def _deadline(self) -> float:
        if self._done_by is not None:
            return self._done_by
        # A finish before any text is a mistake of some gateways, which send the answer after it; others send one with
        # each chunk.
        if self._reason is not None and self.text.has_text and not self._is_finish_early:
            return self._loop.time() + settings.USAGE_WAIT_SECONDS
        return self._loop.time() + self._between if self._has_begun else self._first.deadline

    def _expire(self) -> None:
        self._content.set_exception(ProviderTimeoutError("the model service sent nothing for too long"))

    # --- Parsing ---

    def _read_events(self, received: bytes) -> None:
        try:
            for event in self._sse.feed(received) if received else self._sse.end():
                self._read_event(event)
            if not received:
                self._read_held_choice()
        except ProviderError as error:
            self._failure = error
        except SseError:
            self._failure = ProviderError("the model service sent an event that is too long")
        if self._failure is None and (
            not received or (self._done_by is not None and self._loop.time() > self._done_by)
        ):
            self._failure = ProviderInterruptedError("the stream ended without a finish")
        if self._failure is not None and self._has_failed():
            self._batch += self.text.end()

    def _has_failed(self) -> bool:
        """Return whether the failure counts: after the end of the answer, only a reported error does."""
        has_end = self._reason is not None or self._is_whole or self._done_by is not None
        return isinstance(self._failure, ModelReportedError) or (self._failure is not None and not has_end)

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
                self._read_chunk(chunk, data)
        elif is_done(data):
            if self._done_by is None:
                self._read_held_choice()
                self._done_by = self._loop.time() + GRACE_AFTER_DONE_SECONDS
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
        for one in objects:
            self._read_chunk(decode_chunk(one), one)
        if not is_all:
            raise ProviderError("the model service sent something that is not JSON")

    def _read_chunk(self, chunk: ChunkJson, data: bytes) -> None:
        if chunk.usage is not None:
            self._usage = chunk.usage.merge(self._usage)
        if chunk.choices and self._done_by is None:
            for choice in chunk.choices:
                if choice.index == self._index:
                    self._read_choice(choice, chunk.kind, data)
                else:
                    self._hold_other_choice(choice, chunk, data)
        if (chunk.error is not None or chunk.kind != CHUNK_OBJECT or chunk.x_groq is not None) and chunk.is_error:
            raise make_reported_error(data)

    def _hold_other_choice(self, choice: ChoiceJson, chunk: ChunkJson, data: bytes) -> None:
        """Hold a choice with an unexpected index; it is the answer if the next chunk has only this one, too."""
        is_alone = all(other.index == choice.index for other in chunk.choices or ())
        if self.text.has_text or not is_alone or (find_text(choice) is None and not choice.finish_reason):
            return
        if self._held is None:
            self._held = choice, chunk.kind, data
        else:
            self._index = choice.index
            self._read_held_choice()
            self._read_choice(choice, chunk.kind, data)

    def _read_held_choice(self) -> None:
        held, self._held = self._held, None
        if held is not None and not self.text.has_text:
            self._read_choice(*held)

    def _read_choice(self, choice: ChoiceJson, kind: str | None, data: bytes) -> None:
        before = None if self._reason is None else len(self._batch)
        delta = choice.delta
        if delta is not None:
            self._batch += self.text.read(delta)
        message = choice.message
        if message is not None and (delta is None or not delta.content):
            self._read_message(message, kind)
        if choice.text and (delta is None or not delta.content):
            self._batch += self.text.read(DeltaJson(content=choice.text))
        if before is not None and len(self._batch) > before:
            self._is_finish_early = True
        if choice.usage is not None:
            self._usage = choice.usage.merge(self._usage)
        if (choice.finish_reason or choice.finishReason) and (reason := read_finish_reason(choice)):
            self._reason = choose_finish_reason(self._reason, reason)
        if (choice.error is not None or message is not None or (delta is not None and delta.error is not None)) and (
            choice_has_error(choice)
        ):
            raise make_reported_error(data)

    def _read_message(self, message: DeltaJson, kind: str | None) -> None:
        """Read a whole completion in an event, or a piece under its name; a later one repeats the answer.

        Perplexity repeats it with each event, a little longer.
        """
        before, content = self._message, message.content or ""
        if before is None and self.text.has_text:
            return
        if kind == CHUNK_OBJECT or (before is None and not (self._has_begun or self._batch)):
            self._batch += self.text.read(message)
        elif content.startswith(before or "") and len(content) > len(before or ""):
            self._batch += self.text.read(DeltaJson(content=content.removeprefix(before or "")))
        self._is_whole = kind != CHUNK_OBJECT and (before is None or content == before)
        self._message = content

    def _finish(self) -> None:
        self._has_ended = True
        self._batch += self.text.end(is_cut_off=status_of_finish_reason(self._reason) is AnswerStatus.LENGTH)
        self._batch.append(Finish(self._reason, self._usage))
