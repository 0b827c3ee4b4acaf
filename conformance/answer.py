"""The copy of an answer that one connection receives, checked frame by frame (section 3)."""

from dataclasses import dataclass, field
from typing import Any, Self

from conformance.shapes import TERMINAL, Frame
from conformance.violations import require

MAX_PER_ANSWER = 1_000_000
"""Code points, reasoning included."""

MAX_REMEMBERED = 100_000
"""Code points up to which a copy remembers what it had at each number: more would take too much memory."""

TOKENS = ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")
"""The counts that a usage always has, though they may be null."""

LASTING = ("run", "seq", "finish_reason", "usage", "context_dropped", "images_dropped", "code")
"""The fields of a terminal frame, besides its status, that are the same whenever it is sent."""


@dataclass
class AnswerCopy:
    """A copy of an answer. `texts[n]` is its text at number `n`, as `(content, reasoning)`."""

    message_id: str
    run: int = 0
    seq: int = 0
    content: str = ""
    reasoning: str = ""
    resets: int = 0
    ended: Frame | None = None
    texts: dict[int, tuple[str, str]] = field(default_factory=dict)
    may_repeat_end: bool = False
    """Whether this connection asked for the end again, by `chat.stop` or `chat.follow`."""

    @property
    def position(self) -> dict[str, Any]:
        """The position reached, as a client names it."""
        return {"message_id": self.message_id, "run": self.run, "seq": self.seq}

    def copy_at(self, seq: int) -> Self:
        """Return the copy of a client that got no further than number `seq`."""
        content, reasoning = self.texts[seq] if seq else ("", "")
        return type(self)(self.message_id, self.run, seq, content, reasoning)

    def take(self, frame: Frame) -> None:
        """Add a frame; raises Violation."""
        is_end = frame.get("done") is True
        repeats = is_end and frame["from"] == frame["seq"]
        if repeats and self.may_repeat_end:
            self._take_end_again(frame)
            return
        if frame.get("reset"):
            require(frame["from"] == 0, "P-3.4", f"a reset has from {frame['from']}")
            self.resets += 1
            self.content = self.reasoning = ""
            self.seq, self.ended = 0, None
            self.texts.clear()
        has = f"run {frame['run']}, from {frame['from']}, seq {frame['seq']} after run {self.run}, seq {self.seq}"
        require(frame["run"] >= self.run, "P-3.1", f"the run went back: {has}")
        if frame["run"] > self.run:
            self.ended = None
        require(self.ended is None, "P-1.3", f"a frame came after the terminal one of its run: {has}")
        require(frame["from"] == self.seq, "P-1.4", f"a gap or a repeat: {has}")
        if is_end:
            require(frame["seq"] == frame["from"] + 1, "P-3.3", f"the terminal frame has no number: {has}")
            require(frame["status"] in TERMINAL, "P-5.5", f"the terminal frame has the status {frame['status']!r}")
            if frame["type"] == "chat.stream":
                require(frame["content"] == "", "P-5.5", "the terminal frame has content")
            usage = frame["usage"] or dict.fromkeys(TOKENS)
            counted = [usage.get(name, "missing") for name in TOKENS]
            is_counted = all(count is None or (isinstance(count, int) and count >= 0) for count in counted)
            require(is_counted, "P-5.5", f"the usage is {usage}")
            has_finished = frame["status"] != "complete" or frame["finish_reason"] is not None
            require(has_finished, "P-5.5", "an answer is complete without a finish reason")
            self.ended = frame
        else:
            is_unnumbered = self.resets > 0 and frame["from"] == 0
            require(frame["seq"] > frame["from"] or is_unnumbered, "P-3.2", f"a frame with text has no number: {has}")
            if frame["type"] == "chat.reasoning":
                in_order = frame["from"] > 0 or not self.content
                require(in_order, "P-3.5", "a reset in pieces sends reasoning after text")
                self.reasoning += frame["content"]
            else:
                self.content += frame["content"]
            length = len(self.content) + len(self.reasoning)
            require(length <= MAX_PER_ANSWER, "P-7.7", f"an answer has more than {MAX_PER_ANSWER} characters")
        self.run, self.seq = frame["run"], frame["seq"]
        if len(self.content) + len(self.reasoning) < MAX_REMEMBERED:
            self.texts[self.seq] = self.content, self.reasoning

    def _take_end_again(self, frame: Frame) -> None:
        """Take the terminal frame of an answer whose text this copy has."""
        if self.ended is not None:
            status = self.ended["status"]
            require(frame["status"] == status, "P-7.1", f"the status {status!r} is now {frame['status']!r}")
            changes = find_changes(self.ended, frame)
            require(not changes, "P-1.1", f"the terminal frame is sent again with another {changes}")
        has = self.seq or frame["seq"]
        require(frame["seq"] == has, "P-3.3", f"the terminal frame is sent again as {frame['seq']}, not {has}")
        self.run, self.ended = frame["run"], frame


def find_changes(end: Frame, again: Frame) -> str:
    """Return the names of the fields that differ, though a terminal frame has them whenever it is sent."""
    return ", ".join(name for name in LASTING if end.get(name) != again.get(name))
