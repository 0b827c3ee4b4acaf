"""Reads the answer of a service that ignores `stream` and sends one JSON completion."""

import asyncio

import aiohttp

from apps.chat.events import Finish
from apps.chat.providers.answer_text import AnswerTextReader, Batch
from apps.chat.providers.base import ModelReportedError, ProviderError, ProviderTimeoutError
from apps.chat.providers.chunks import ChoiceJson, decode_chunk, finish_reason
from apps.chat.providers.refusals import failure_of
from apps.chat.providers.response_body import read_body
from apps.chat.providers.retries import TransientError

_MAX_BYTES = 8 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class WholeAnswerReader:
    """Reads one answer as one batch; the counterpart of `AnswerReader`."""

    def __init__(
        self, response: aiohttp.ClientResponse, text: AnswerTextReader, *, beginning: bytes, deadline: float
    ) -> None:
        """Read from `response` until `deadline`, a time of the event loop's clock; `beginning` has been read."""
        self._response = response
        self.text = text
        self._beginning = beginning
        self._deadline = deadline
        self._is_read = False

    async def next_batch(self) -> Batch:
        """Return the whole answer, then an empty batch."""
        if self._is_read:
            return []
        self._is_read = True
        try:
            async with asyncio.timeout_at(self._deadline):
                body = await read_body(self._response, _MAX_BYTES, self._beginning)
        except TimeoutError:
            raise ProviderTimeoutError("the model service did not end its answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise TransientError("the connection to the model service broke before the first token") from None
        if len(body) > _MAX_BYTES:
            raise ProviderError("the model service sent an answer that is too long")
        return self._read_answer(body)

    def _read_answer(self, body: bytes) -> Batch:
        completion = decode_chunk(body.removeprefix(_BOM))
        if completion.is_error:
            raise ModelReportedError(failure_of(None, body))
        choice = completion.choices[0] if completion.choices else ChoiceJson()
        if choice.message is None:
            raise ProviderError("the model service sent JSON without an answer")
        usage = completion.usage.update(None) if completion.usage is not None else None
        text = [*self.text.read(choice.message), *self.text.end()]
        return [*text, Finish(finish_reason(choice), usage)]

    async def drain(self) -> None:
        """Do nothing: everything has been read."""

    def close(self) -> None:
        """Close the connection, unless the response was read to its end, which returned it to the pool."""
        self._response.close()
