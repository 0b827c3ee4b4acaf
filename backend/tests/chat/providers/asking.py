"""Questions to a provider, and their collected answers."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest

from apps.chat.events import Delta, DeltaKind, Finish, Reclassified
from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.base import Provider
from apps.chat.providers.errors import ProviderError


@dataclass(frozen=True)
class Answer:
    """The deltas and the finish of one call."""

    deltas: list[Delta]
    finish: Finish

    @property
    def content(self) -> str:
        return _text(self.deltas, DeltaKind.CONTENT)

    @property
    def reasoning(self) -> str:
        return _text(self.deltas, DeltaKind.REASONING)


def make_prompt(text: str, *, max_tokens: int | None = None, continues: str = "", temperature: float = 0.7) -> Prompt:
    messages = (PromptMessage("system", "Be brief."), PromptMessage("user", text))
    return Prompt("fake-model", messages, temperature, max_tokens=max_tokens, continues=continues)


async def ask(provider: Provider, prompt: Prompt | str, *, into: list[Delta] | None = None) -> Answer:
    """Return the whole answer; if the call fails, `into` has the deltas before the failure."""
    deltas: list[Delta] = [] if into is None else into
    finish = None
    async for event in provider.stream(make_prompt(prompt) if isinstance(prompt, str) else prompt):
        assert finish is None, "nothing may follow the finish"
        assert not isinstance(event, Reclassified)
        if isinstance(event, Delta):
            assert event.text
            deltas.append(event)
        else:
            finish = event
    assert finish is not None
    return Answer(deltas, finish)


def _text(deltas: list[Delta], kind: DeltaKind) -> str:
    return "".join(delta.text for delta in deltas if delta.kind is kind)


def raw(*chunks: dict[str, Any] | str, end: str = "data: [DONE]\n\n") -> str:
    """Return the instruction that makes the fake service send exactly these chunks."""
    lines = [chunk if isinstance(chunk, str) else f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return f"[[raw={base64.b64encode(''.join([*lines, end]).encode()).decode()}]]"


def chunk(finish: object = None, **delta: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


async def expect_failure(provider: Provider, text: str, error: type[ProviderError]) -> str:
    """Ask a question whose call must fail with an `error`; return the text before the failure."""
    deltas: list[Delta] = []
    with pytest.raises(error):
        await ask(provider, text, into=deltas)
    return "".join(delta.text for delta in deltas)
