"""A conversation: asks questions, and follows their answers across every dropped connection."""

from collections.abc import Iterable
from typing import Any, Self, cast
from uuid import uuid4

from ai_chat_client.answer_copy import AnswerCopy
from ai_chat_client.answer_stream import AnswerStream
from ai_chat_client.backoff import Delays
from ai_chat_client.connector import Connector
from ai_chat_client.parts import Position
from ai_chat_client.session import Session
from ai_chat_client.turn import Turn
from ai_chat_client.wire import MessageView, TurnCommand


class Conversation:
    """One conversation of the user.

    It opens a connection with the first question, reconnects when that is lost, and closes it when no answer has been
    expected for half a minute. A question is sent until the server has accepted it, always under the same id, so that
    the model is asked once.
    """

    def __init__(self, session: Session, conversation_id: str, delays: Delays, connected: set[Connector]) -> None:
        """Do not connect yet."""
        self.id = conversation_id
        """The id of the conversation."""

        self._session = session
        self._connector = Connector(session, conversation_id, delays, connected)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection now; if not, and an answer is expected, the client is reconnecting."""
        return self._connector.is_connected

    async def close(self) -> None:
        """Close the connection. Answers that are being written continue on the server."""
        await self._connector.close()

    # Asking ---------------------------------------------------------------------------------------------------------

    def ask(
        self,
        content: str,
        *,
        model: str | None = None,
        attachments: Iterable[str] = (),
        parent_id: str | None = None,
        client_id: str | None = None,
    ) -> AnswerStream:
        """Ask a question, and return the stream of its answer.

        Args:
            content: 1 to 100,000 characters; with attachments, it may be empty.
            model: the model that answers, instead of the conversation's.
            attachments: ids of uploads (`Client.upload`).
            parent_id: the answer that the question follows; without it, the last one of the branch.
            client_id: a UUID under which the model is asked once, even if the program is restarted and asks again.

        The stream raises RefusedError if the server does not accept the question, for instance as `ALREADY_PROCESSING`
        while another answer is being written.
        """
        files = list(attachments) or None
        return self._start(
            "chat.message", client_id, content=content, model=model, attachments=files, parent_id=parent_id
        )

    def regenerate(self, message_id: str, *, model: str | None = None) -> AnswerStream:
        """Ask for another answer in place of this one."""
        return self._start("chat.regenerate", None, message_id=message_id, model=model)

    def edit(
        self, message_id: str, content: str, *, model: str | None = None, attachments: Iterable[str] | None = None
    ) -> AnswerStream:
        """Ask an edited version of a question; without `attachments`, it keeps those of the question."""
        files = None if attachments is None else list(attachments)
        return self._start("chat.edit", None, message_id=message_id, content=content, model=model, attachments=files)

    def continue_(self, message_id: str, *, model: str | None = None) -> AnswerStream:
        """Continue an answer that is not `complete`: the parts are the new text, and the last one has all of it."""
        return self._start("chat.continue", None, message_id=message_id, model=model)

    def follow(self, position: Position) -> AnswerStream:
        """Follow an answer from a saved position to its end."""
        return self._add(None, AnswerCopy(position))

    def _start(self, kind: str, client_id: str | None, **fields: Any) -> AnswerStream:
        command = {"type": kind, "client_id": client_id or str(uuid4())}
        command |= {name: value for name, value in fields.items() if value is not None}
        return self._add(cast("TurnCommand", command), None)

    def _add(self, command: TurnCommand | None, copy: AnswerCopy | None) -> AnswerStream:
        turn = Turn(command, copy, self._connector.wake)
        self._connector.add(turn)
        return AnswerStream(turn)

    # Reading --------------------------------------------------------------------------------------------------------

    async def messages(self) -> list[MessageView]:
        """Return the messages of the current branch, oldest first."""
        messages: list[MessageView] = []
        has_more = True
        while has_more:
            path = f"/api/conversations/{self.id}/messages?page_size=100&offset={len(messages)}"
            page = await self._session.call("GET", path)
            messages += page["messages"]
            has_more = page["has_more"]
        return messages

    async def follow_active(self) -> AnswerStream | None:
        """Follow the answer that is being written from its beginning, or return None if there is none."""
        messages = await self.messages()
        if messages and messages[-1]["status"] in {"pending", "streaming"}:
            return self.follow(Position(messages[-1]["id"]))
        return None
