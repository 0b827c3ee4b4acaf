"""Continuation of an interrupted answer with services that cannot continue a given beginning.

The partial answer is sent as the model's last message, with an instruction to continue. Models tend to repeat the last
words first, so an overlap between the end of the old text and the beginning of the new text is removed.
"""

import unicodedata
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from apps.chat.events import Delta, DeltaKind, Finish, Reclassified
from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.base import StreamedEvent
from apps.chat.providers.errors import ProviderError

INSTRUCTION = (
    "Continue your last answer exactly where it stopped, in the same language and format. "
    "Do not repeat any of it, do not apologise and do not comment: write only what comes next."
)
MAX_OVERLAP = 200

# An overlap removed by mistake loses text; one left in is a repeated word that a user overlooks. So short ones stay
# ("had had"), and so do blanks, rules and table cells, which have few different letters.
_MIN_WIDTH = 8
_MIN_DIFFERENT = 4


async def continue_answer(
    stream: Callable[[Prompt], AsyncGenerator[StreamedEvent]], prompt: Prompt
) -> AsyncGenerator[StreamedEvent]:
    """Stream what follows `prompt.continues`, without a repetition of its end."""
    overlap = _Overlap(prompt.continues)
    async with aclosing(stream(_add_instruction(prompt))) as events:
        try:
            async for event in events:
                if overlap.is_decided or (isinstance(event, Delta) and event.kind is DeltaKind.REASONING):
                    yield event
                elif isinstance(event, Finish | Reclassified):
                    for delta in overlap.decide():
                        yield delta
                    yield event
                else:
                    for delta in overlap.add(event.text):
                        yield delta
        except ProviderError:
            for delta in overlap.decide():
                yield delta
            raise


def _add_instruction(prompt: Prompt) -> Prompt:
    so_far = PromptMessage("assistant", prompt.continues)
    return replace(prompt, messages=(*prompt.messages, so_far, PromptMessage("user", INSTRUCTION)), continues="")


class _Overlap:
    """Holds back the beginning of the new text while it may still repeat the end of the old text."""

    def __init__(self, before: str) -> None:
        self._tail = before[-MAX_OVERLAP:]
        self._held = ""
        self.is_decided = False

    def add(self, text: str) -> Sequence[Delta]:
        """Return the text that can be released after `text`."""
        self._held += text
        start = self._tail.find(self._held)
        # Held text that occurs in the tail may still grow into an overlap that reaches the end of the tail.
        return () if start >= 0 and _is_repetition(self._tail[start:]) else self.decide()

    def decide(self) -> Sequence[Delta]:
        """Return the held text without the longest repetition."""
        self.is_decided = True
        held, self._held = self._held, ""
        for length in range(min(len(held), len(self._tail)), 0, -1):
            if self._tail.endswith(held[:length]):
                held = held[length:] if _is_repetition(held[:length]) else held
                break
        return (Delta(held),) if held else ()


def _is_repetition(overlap: str) -> bool:
    # A Chinese character carries about as much as half a short word, and is two columns wide.
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in overlap)
    different = {character for character in overlap if character.isalnum()}
    return width >= _MIN_WIDTH and len(different) >= _MIN_DIFFERENT
