"""Reads the answer of a service that ignores `stream` and sends one JSON completion."""

import asyncio

import aiohttp

from apps.chat.events import Finish
from apps.chat.providers.answer_reader import Batch
from apps.chat.providers.base import ProviderError, ProviderTimeoutError
from apps.chat.providers.completions import ChoiceJson, decode_chunk, finish_reason
from apps.chat.providers.retries import TransientError
from apps.chat.providers.text import TextJoiner

_MAX_BYTES = 8 * 1024 * 1024


class WholeAnswerReader:
    """Reads one answer as one batch; the counterpart of `AnswerReader`."""

    def __init__(self, response: aiohttp.ClientResponse, *, deadline: float) -> None:
        """Read from `response` until `deadline`, a time of the event loop's clock."""
        self._response = response
        self._deadline = deadline
        self._is_read = False

    async def next_batch(self) -> Batch:
        """Return the whole answer, then an empty batch."""
        if self._is_read:
            return []
        self._is_read = True
        try:
            async with asyncio.timeout_at(self._deadline):
                body = await read_body(self._response, _MAX_BYTES)
        except TimeoutError:
            raise ProviderTimeoutError("the model service did not end its answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise TransientError("the connection to the model service broke before the first token") from None
        if len(body) > _MAX_BYTES:
            raise ProviderError("the model service sent an answer that is too long")
        return _read_answer(body)

    async def drain(self) -> None:
        """Do nothing: everything has been read."""

    def close(self) -> None:
        """Close the connection, unless the response was read to its end, which returned it to the pool."""
        self._response.close()


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body; a longer one is cut off a little over `limit` bytes."""
    body = bytearray()
    while len(body) <= limit and (part := await response.content.readany()):
        body += part
    return bytes(body)


def _read_answer(body: bytes) -> Batch:
    completion = decode_chunk(body)
    if completion.error is not None:
        raise ProviderError("the model service reported an error")
    choice = completion.choices[0] if completion.choices else ChoiceJson()
    if choice.message is None:
        raise ProviderError("the model service sent JSON without an answer")
    joiner = TextJoiner()
    usage = completion.usage.to_usage() if completion.usage is not None else None
    return [*joiner.read(choice.message), *joiner.end(), Finish(finish_reason(choice), usage)]
