"""The fake model of the bench, called over HTTP as a provider does."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from time import monotonic_ns
from typing import Any

import aiohttp
import msgspec
import pytest

from bench.demand import Demand
from bench.fake_model import listen


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    server, port = await listen()
    async with server, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


def question(words: str, **fields: Any) -> dict[str, Any]:
    return {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": words}], **fields}


async def events(http: aiohttp.ClientSession, body: dict[str, Any]) -> list[bytes]:
    async with http.post("/v1/chat/completions", json=body) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        text = await response.read()
    *lines, end = text.split(b"\n\n")
    assert end == b""
    assert all(line.startswith(b"data: ") for line in lines)
    return [line.removeprefix(b"data: ") for line in lines]


def tokens(events: list[bytes]) -> list[tuple[int, int]]:
    chunks = [msgspec.json.decode(event) for event in events[:-1]]
    texts = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"]]
    pairs = [token.split(":") for token in "".join(texts).split()]
    return [(int(number), int(sent)) for number, sent in pairs]


@pytest.mark.parametrize("rate", [0, 500])
async def test_an_answer_has_each_number_once_with_its_time(http: aiohttp.ClientSession, rate: int) -> None:
    begin = monotonic_ns()

    answer = await events(http, question(f"rate={rate} tokens=300 seed=4"))

    numbers, times = zip(*tokens(answer), strict=True)
    assert numbers == tuple(range(300))
    assert list(times) == sorted(times)
    assert begin < times[0]
    assert times[-1] < monotonic_ns()
    assert answer[-1] == b"[DONE]"
    assert msgspec.json.decode(answer[-2])["choices"][0]["finish_reason"] == "stop"


async def test_tokens_are_sent_at_the_rate_of_the_question(http: aiohttp.ClientSession) -> None:
    begin = monotonic_ns()

    answers = await asyncio.gather(*(events(http, question(f"rate=200 tokens=41 seed={seed}")) for seed in range(20)))

    for answer in answers:
        for number, at in tokens(answer):
            assert at >= begin + number * 5_000_000 - 1_000_000, "no token is sent before its time"


async def test_usage_is_sent_on_request(http: aiohttp.ClientSession) -> None:
    answer = await events(http, question("rate=0 tokens=7", stream_options={"include_usage": True}))

    assert msgspec.json.decode(answer[-2])["usage"]["completion_tokens"] == 7


async def test_a_title_is_sent_immediately_without_numbers(http: aiohttp.ClientSession) -> None:
    system = {"role": "system", "content": "Write a short title for this conversation."}
    user = {"role": "user", "content": "rate=1 tokens=1000"}

    answer = await events(http, {"model": "fake-model", "stream": True, "messages": [system, user]})

    chunks = [msgspec.json.decode(event) for event in answer[:-1]]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "Numbers"


async def test_an_answer_without_streaming_is_one_json_object(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/chat/completions", json=question("tokens=3", stream=False)) as response:
        assert (await response.json())["choices"][0]["message"]["content"]


async def test_at_rate_0_the_model_waits_for_a_reader_that_does_not_read(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/chat/completions", json=question("rate=0 tokens=120000")) as response:
        first = await response.content.readline()
        await events(http, question("rate=0 tokens=80000"))
        read_on_ns = monotonic_ns()
        rest = (first + await response.content.read()).split(b"\n\n")

    sent = tokens([event.removeprefix(b"data: ") for event in rest if event])
    assert [number for number, _ in sent] == list(range(120_000))
    assert sum(at < read_on_ns for _, at in sent) < 50_000, "more than the network's buffers hold was sent"


@pytest.mark.parametrize(("path", "status"), [("/v1/models", 200), ("/v1/other", 404)])
async def test_only_known_paths_are_found(http: aiohttp.ClientSession, path: str, status: int) -> None:
    async with http.get(path) as response:
        assert response.status == status


async def test_a_malformed_request_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/chat/completions", data=b"{") as response:
        assert response.status == 400


def test_phases_are_spread_over_the_interval() -> None:
    phases = sorted(Demand(rate=50, seed=seed).phase_ns for seed in range(200))

    gaps = [after - before for before, after in pairwise(phases)]
    assert max(gaps) < 3 * Demand(rate=50).interval_ns / 200
