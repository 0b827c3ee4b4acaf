"""Finds the thinking that a model writes into its answer between `<think>`, `<thinking>` or `<thought>` tags."""

import re
from collections.abc import Generator, Iterator
from enum import Enum, auto

from apps.chat.events import DeltaKind, Reclassified
from apps.chat.providers.markdown_code import ends_in_code

_OPENING = re.compile(r"<(?:think(?:ing)?|thought)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_CLOSING = re.compile(r"</(?:think(?:ing)?|thought)\s{0,20}>", re.IGNORECASE)
_OPENING_TAGS = ("<think>", "<thinking>", "<thought>")
_CLOSING_TAGS = ("</think>", "</thinking>", "</thought>")
_OPEN_TAG = re.compile(r"</?(?:think(?:ing)?|thought)\s[^<>]{0,200}", re.IGNORECASE)
"""A tag with blanks or attributes that has not ended."""

_MOST_BLANKS = 200
"""Blanks at the beginning of an answer that wait for a tag."""

_MOST_TAGS_IN_TEXT = 20
"""Closing tags that are text, after which tags are no longer looked for: each costs a look at the whole text."""

type Piece = tuple[str, DeltaKind] | Reclassified


class _State(Enum):
    BEGINNING = auto()
    """Only blanks and perhaps a part of an opening tag have come."""

    THINKING = auto()
    """Between the tags."""

    THOUGHT = auto()
    """After the closing tag; blanks before the answer are dropped."""

    WATCHING = auto()
    """In the answer, which a lone closing tag may still turn into thinking."""

    ANSWER = auto()
    """In the answer; tags are text."""


class ThinkTags:
    """Splits the text of one answer into thinking and answer.

    Tags count at the beginning of the text only. A lone closing tag counts too, once: the chat templates of some models
    (DeepSeek-R1, QwQ) put the opening one into the prompt. What came before it is thinking then. With `is_hidden`,
    the opening tag is taken as read. Tags in code, and those that follow an opening tag in the text, are text.
    """

    def __init__(self, *, is_hidden: bool = False) -> None:
        """Start at the beginning of an answer."""
        self._state = _State.THINKING if is_hidden else _State.BEGINNING
        self._is_hidden = is_hidden
        self._has_thought = False
        self._held = ""
        self._seen: list[str] = []
        self._tags_in_text = 0
        self.hides_opening_tag = False
        """Whether a lone closing tag has come."""

    def passes(self, text: str) -> bool:
        """Return whether `text` is answer as it is, which nearly all text is; otherwise `read` has to split it."""
        if self._state is _State.ANSWER:
            return True
        if self._state is not _State.WATCHING or self._held or "<" in text:
            return False
        self._seen.append(text)
        return True

    def read(self, text: str) -> Iterator[Piece]:
        """Yield the pieces of `text`; a part of a tag at its end waits for the rest."""
        while text or self._held:
            text, self._held = self._held + text, ""
            before = self._state
            match before:
                case _State.BEGINNING:
                    text = self._begin(text)
                case _State.THINKING:
                    text = yield from self._think(text)
                case _State.THOUGHT:
                    text = text.lstrip()
                    if text:
                        self._state = _State.ANSWER
                case _State.WATCHING:
                    text = yield from self._watch(text)
                case _State.ANSWER:
                    yield text, DeltaKind.CONTENT
                    return
            if self._state is before:
                return

    def reasoning_came(self) -> None:
        """Take note that the service sends the thinking apart: closing tags are text."""
        if self._state is _State.WATCHING:
            self._state = _State.ANSWER
        elif self._is_hidden and not self._has_thought:
            # At most the closing tag is left over at the beginning of the text.
            self._state = _State.BEGINNING
            self._is_hidden = False

    def end(self, *, is_cut_off: bool) -> Iterator[Piece]:
        """Yield what waits at the end; `is_cut_off` says that the model had no tokens left.

        Text that only seemed to be thinking, because the model's last answer hid the opening tag, was none if the
        closing tag has not come, unless the answer was cut off in the middle of it.
        """
        held, self._held = self._held, ""
        if self._state is not _State.THINKING:
            if held:
                yield held, DeltaKind.CONTENT
            return
        if held:
            yield held, DeltaKind.REASONING
        if self._is_hidden and self._has_thought and not is_cut_off:
            yield Reclassified(DeltaKind.CONTENT)

    def _begin(self, text: str) -> str:
        stripped = text.lstrip()
        if opening := _OPENING.match(stripped):
            self._state = _State.THINKING
            return stripped[opening.end() :]
        if len(text) < _MOST_BLANKS and _may_become(stripped, _OPENING_TAGS):
            self._held = text
            return ""
        self._state = _State.WATCHING
        return text

    def _think(self, text: str) -> Generator[Piece, None, str]:
        if not self._has_thought:
            text = text.lstrip()
            if self._is_hidden and (opening := _OPENING.match(text)):
                self._is_hidden = False
                text = text[opening.end() :].lstrip()
        closing = _CLOSING.search(text)
        thought = text[: closing.start()].rstrip() if closing else _without_part_of(text, _CLOSING_TAGS).rstrip()
        if thought and not (self._is_hidden and not self._has_thought and _may_become(thought, _OPENING_TAGS)):
            self._has_thought = True
            yield thought, DeltaKind.REASONING
        elif not closing:
            thought = ""
        if closing:
            self.hides_opening_tag = self._is_hidden
            self._state = _State.THOUGHT
            return text[closing.end() :]
        self._held = text[len(thought) :]
        if len(self._held) > _MOST_BLANKS:
            yield self._held, DeltaKind.REASONING
            self._held = ""
        return ""

    def _watch(self, text: str) -> Generator[Piece, None, str]:
        closing = _CLOSING.search(text)
        if closing and self._is_lone("".join(self._seen) + text[: closing.start()]):
            if any(self._seen):
                yield Reclassified(DeltaKind.REASONING)
            if thought := text[: closing.start()].rstrip():
                yield thought, DeltaKind.REASONING
            self.hides_opening_tag = True
            self._state = _State.THOUGHT
            return text[closing.end() :]
        self._tags_in_text += closing is not None
        if self._tags_in_text > _MOST_TAGS_IN_TEXT:
            self._state = _State.ANSWER
            return text
        shown = _without_part_of(text, _CLOSING_TAGS)
        self._held = text[len(shown) :]
        if shown:
            self._seen.append(shown)
            yield shown, DeltaKind.CONTENT
        return ""

    @staticmethod
    def _is_lone(before: str) -> bool:
        return not _OPENING.search(before) and not ends_in_code(before)


def _may_become(text: str, tags: tuple[str, ...]) -> bool:
    is_part = any(tag.startswith(text.lower()) for tag in tags)
    return is_part or (text[1:2].lower() == tags[0][1:2] and _OPEN_TAG.fullmatch(text) is not None)


def _without_part_of(text: str, tags: tuple[str, ...]) -> str:
    """Return `text` without a beginning of one of `tags` at its end."""
    start = text.rfind("<")
    return text[:start] if start >= 0 and _may_become(text[start:], tags) else text
