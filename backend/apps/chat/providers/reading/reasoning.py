"""The reasoning that a model writes into its answer between tags like `<think>` and `</think>`."""

import re
from collections.abc import Generator, Iterator
from enum import Enum, auto
from itertools import islice

from apps.chat.events import DeltaKind, Reclassified
from apps.chat.providers.reading.markdown_code import ends_in_code
from apps.chat.providers.reading.reasoning_tags import (
    ALL_TAGS,
    BEGINNINGS,
    EMPTY_TAG,
    HEADERS,
    LONE_TAGS,
    Tags,
    may_become,
    remove_unfinished_tag,
)

_MAX_BLANKS = 200
"""Blanks at the beginning of an answer that wait for a tag."""

_MAX_TAGS_IN_TEXT = 20
"""Closing tags that are text, after which tags are no longer searched for: each costs a scan of the whole text."""

_BLANKS = re.compile(r"[\s\ufeff\u200b\u2060]*")
"""Blanks before a tag; some tokenizers leave blanks at the beginning of a text, too."""

type Piece = tuple[str, DeltaKind] | Reclassified


class _State(Enum):
    BEGINNING = auto()
    """Only blanks and perhaps a part of an opening tag since the beginning, or since a closing tag."""

    REASONING = auto()
    """Between the tags."""

    WATCHING = auto()
    """In the answer, which a lone closing tag may still turn into reasoning."""

    ANSWER = auto()
    """In the answer; tags are text."""


class ReasoningSplitter:
    """Splits the text of one answer into reasoning and answer.

    - `<think>a</think>b`: a is reasoning, b is the answer. Blanks and other reasoning may come before.
    - `a</think>b`: the same, once. The chat templates of some models (DeepSeek-R1, QwQ) put the opening tag into the
      prompt.
    - `<think>a<think>b</think>c</think>d`: all but d is reasoning.
    - `a <think>b</think>c`: all is the answer, because the opening tag follows other text.
    - Tags in code are text. In reasoning, only a closing tag in backticks is: other code there may be left open.

    With `is_hidden`, the text begins as reasoning, and a pair of tags in it closes nothing.
    """

    def __init__(self, *, is_hidden: bool = False) -> None:
        self._state = _State.REASONING if is_hidden else _State.BEGINNING
        self._is_hidden = is_hidden
        self._tags = LONE_TAGS
        self._has_closed = False
        self._has_reasoned = False
        self._is_nested = False
        self._last = ""
        """The last character of the reasoning so far."""
        self._gap = ""
        """Blank lines between earlier reasoning and the next."""
        self._held = ""
        """Text that waits, because it may be part of a tag."""
        self._seen: list[str] = []
        """The text since the last tag that counts."""
        self._tags_in_text = 0
        self.hides_opening_tag = False
        """Whether a lone closing tag has been seen."""

    def is_plain_answer(self, text: str) -> bool:
        """Return whether all of `text` is answer, as nearly all text is; otherwise `read` has to split it."""
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
                case _State.REASONING:
                    text = yield from self._read_reasoning(text)
                case _State.WATCHING:
                    text = yield from self._watch(text)
                case _State.ANSWER:
                    yield text, DeltaKind.CONTENT
                    return
            if self._state is before:
                return

    def note_separate_reasoning(self) -> None:
        """Note that the service sends the reasoning separately: closing tags are then text."""
        if self._state is _State.WATCHING and not self._held:
            self._state = _State.ANSWER
        elif self._is_hidden and not self._has_reasoned:
            # At most the closing tag is left over at the beginning of the text.
            self._state = _State.BEGINNING
            self._is_hidden = False

    def end(self, *, is_cut_off: bool) -> Iterator[Piece]:
        """Yield what waits at the end; `is_cut_off` says that the model had no tokens left.

        If the model's last answer hid the opening tag, text without a closing tag was taken for reasoning; it is
        answer, unless the model was cut off before that tag.
        """
        held, self._held = self._held, ""
        if self._state is not _State.REASONING:
            if held:
                yield held, DeltaKind.CONTENT
            return
        if held:
            yield held, DeltaKind.REASONING
        if self._is_hidden and self._has_reasoned and not is_cut_off:
            yield Reclassified(DeltaKind.CONTENT)

    def _begin(self, text: str) -> str:
        stripped = _BLANKS.sub("", text, count=1)
        while header := next((mark for mark in HEADERS if stripped.startswith(mark)), ""):
            text = stripped = stripped.removeprefix(header).lstrip()
        while empty := EMPTY_TAG.match(stripped):
            text = stripped = stripped[empty.end() :].lstrip()
            self._has_closed = True
        for tags in ALL_TAGS:
            if opening := tags.opening.match(stripped):
                self._open(tags)
                return stripped[opening.end() :]
        beginnings = BEGINNINGS
        if self._has_closed:
            beginnings += self._tags.closings
            closing = self._tags.closing.match(stripped)
            text = stripped = stripped[closing.end() :].lstrip() if closing else stripped
        if len(text) < _MAX_BLANKS and may_become(stripped, beginnings):
            self._held = text
            return ""
        self._state = _State.ANSWER if self._has_closed and not self._is_nested else _State.WATCHING
        return text

    def _open(self, tags: Tags) -> None:
        self._state, self._tags, self._last = _State.REASONING, tags, ""
        self._gap = "\n\n" if self._has_reasoned else ""
        self._has_reasoned = False
        self._seen.clear()

    def _close(self) -> None:
        self._state, self._has_closed, self._is_hidden = _State.BEGINNING, True, False
        self._seen.clear()

    def _read_reasoning(self, text: str) -> Generator[Piece, None, str]:
        if not self._has_reasoned:
            text = text.lstrip()
            if opening := self._tags.opening.match(text):
                # The tag is in both the chat template and the model's answer.
                self._is_hidden = False
                text = text[opening.end() :].lstrip()
        closing = self._find_closing(text)
        is_closed = closing is not None and not self._may_be_quoted(text, closing)
        rest = text[: closing.start()] if closing else remove_unfinished_tag(text, self._tags.closings)
        reasoning = rest.rstrip()
        if reasoning and (self._has_reasoned or not may_become(reasoning, self._tags.openings)):
            yield self._gap + reasoning, DeltaKind.REASONING
            self._has_reasoned, self._gap, self._last = True, "", reasoning[-1]
            self._seen.append(reasoning)
        elif not is_closed:
            reasoning = ""
        if closing and is_closed:
            self.hides_opening_tag = self.hides_opening_tag or self._is_hidden
            self._is_nested = not self._is_hidden and _has_opening("".join(self._seen))
            self._close()
            return text[closing.end() :]
        self._held = text[len(reasoning) :]
        if len(self._held) > _MAX_BLANKS:
            yield self._held, DeltaKind.REASONING
            self._held = ""
        return ""

    def _find_closing(self, text: str) -> re.Match[str] | None:
        """Return the first closing tag that is not in backticks, and has no opening one if the first is hidden."""
        for closing in self._tags.closing.finditer(text):
            is_quoted = self._may_be_quoted(text, closing) and closing.end() < len(text)
            if not is_quoted and not (self._is_hidden and self._has_partner(text[: closing.start()])):
                return closing
        return None

    def _has_partner(self, before: str) -> bool:
        """Return whether the text since the last tag that counts has more opening tags than closing ones."""
        before = "".join(self._seen) + before
        openings = sum(1 for _ in islice(self._tags.opening.finditer(before), _MAX_TAGS_IN_TEXT))
        return openings > sum(1 for _ in self._tags.closing.finditer(before))

    def _may_be_quoted(self, text: str, closing: re.Match[str]) -> bool:
        before = text[closing.start() - 1] if closing.start() else self._last
        return before == "`" and text[closing.end() : closing.end() + 1] in {"", "`"}

    def _watch(self, text: str) -> Generator[Piece, None, str]:
        if closing := self._find_lone_closing(text):
            if any(self._seen):
                yield Reclassified(DeltaKind.REASONING)
            if reasoning := text[: closing.start()].rstrip():
                yield reasoning, DeltaKind.REASONING
            self.hides_opening_tag = not self._is_nested
            self._has_reasoned, self._is_nested = True, False
            self._close()
            return text[closing.end() :]
        if self._tags_in_text > _MAX_TAGS_IN_TEXT:
            self._state = _State.ANSWER
            return text
        shown = remove_unfinished_tag(text, LONE_TAGS.closings)
        self._held = text[len(shown) :]
        if shown:
            self._seen.append(shown)
            yield shown, DeltaKind.CONTENT
        return ""

    def _find_lone_closing(self, text: str) -> re.Match[str] | None:
        for closing in LONE_TAGS.closing.finditer(text):
            if self._tags_in_text > _MAX_TAGS_IN_TEXT:
                break
            if _is_lone("".join(self._seen) + text[: closing.start()]):
                return closing
            self._tags_in_text += 1
        return None


def _is_lone(before: str) -> bool:
    return not ends_in_code(before) and not _has_opening(before)


def _has_opening(text: str) -> bool:
    """Return whether a text has an opening tag that is not in code."""
    openings = islice(LONE_TAGS.opening.finditer(text), _MAX_TAGS_IN_TEXT)
    return any(not ends_in_code(text[: opening.start()]) for opening in openings)
