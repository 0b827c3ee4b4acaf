"""The client's copy of an answer: applies numbered frames, and detects gaps and repeats (section 3 of the protocol)."""

from typing import Any, TypeGuard

from ai_chat_client.parts import EndedAnswer, Part, Position, Reasoning, Reset, Text

Frame = dict[str, Any]

MAX_NUMBER = 2**53 - 1
"""The largest number of a position (P-4.14)."""


class AnswerCopy:
    """The client's copy of an answer, at `position`."""

    def __init__(self, position: Position, text: str = "", reasoning: str = "") -> None:
        self.position = position
        self.ended: EndedAnswer | None = None
        self._text = [text] if text else []
        self._reasoning = [reasoning] if reasoning else []
        self._is_unnumbered = False
        """Whether the next frame may be one of a reset whose numbers are no longer known (P-3.5)."""

    @property
    def text(self) -> str:
        """All of the text."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """All of the reasoning."""
        return "".join(self._reasoning)

    def apply(self, frame: Frame) -> list[Part] | None:
        """Apply a frame and return what it brings; None if frames before it are missing.

        A frame that has nothing new brings nothing.
        """
        run, start, seq = frame.get("run"), frame.get("from"), frame.get("seq")
        if not (_is_number(run) and _is_number(start) and _is_number(seq)):
            return []
        held = self.position
        if run < held.run or (run == held.run and self.ended is not None):
            return []
        if frame.get("reset") is True and start == 0:
            return self._discard() + self._add(frame, run, seq)
        if start != held.seq or seq < start:
            is_known = run == held.run and seq <= held.seq
            return [] if is_known else None
        if seq == start and not self._is_unnumbered and frame.get("done") is not True:
            return []  # Unnumbered text could not be recognized if it came again.
        return self._add(frame, run, seq)

    def discard_partial_reset(self) -> list[Part]:
        """Discard the pieces of a reset that a lost connection has cut off, and return the parts for that.

        The pieces have no number, so the text could begin again after them (P-3.5).
        """
        if not self._is_unnumbered:
            return []
        parts = self._discard()
        self._is_unnumbered = False
        return parts

    def _discard(self) -> list[Part]:
        had_text = bool(self._text or self._reasoning)
        self._text, self._reasoning = [], []
        self._is_unnumbered = True
        return [Reset()] if had_text else []

    def _add(self, frame: Frame, run: int, seq: int) -> list[Part]:
        self.position = Position(self.position.message_id, run, seq)
        self._is_unnumbered = self._is_unnumbered and seq == 0
        kind, content = frame.get("type"), frame.get("content")
        if frame.get("done") is True:
            self.ended = self._end(frame)
            return [self.ended]
        if not isinstance(content, str) or not content:
            return []
        if kind == "chat.stream":
            self._text.append(content)
            return [Text(content)]
        if kind == "chat.reasoning":
            self._reasoning.append(content)
            return [Reasoning(content)]
        return []  # A type of a later version: counted, with no text (P-10.6).

    def _end(self, frame: Frame) -> EndedAnswer:
        failed = frame.get("type") == "chat.error"
        return EndedAnswer(
            position=self.position,
            text=self.text,
            reasoning=self.reasoning,
            status=frame.get("status") or ("error" if failed else "complete"),
            finish_reason=frame.get("finish_reason"),
            usage=frame.get("usage"),
            error_code=frame.get("code") if failed else None,
            error=frame.get("error") if failed else None,
            retry_after=frame.get("retry_after"),
            context_dropped=frame.get("context_dropped") or 0,
            images_dropped=frame.get("images_dropped") or 0,
        )


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER
