"""Continuation of an interrupted answer: a repetition of its end is trimmed, and no other text."""

from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.events import Delta, DeltaKind, Finish
from apps.chat.prompt_values import Prompt
from apps.chat.providers.base import StreamedEvent
from apps.chat.providers.errors import ProviderInterruptedError
from apps.chat.providers.openai import OpenAIProvider
from apps.chat.providers.requests.continuation import INSTRUCTION, continue_answer
from testkit.fakes.model_answers import CONTINUE_MARKER
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, make_prompt

pytestmark = pytest.mark.storeless

LONG = " ".join(f"The brown fox number {number} jumps over {number * 7} lazy dogs." for number in range(12))


async def pieces_of(before: str, *pieces: str) -> list[str]:
    """Return the deltas that a reader gets when a model continues `before` with these pieces."""

    async def model(_prompt: Prompt) -> AsyncGenerator[StreamedEvent]:
        for piece in pieces:
            yield Delta(piece)
        yield Finish("stop")

    events = [event async for event in continue_answer(model, make_prompt("x", continues=before))]
    assert isinstance(events[-1], Finish)
    return [event.text for event in events if isinstance(event, Delta)]


async def joined(before: str, *pieces: str) -> str:
    return before + "".join(await pieces_of(before, *pieces))


def test_the_fake_model_recognizes_the_instruction() -> None:
    assert INSTRUCTION.startswith(CONTINUE_MARKER)


@pytest.mark.parametrize("repeat", [0, 20, 50, 200])
@pytest.mark.parametrize("split", [0, 1])
async def test_a_repetition_of_the_end_is_trimmed(
    model_server: ModelServer, provider: OpenAIProvider, repeat: int, split: int
) -> None:
    text = f"[[repeat={repeat}]] [[split={split}]] {LONG}"
    whole = "Echo: " + LONG
    before = whole[:300]
    answer = await ask(provider, make_prompt(text, continues=before))
    assert before + answer.content == whole
    sent = model_server.requests[0].messages
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
    assert sent[2]["content"] == before


async def test_an_answer_that_was_cut_off_continues_without_a_repetition(provider: OpenAIProvider) -> None:
    text = f"[[cut=12]] [[repeat=30]] {LONG}"
    deltas: list[Delta] = []
    with pytest.raises(ProviderInterruptedError):
        await ask(provider, make_prompt(text), into=deltas)
    before = "".join(delta.text for delta in deltas)
    answer = await ask(provider, make_prompt(text, continues=before))
    assert before + answer.content == "Echo: " + LONG


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It had ", "had no effect"),
        ("one two ", " three"),
        ("a", "a"),
        ("Only this ", "this one"),
        ("no, no, no, ", "no, no, no, never"),
        ("| a |\n| --- | --- | --- ", "| --- | --- |"),
        ("```\n                ", "                return"),
        ("==========", "=========="),
        ("謝謝", "謝謝你"),
        ("0.10101010", "10101010"),
        ("完全不同的開頭", "然後是別的"),
    ],
)
async def test_text_that_only_resembles_the_end_is_kept(before: str, after: str) -> None:
    assert await joined(before, *after) == before + after


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("the lazy dog jumps", "dog jumps over", "the lazy dog jumps over"),
        ("今天的天氣非常好", "天氣非常好，我們去", "今天的天氣非常好，我們去"),
        ("x = compute(a)", "compute(a)", "x = compute(a)"),
    ],
)
async def test_a_short_repetition_is_trimmed(before: str, after: str, whole: str) -> None:
    assert await joined(before, *after) == whole
    assert await joined(before, after) == whole


async def test_text_is_held_back_no_longer_than_needed() -> None:
    # " elephant" is not in the earlier text: its first letter that differs releases everything.
    pieces = await pieces_of("the lazy dog jumps over", "the lazy", " elephant", " sleeps", " well")
    assert pieces == ["the lazy elephant", " sleeps", " well"]
    assert await pieces_of("the lazy dog jumps over", "Zebra", " x") == ["Zebra", " x"]
    # "go" is in the earlier text, but what it could grow into is too short to be trimmed.
    assert await pieces_of("ready, steady, go go", "go", " on") == ["go", " on"]


async def test_reasoning_is_never_held_back() -> None:
    async def model(_prompt: Prompt) -> AsyncGenerator[StreamedEvent]:
        yield Delta("hmm", DeltaKind.REASONING)
        yield Delta("dog jumps")
        yield Delta("hmm", DeltaKind.REASONING)
        yield Delta(" on")
        yield Finish("stop")

    events = [event async for event in continue_answer(model, make_prompt("x", continues="the dog jumps"))]
    thought = Delta("hmm", DeltaKind.REASONING)
    assert events == [thought, thought, Delta(" on"), Finish("stop")]


async def test_held_text_is_released_when_the_model_fails() -> None:
    async def model(_prompt: Prompt) -> AsyncGenerator[StreamedEvent]:
        yield Delta("the lazy dog")
        raise ProviderInterruptedError("x")

    text: list[StreamedEvent] = []
    with pytest.raises(ProviderInterruptedError):  # noqa: PT012 - the events before the failure are what is tested
        async for event in continue_answer(model, make_prompt("x", continues="the lazy dog jumps over")):
            text.append(event)  # noqa: PERF401
    assert text == [Delta("the lazy dog")]


@settings(deadline=None)
@given(before=st.text("ab c", max_size=250), after=st.text("ab c", max_size=250), chance=st.data())
async def test_only_a_repetition_is_trimmed(before: str, after: str, chance: st.DataObject) -> None:
    cuts = sorted(chance.draw(st.lists(st.integers(0, len(after)), max_size=5)))
    edges = [0, *cuts, len(after)]
    pieces = [after[start:end] for start, end in pairwise(edges) if start < end]
    text = "".join(await pieces_of(before, *pieces))
    assert after.endswith(text)
    trimmed = after[: len(after) - len(text)]
    assert before.endswith(trimmed)
