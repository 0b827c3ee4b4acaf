"""One answer as it is written: an asynchronous iterator of parts."""

from collections.abc import AsyncIterator

from ai_chat_client.parts import EndedAnswer, Part, Position
from ai_chat_client.turn import Turn
from ai_chat_client.wire import MessageView


class AnswerStream(AsyncIterator[Part]):
    """An answer as it is written, followed through as many connections as it takes.

    `async for part in stream` yields its parts, the last of which is the `EndedAnswer`. `await stream.read()` returns
    just that. A stream that is not read loses nothing: its parts wait.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @property
    def question(self) -> MessageView | None:
        """The question, once it has been accepted; `edit` takes its id."""
        return self._turn.question

    @property
    def position(self) -> Position | None:
        """The position after the parts that have been read; None until the question is accepted."""
        return self._turn.position

    @property
    def answer(self) -> EndedAnswer | None:
        """The whole answer, once it has ended."""
        return self._turn.answer

    async def __anext__(self) -> Part:
        """Return the next part; raises the ChatError with which the stream failed."""
        part = await self._turn.read_part()
        if part is None:
            raise StopAsyncIteration
        return part

    async def read(self) -> EndedAnswer:
        """Read to the end, and return the answer."""
        async for part in self:
            if isinstance(part, EndedAnswer):
                return part
        if self.answer is None:
            raise RuntimeError("the stream ended without an answer")
        return self.answer

    def stop(self) -> None:
        """Ask the server to end the answer now; it then ends as `stopped`, with its text."""
        self._turn.stop()
