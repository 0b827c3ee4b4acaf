"""`Client`, with which a program begins: a user's conversations, models and uploads at one server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self, cast
from uuid import uuid4

import aiohttp

from ai_chat_client.backoff import Delays
from ai_chat_client.connector import Connector
from ai_chat_client.conversation import Conversation
from ai_chat_client.session import Session
from ai_chat_client.tokens import Tokens, TokenStore
from ai_chat_client.wire import AttachmentView, ConversationSummary

UPLOAD_TRIES = 3


class Client:
    """One user at one server.

    Args:
        url: the server, such as `http://localhost:8000`.
        username: the user's name or email address, with `password`.
        access_token: instead of a password; works until it expires, unless there is a `refresh_token`.
        store: keeps the tokens, such as a `TokenFile`; tokens that are not given come from it, if they are
            this user's.
        max_delay: the longest delay before connecting again, in seconds.
        give_up_after: how many seconds a server may be unreachable before streams raise UnreachableError.
        idle_seconds: how long a connection is kept when no answer is expected.
    """

    def __init__(  # noqa: PLR0913 - all but one are keywords
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        access_token: str = "",
        refresh_token: str = "",
        store: TokenStore | None = None,
        max_delay: float = 20.0,
        give_up_after: float = 300.0,
        idle_seconds: float = 30.0,
    ) -> None:
        self.session = Session(url, Tokens(access_token, refresh_token, username), password, store)
        """The session, whose `call` reaches the whole REST API."""

        self._delays = Delays(max_delay, give_up_after, idle_seconds)
        self._connected: set[Connector] = set()
        """The connectors of the conversations in which an answer is expected, or was until recently."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. Answers that are being written continue on the server."""
        for connector in list(self._connected):
            await connector.close()
        await self.session.close()

    async def sign_out(self) -> None:
        """End the session: its tokens are refused from now on, and leave the store."""
        await self.session.sign_out()

    # Conversations --------------------------------------------------------------------------------------------------

    async def create_conversation(self, **fields: Any) -> Conversation:
        """Create a conversation; `fields` as in docs/api.md, such as `title`, `model` and `system_prompt`."""
        # With an id from the client, a repeated call creates no second conversation.
        conversation = await self.session.call("POST", "/api/conversations/", json={"id": str(uuid4()), **fields})
        return self.conversation(conversation["id"])

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation that exists. Its connection is opened with the first question."""
        return Conversation(self.session, conversation_id, self._delays, self._connected)

    async def conversations(self, *, include_archived: bool = False) -> AsyncIterator[ConversationSummary]:
        """Yield the conversations: pinned ones first, then by latest activity."""
        number, has_more = 1, True
        archived = str(include_archived).lower()
        while has_more:
            path = f"/api/conversations/?page_size=100&page={number}&include_archived={archived}"
            page = await self.session.call("GET", path)
            for conversation in page["conversations"]:
                yield conversation
            number, has_more = number + 1, page["has_more"]

    async def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation, and stop the answer that is being written in it."""
        await self.session.call("DELETE", f"/api/conversations/{conversation_id}")

    # Models and files -----------------------------------------------------------------------------------------------

    async def models(self) -> list[dict[str, Any]]:
        """Return the models (docs/api.md, section 8)."""
        found = await self.session.call("GET", "/api/models")
        return cast("list[dict[str, Any]]", found["models"])

    async def upload(self, file: Path | str | bytes, *, name: str = "", description: str = "") -> AttachmentView:
        """Upload a file (a path, or its bytes) and return it; its `id` goes into `attachments` of a question.

        An upload that a lost connection cut off is repeated, under the same id.
        """
        content = file if isinstance(file, bytes) else await asyncio.to_thread(Path(file).read_bytes)
        filename = name or (Path(file).name if not isinstance(file, bytes) else "file")
        upload_id = str(uuid4())
        for tries_left in reversed(range(UPLOAD_TRIES)):
            form = aiohttp.FormData({"id": upload_id, "description": description})
            form.add_field("file", content, filename=filename)
            try:
                return cast("AttachmentView", await self.session.call("POST", "/api/attachments/", data=form))
            except aiohttp.ClientConnectionError:
                if not tries_left:
                    raise
        raise AssertionError("unreachable")
