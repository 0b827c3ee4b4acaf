"""Streams that arrive faster than they are read: other tasks still run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from apps.chat.providers.connection.response_body import open_body
from apps.chat.providers.connection.waits import FirstTokenWait
from apps.chat.providers.forwarding.forwarded_answer import HttpForwardedAnswer
from apps.chat.providers.reading.answer_text import AnswerTextReader
from apps.chat.providers.reading.streamed_answer import StreamedAnswerReader

pytestmark = pytest.mark.store_independent

EVENTS = b"data: {}\n\n" * 50_000
END = b'data: {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
MIN_TURNS = 10
"""Far fewer than the stream has pieces."""


class ReadyContent:
    """A body that has arrived completely: reading it never waits."""

    def __init__(self) -> None:
        self._left = [EVENTS + END]

    async def readany(self) -> bytes:
        return self._left.pop() if self._left else b""


async def read_for_a_chat(response: Any, first_token: FirstTokenWait) -> None:
    body = await open_body(response, first_token)
    reader = StreamedAnswerReader(body, AnswerTextReader(), first_token=first_token, token_timeout=60.0)
    while await reader.next_batch():
        pass
    reader.close()


async def read_for_a_program(response: Any, first_token: FirstTokenWait) -> None:
    chunks: AsyncIterator[Any] = HttpForwardedAnswer(response, first_token=first_token, token_timeout=60.0).chunks()
    assert [chunk["choices"][0]["delta"] async for chunk in chunks] == [{"content": "Hi"}]


@pytest.mark.parametrize("read", [read_for_a_chat, read_for_a_program])
async def test_other_tasks_run_while_a_fast_stream_is_read(read: Callable[[Any, FirstTokenWait], Any]) -> None:
    response = SimpleNamespace(
        content=ReadyContent(), content_type="text/event-stream", charset="utf-8", headers={}, close=lambda: None
    )
    turns = 0
    reading = asyncio.create_task(read(response, FirstTokenWait(silence=60.0, limit=60.0)))
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    await reading
    assert turns > MIN_TURNS
