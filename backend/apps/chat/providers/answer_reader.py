"""Reads one streamed answer from an open response: takes bytes, returns batches of deltas."""

import asyncio

import aiohttp

from apps.chat.events import Delta, Finish, Usage
from apps.chat.providers.base import ProviderError, ProviderInterruptedError, ProviderTimeoutError
from apps.chat.providers.completions import ChunkJson, decode_chunk, finish_reason
from apps.chat.providers.sse import SseError, SseEvent, SseReader
from apps.chat.providers.text import TextJoiner
from apps.chat.providers.watchdog import Watchdog

# The usage comes after the finish reason; if it does not come, the answer is complete all the same.
_GRACE_AFTER_FINISH = 2.0
_GRACE_AFTER_DONE = 0.05

type Batch = list[Delta | Finish]


class AnswerReader:
    """Reads one answer. It returns everything received before it raises a failure, so that no text is lost."""

    def __init__(self, response: aiohttp.ClientResponse, *, first_deadline: float, between: float) -> None:
        """Read from `response`. `first_deadline` is a time of the event loop's clock, `between` is in seconds."""
        self._loop = asyncio.get_running_loop()
        self._response = response
        self._content = response.content
        self._first_deadline = first_deadline
        self._between = between
        self._watchdog = Watchdog(self._loop, self._expire)
        self._sse = SseReader()
        self._joiner = TextJoiner()
        self._batch: Batch = []
        self._has_begun = False
        self._has_ended = False
        self._reason: str | None = None
        self._usage: Usage | None = None
        self._failure: ProviderError | None = None

    async def next_batch(self) -> Batch:
        """Return the next batch, which is empty only after the one with the `Finish`."""
        while not self._batch and not self._has_ended:
            if self._failure is not None:
                # A failure after the finish reason does not matter.
                if self._reason is None:
                    raise self._failure
                self._finish()
            else:
                self._read_events(await self._receive())
        batch, self._batch = self._batch, []
        self._has_begun = True
        return batch

    def close(self) -> None:
        """Close the connection at once, unless the response was read to its end, which returned it to the pool."""
        self._watchdog.stop()
        self._response.close()

    async def drain(self) -> None:
        """After the `Finish`, read to the end of the response if that is near, so that the connection can be reused."""
        try:
            async with asyncio.timeout(_GRACE_AFTER_DONE):
                while await self._content.readany():
                    pass
        except (TimeoutError, aiohttp.ClientError, OSError):
            return

    # --- Waiting ---

    async def _receive(self) -> bytes:
        self._watchdog.watch(self._deadline())
        try:
            return await self._content.readany()
        except ProviderTimeoutError as error:
            self._failure = error
        except (aiohttp.ClientError, OSError):
            self._failure = ProviderInterruptedError("the connection to the model service broke")
        finally:
            self._watchdog.rest()
        # The stream raises its failure before it returns what it received earlier; that text must not be lost.
        return self._content._read_nowait(-1)  # noqa: SLF001

    def _deadline(self) -> float:
        if self._reason is not None:
            return self._loop.time() + _GRACE_AFTER_FINISH
        return self._loop.time() + self._between if self._has_begun else self._first_deadline

    def _expire(self) -> None:
        self._content.set_exception(ProviderTimeoutError("the model service sent nothing for too long"))

    # --- Parsing ---

    def _read_events(self, received: bytes) -> None:
        try:
            for event in self._sse.feed(received):
                self._read_event(event)
                if self._has_ended:
                    return
        except ProviderError as error:
            self._failure = error
        except SseError:
            self._failure = ProviderError("the model service sent an event that is too long")
        if not received and self._failure is None:
            self._failure = ProviderInterruptedError("the stream ended without a finish")

    def _read_event(self, event: SseEvent) -> None:
        if event.data == b"[DONE]":
            if self._reason is None and not self._has_begun and not self._batch:
                raise ProviderInterruptedError("the stream ended without an answer")
            self._finish()
            return
        if event.name == b"error":
            raise ProviderError("the model service reported an error")
        self._read_chunk(decode_chunk(event.data))

    def _read_chunk(self, chunk: ChunkJson) -> None:
        if chunk.error is not None:
            raise ProviderError("the model service reported an error")
        if chunk.usage is not None:
            self._usage = chunk.usage.to_usage()
        for choice in chunk.choices or ():
            if choice.index == 0:
                if choice.delta is not None:
                    self._batch += self._joiner.read(choice.delta)
                self._reason = finish_reason(choice) or self._reason

    def _finish(self) -> None:
        self._has_ended = True
        self._batch += self._joiner.end()
        self._batch.append(Finish(self._reason, self._usage))
