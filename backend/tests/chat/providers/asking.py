"""Ask a provider, and collect its answer."""

from dataclasses import dataclass

from apps.chat.events import Delta, DeltaKind, Finish, Prompt, PromptMessage, Reclassified
from apps.chat.providers.base import Provider


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


def question(text: str, *, max_tokens: int | None = None, continues: str = "", temperature: float = 0.7) -> Prompt:
    """Return a prompt with one question."""
    messages = (PromptMessage("system", "Be brief."), PromptMessage("user", text))
    return Prompt("fake-model", messages, temperature, max_tokens=max_tokens, continues=continues)


async def ask(provider: Provider, prompt: Prompt | str, *, into: list[Delta] | None = None) -> Answer:
    """Return the whole answer; if the call fails, `into` has the deltas before the failure."""
    deltas: list[Delta] = [] if into is None else into
    finish = None
    async for event in provider.stream(question(prompt) if isinstance(prompt, str) else prompt):
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
