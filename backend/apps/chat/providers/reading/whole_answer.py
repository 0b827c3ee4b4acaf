"""Reader of an answer that a service sends as JSON in place of an event stream."""

import asyncio
import codecs
import json
from collections.abc import Sequence

import aiohttp

from apps.chat.events import AnswerStatus, Delta, Finish, Reclassified, Usage
from apps.chat.providers.connection.response_body import LARGE_JSON, Body
from apps.chat.providers.connection.waits import FirstTokenWait
from apps.chat.providers.errors import ProviderError, ProviderInterruptedError, ProviderTimeoutError
from apps.chat.providers.failures.classification import make_reported_error
from apps.chat.providers.failures.retries import TransientError
from apps.chat.providers.finish_reasons import choose_finish_reason, status_of_finish_reason
from apps.chat.providers.reading.answer_text import AnswerTextReader, Batch
from apps.chat.providers.reading.chunk_decoding import decode_chunk
from apps.chat.providers.reading.chunks import (
    CHUNK_OBJECT,
    ChoiceJson,
    ChunkJson,
    choice_has_error,
    find_text,
    read_finish_reason,
)
from apps.chat.providers.reading.json_objects import MAX_PARTS_PER_BODY, split_objects, unquote_object
from apps.chat.providers.reading.sse import is_done

_MAX_BYTES = 8 * 1024 * 1024


class WholeAnswerReader:
    """Reads one answer as one batch; the counterpart of `StreamedAnswerReader`.

    The body is one completion, or the chunks of a stream without events: one JSON object after the other, as Ollama's
    own API sends them.
    """

    def __init__(self, body: Body, text: AnswerTextReader, *, first_token: FirstTokenWait) -> None:
        """Read from `body`, which may be silent as long as `first_token` allows."""
        self._body = body
        self.text = text
        self._first_token = first_token
        self._is_read = False
        self._failure: ProviderError | None = None

    async def next_batch(self) -> Batch:
        """Return the whole answer, then an empty batch."""
        if self._failure is not None:
            raise self._failure
        if self._is_read:
            return []
        self._is_read = True
        body = await self._read_body()
        return await asyncio.to_thread(self._read_answer, body) if len(body) > LARGE_JSON else self._read_answer(body)

    async def _read_body(self) -> bytes:
        body = bytearray(self._body.beginning)
        try:
            while True:
                async with asyncio.timeout_at(self._first_token.deadline):
                    part = await self._body.content.readany()
                if not part:
                    return bytes(body)
                self._first_token.restart_silence()
                body += part
                if len(body) > _MAX_BYTES:
                    raise ProviderError("the model service sent an answer that is too long")
        except TimeoutError:
            raise ProviderTimeoutError("the model service did not end its answer in time") from None
        except (aiohttp.ClientError, OSError):
            body += self._body.content._read_nowait(-1)  # noqa: SLF001 - aiohttp has no public way
            if not _is_whole(body):
                raise TransientError("the connection to the model service broke before the first token") from None
            return bytes(body)

    def _read_answer(self, body: bytes) -> Batch:
        body = unquote_object(body.lstrip(codecs.BOM_UTF8).strip())
        objects, is_all = split_objects(body, MAX_PARTS_PER_BODY)
        if not objects:
            raise ProviderError("the model service sent something that is not an answer in JSON")
        batch: Batch = []
        reason: str | None = None
        usage: Usage | None = None
        is_whole = is_done(body.rpartition(b"\n")[2].removeprefix(b"data:").strip())
        for data in objects:
            chunk = decode_chunk(data)
            choice = _choose(chunk, is_alone=len(objects) == 1)
            if choice is not None:
                batch += self._read_choice(choice)
                reason = choose_finish_reason(reason, read_finish_reason(choice))
                usage = choice.usage.merge(usage) if choice.usage is not None else usage
            usage = chunk.usage.merge(usage) if chunk.usage is not None else usage
            is_whole = is_whole or (choice is not None and choice.delta is None)
            if chunk.is_error or (choice is not None and choice_has_error(choice)):
                self._failure = make_reported_error(data)
                break
        batch += self.text.end(is_cut_off=status_of_finish_reason(reason) is AnswerStatus.LENGTH)
        if self._failure is None and not (is_all and (is_whole or reason is not None)):
            self._failure = ProviderInterruptedError("the answer has no end")
        if self._failure is None:
            return [*batch, Finish(reason, usage)]
        if not batch:
            raise self._failure
        return batch

    def _read_choice(self, choice: ChoiceJson) -> Sequence[Delta | Reclassified]:
        text = find_text(choice)
        return () if text is None else self.text.read(text)

    def close(self) -> None:
        """Close the connection, unless the response was read to its end, which returned it to the pool."""
        self._body.close()


def _is_whole(body: bytes | bytearray) -> bool:
    """Return whether a body whose connection broke is a whole JSON value: only its declared length was wrong."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _choose(chunk: ChunkJson, *, is_alone: bool) -> ChoiceJson | None:
    """Return the choice that is asked for; an empty one for a completion without any, None for another object.

    An object without choices may be a completion if it `is_alone`; among others, it has the usage, or says nothing.
    """
    if not chunk.choices:
        is_completion = chunk.kind == "chat.completion" or (is_alone and chunk.choices is not None)
        return ChoiceJson() if is_completion and chunk.kind != CHUNK_OBJECT else None
    return next((choice for choice in chunk.choices if choice.index == 0), chunk.choices[0])
