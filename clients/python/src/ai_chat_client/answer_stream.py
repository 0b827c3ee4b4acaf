"""One answer as it is written: an asynchronous iterator of parts."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from ai_chat_client.answer_copy import AnswerCopy, Frame
from ai_chat_client.parts import Answer, Part, Position, Waiting
from ai_chat_client.wire import MessageView, TurnCommand


class AnswerStream(AsyncIterator[Part]):
    """An answer as it is written, followed through as many connections as it takes.

    `async for part in stream` yields its parts, the last of which is the `Answer`. `await stream.read()` returns just
    that. A stream that is not read loses nothing: its parts wait.
    """

    def __init__(self, command: TurnCommand | None, copy: AnswerCopy | None, wake: Callable[[], None]) -> None:
        """Follow the answer to `command`, or the answer of `copy`; `wake` is called when there is something to send."""
        self.command = command
        """The question in the outbox, sent until it is accepted; its `client_id` never changes."""

        self.copy = copy
        self.question: MessageView | None = None
        """The question, once it has been accepted; `edit` takes its id."""

        self.wants_stop = False
        self.repairs = 0
        """How often frames were missing since the last progress."""

        self._wake = wake
        self._position = copy.position if copy else None
        self._parts: deque[tuple[Part, Position]] = deque()
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    # Public ---------------------------------------------------------------------------------------------------------

    @property
    def position(self) -> Position | None:
        """The position after the parts that have been read; None until the question is accepted."""
        return self._position

    @property
    def answer(self) -> Answer | None:
        """The whole answer, once it has ended."""
        return self.copy.ended if self.copy else None

    async def __anext__(self) -> Part:
        """Return the next part; raises the ChatError with which the stream failed."""
        while not self._parts:
            if self._error is not None:
                raise self._error
            if self.answer is not None:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        part, self._position = self._parts.popleft()
        return part

    async def read(self) -> Answer:
        """Read to the end, and return the answer."""
        async for part in self:
            if isinstance(part, Answer):
                return part
        if self.answer is None:
            raise RuntimeError("the stream ended without an answer")
        return self.answer

    def stop(self) -> None:
        """Ask the server to end the answer now; it then ends as `stopped`, with its text."""
        if not self.wants_stop and not self.is_over:
            self.wants_stop = True
            self._wake()

    # Internal -------------------------------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether nothing more follows."""
        return self._error is not None or self.answer is not None

    @property
    def client_id(self) -> str | None:
        """The id of the question in the outbox."""
        return self.command.get("client_id") if self.command else None

    def accept(self, frame: Frame) -> None:
        """Take the `chat.accepted` of the question; a repeated one changes nothing."""
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
        self._position = self.copy.position

    def take(self, frame: Frame) -> bool:
        """Take a frame of the answer; return False if frames before it are missing."""
        if self.copy is None:
            return True
        parts = self.copy.take(frame)
        if parts is None:
            return False
        self._add(self.copy, parts)
        return True

    def reconnect(self) -> None:
        """Prepare for the frames of another connection."""
        if self.copy is not None:
            self._add(self.copy, self.copy.discard_pieces())

    def wait(self, seconds: int) -> None:
        """Take a `chat.waiting` frame; after text, it is ignored."""
        if self.copy is not None and not (self.copy.text or self.copy.reasoning):
            self._add(self.copy, [Waiting(seconds)])

    def fail(self, error: Exception) -> None:
        """End the stream with an error, unless it is over."""
        if not self.is_over:
            self._error = error
            self._changed.set()

    def _add(self, copy: AnswerCopy, parts: list[Part]) -> None:
        self._parts.extend((part, copy.position) for part in parts)
        self._changed.set()
