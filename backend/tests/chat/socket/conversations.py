"""A conversation with one socket, with which nearly every test of the chat socket begins."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from testkit.live import SignedInUser
from testkit.socket_client import AnswerCheck, ChatSocket, Frame


@dataclass
class OpenConversation:
    """`socket` is signed in; `enter` opens another one for the same user in the same conversation."""

    person: SignedInUser
    id: UUID
    socket: ChatSocket

    @classmethod
    async def open(cls, person: SignedInUser, **fields: Any) -> "OpenConversation":
        conversation_id = await person.new_conversation(**fields)
        return cls(person, conversation_id, await person.enter(conversation_id))

    async def enter(self, resume: dict[str, Any] | None = None) -> ChatSocket:
        return await self.person.enter(self.id, resume)

    async def come_back(self, socket: ChatSocket, message_id: str) -> ChatSocket:
        """Reconnect with what `socket` has of an answer, and resume; a socket that is still open is cut first."""
        await socket.drop()
        answer = socket.answer(message_id)
        opened = await self.person.connect(self.id)
        opened.answers = socket.answers
        await opened.sign_in(self.person.access, answer.position)
        return opened

    async def messages(self) -> list[dict[str, Any]]:
        return await self.person.messages(self.id)

    async def last_message(self) -> dict[str, Any]:
        return (await self.messages())[-1]

    async def conversation(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self.person.call("GET", f"/conversations/{self.id}", expect=200)
        return answer


async def refusal(socket: ChatSocket, kind: str, **fields: Any) -> Frame:
    """Send a command and return the `chat.error` that refuses it."""
    client_id = str(uuid4())
    await socket.send(kind, **{"client_id": client_id, **fields})
    return await socket.expect("chat.error", client_id=fields.get("client_id", client_id))


async def is_quiet(socket: ChatSocket) -> bool:
    """Return whether nothing is on its way to this socket, except pings and the automatic title."""
    await socket.send("ping")
    while (kind := str((await socket.receive())["type"])) in {"ping", "conversation.updated"}:
        pass
    return kind == "pong"


async def assert_stored(room: OpenConversation, answer: AnswerCheck, status: str) -> dict[str, Any]:
    """Check that the follower received what is stored (invariant I-2); return the stored message."""
    stored = next(message for message in await room.messages() if message["id"] == answer.message_id)
    assert stored["content"] == answer.content
    assert stored["reasoning"] == answer.reasoning
    assert stored["status"] == status
    assert stored["run"] == answer.run
    assert stored["seq"] == answer.seq
    return stored
