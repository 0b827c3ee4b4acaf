"""The client without `async`: its work runs on a thread with an event loop.

from ai_chat_client.sync import Client

with Client("http://localhost:8000", username="ann", password="…") as client:
    for part in client.create_conversation().ask("Hello"):
        ...
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

from ai_chat_client import answer_stream as asynchronous_stream
from ai_chat_client import client as asynchronous_client
from ai_chat_client import conversation as asynchronous_conversation
from ai_chat_client.parts import EndedAnswer, Part, Position
from ai_chat_client.wire import AttachmentView, ConversationSummary, MessageView

T = TypeVar("T")


class _Loop:
    """An event loop on a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ai-chat-client", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and return its result; an interrupt (Ctrl+C) cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def call(self, function: Callable[[], T]) -> T:
        """Run a function on the loop and return its result."""

        async def call() -> T:
            return function()

        return self.run(call())

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call a function on the loop, without waiting for it."""
        self._loop.call_soon_threadsafe(function)

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class AnswerStream(Iterator[Part]):
    """An answer as it is written: an iterator of parts."""

    def __init__(self, loop: _Loop, stream: asynchronous_stream.AnswerStream) -> None:
        self._loop = loop
        self._stream = stream

    @property
    def position(self) -> Position | None:
        """The position after the parts that have been read; None until the question is accepted."""
        return self._stream.position

    @property
    def answer(self) -> EndedAnswer | None:
        """The whole answer, once it has ended."""
        return self._stream.answer

    def __next__(self) -> Part:
        """Return the next part; raises the ChatError with which the stream failed."""
        part = self._loop.run(self._next())
        if part is None:
            raise StopIteration
        return part

    async def _next(self) -> Part | None:
        return await anext(self._stream, None)

    def read(self) -> EndedAnswer:
        """Read to the end, and return the answer."""
        return self._loop.run(self._stream.read())

    def stop(self) -> None:
        """Ask the server to end the answer now; it then ends as `stopped`, with its text. Works in signal handlers."""
        self._loop.call_soon(self._stream.stop)


class Conversation:
    """One conversation of the user; see `ai_chat_client.Conversation`."""

    def __init__(self, loop: _Loop, conversation: asynchronous_conversation.Conversation) -> None:
        self.id = conversation.id
        self._loop = loop
        self._conversation = conversation

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self,
        content: str,
        *,
        model: str | None = None,
        attachments: Iterable[str] = (),
        parent_id: str | None = None,
        client_id: str | None = None,
    ) -> AnswerStream:
        """Ask a question, and return the stream of its answer."""
        return self._start(
            lambda: self._conversation.ask(
                content, model=model, attachments=attachments, parent_id=parent_id, client_id=client_id
            )
        )

    def regenerate(self, message_id: str, *, model: str | None = None) -> AnswerStream:
        """Ask for another answer in place of this one."""
        return self._start(lambda: self._conversation.regenerate(message_id, model=model))

    def edit(
        self, message_id: str, content: str, *, model: str | None = None, attachments: Iterable[str] | None = None
    ) -> AnswerStream:
        """Ask an edited version of a question; without `attachments`, it keeps those of the question."""
        return self._start(lambda: self._conversation.edit(message_id, content, model=model, attachments=attachments))

    def continue_(self, message_id: str, *, model: str | None = None) -> AnswerStream:
        """Continue an answer that is not `complete`: the parts are the new text, and the last one has all of it."""
        return self._start(lambda: self._conversation.continue_(message_id, model=model))

    def follow(self, position: Position) -> AnswerStream:
        """Follow an answer from a saved position to its end."""
        return self._start(lambda: self._conversation.follow(position))

    def follow_active(self) -> AnswerStream | None:
        """Follow the answer that is being written from its beginning, or return None if there is none."""
        stream = self._loop.run(self._conversation.follow_active())
        return None if stream is None else AnswerStream(self._loop, stream)

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection now; if not, and an answer is expected, the client is reconnecting."""
        return self._conversation.is_connected

    def messages(self) -> list[MessageView]:
        """Return the messages of the current branch, oldest first."""
        return self._loop.run(self._conversation.messages())

    def close(self) -> None:
        """Close the connection. Answers that are being written continue on the server."""
        self._loop.run(self._conversation.close())

    def _start(self, start: Callable[[], asynchronous_stream.AnswerStream]) -> AnswerStream:
        return AnswerStream(self._loop, self._loop.call(start))


class Client:
    """One user at one server; takes the same `options` as `ai_chat_client.Client`."""

    def __init__(self, url: str, **options: Any) -> None:
        self._loop = _Loop()
        self._client = asynchronous_client.Client(url, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections, and end the thread."""
        self._loop.run(self._client.close())
        self._loop.stop()

    def sign_out(self) -> None:
        """End the session: its tokens are refused from now on, and leave the store."""
        self._loop.run(self._client.sign_out())

    def create_conversation(self, **fields: Any) -> Conversation:
        """Create a conversation; `fields` as in docs/api.md, such as `title`, `model` and `system_prompt`."""
        return Conversation(self._loop, self._loop.run(self._client.create_conversation(**fields)))

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation that exists. Its connection is opened with the first question."""
        return Conversation(self._loop, self._client.conversation(conversation_id))

    def conversations(self, *, include_archived: bool = False) -> list[ConversationSummary]:
        """Return the conversations: pinned ones first, then by latest activity."""

        async def collect() -> list[ConversationSummary]:
            return [found async for found in self._client.conversations(include_archived=include_archived)]

        return self._loop.run(collect())

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation, and stop the answer that is being written in it."""
        self._loop.run(self._client.delete_conversation(conversation_id))

    def models(self) -> list[dict[str, Any]]:
        """Return the models (docs/api.md, section 8)."""
        return self._loop.run(self._client.models())

    def upload(self, file: Path | str | bytes, *, name: str = "", description: str = "") -> AttachmentView:
        """Upload a file (a path, or its bytes) and return it; its `id` goes into `attachments` of a question."""
        return self._loop.run(self._client.upload(file, name=name, description=description))
