"""A turn: a command in the outbox, and the answer to it as the frames of the connections bring it."""

import asyncio
from collections import deque
from collections.abc import Callable

from ai_chat_client.answer_copy import AnswerCopy, Frame
from ai_chat_client.parts import EndedAnswer, Part, Position, Waiting
from ai_chat_client.wire import MessageView, TurnCommand


class Turn:
    """One turn of a conversation, through as many connections as it takes. Its parts wait until they are read."""

    def __init__(self, command: TurnCommand | None, copy: AnswerCopy | None, wake: Callable[[], None]) -> None:
        """Send `command`, or follow the answer of `copy`; `wake` is called when there is something to send."""
        self.command = command
        """The command in the outbox, sent until it is accepted; its `client_id` never changes."""

        self.copy = copy
        """The answer so far; None until the command is accepted."""

        self.question: MessageView | None = None
        """The question, once it has been accepted."""

        self.position = copy.position if copy else None
        """The position after the parts that have been read; None until the command is accepted."""

        self.wants_stop = False
        self.repairs = 0
        """How often frames were missing since the last progress."""

        self._wake = wake
        self._parts: deque[tuple[Part, Position]] = deque()
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    @property
    def answer(self) -> EndedAnswer | None:
        """The whole answer, once it has ended."""
        return self.copy.ended if self.copy else None

    @property
    def is_over(self) -> bool:
        """Whether nothing more follows."""
        return self._error is not None or self.answer is not None

    @property
    def client_id(self) -> str | None:
        """The id of the command in the outbox."""
        return self.command.get("client_id") if self.command else None

    async def read_part(self) -> Part | None:
        """Return the next part, or None after the last one; raises the error with which the turn failed."""
        while not self._parts:
            if self._error is not None:
                raise self._error
            if self.answer is not None:
                return None
            self._changed.clear()
            await self._changed.wait()
        part, self.position = self._parts.popleft()
        return part

    def stop(self) -> None:
        """Ask the server to end the answer now."""
        if not self.wants_stop and not self.is_over:
            self.wants_stop = True
            self._wake()

    def accept(self, frame: Frame) -> None:
        """Apply the `chat.accepted` of the command; a repeated one changes nothing."""
        if self.copy is not None:
            return
        reply = frame["reply"]
        self.question = frame["message"]
        if frame.get("kind") == "continue":
            # The text before this run is part of the answer, and comes with its position.
            position = Position(reply["id"], frame["run"], reply["seq"])
            self.copy = AnswerCopy(position, reply["content"], reply["reasoning"])
        else:
            self.copy = AnswerCopy(Position(reply["id"], frame["run"]))
        self.position = self.copy.position

    def apply(self, frame: Frame) -> bool:
        """Apply a frame of the answer; return False if frames before it are missing."""
        if self.copy is None:
            return True
        parts = self.copy.apply(frame)
        if parts is None:
            return False
        self._add(self.copy, parts)
        return True

    def handle_reconnect(self) -> None:
        """Prepare for the frames of another connection."""
        if self.copy is not None:
            self._add(self.copy, self.copy.discard_partial_reset())

    def report_waiting(self, seconds: int) -> None:
        """Add the part for a `chat.waiting`, unless there is text."""
        if self.copy is not None and not (self.copy.text or self.copy.reasoning):
            self._add(self.copy, [Waiting(seconds)])

    def fail(self, error: Exception) -> None:
        """End the turn with an error, unless it is over."""
        if not self.is_over:
            self._error = error
            self._changed.set()

    def _add(self, copy: AnswerCopy, parts: list[Part]) -> None:
        self._parts.extend((part, copy.position) for part in parts)
        self._changed.set()
