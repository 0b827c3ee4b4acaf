"""An open conversation, with which nearly every test of the chat socket begins, and helpers for its socket."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.socket_client import AnswerCheck, ChatSocket, Frame


@dataclass
class OpenConversation:
    """A conversation of a user, with a socket that is signed in; `enter` opens another one for the same user."""

    user: SignedInUser
    id: UUID
    socket: ChatSocket

    @classmethod
    async def open(cls, user: SignedInUser, **fields: Any) -> "OpenConversation":
        conversation_id = await user.new_conversation(**fields)
        return cls(user, conversation_id, await user.enter(conversation_id))

    async def enter(self, resume: dict[str, Any] | None = None) -> ChatSocket:
        return await self.user.enter(self.id, resume)

    async def resume(self, message_id: str, run: int, seq: int) -> ChatSocket:
        """Open another socket, as a client that has an answer up to this position."""
        socket = await self.user.connect(self.id)
        check = socket.answer(message_id)
        check.run, check.seq = run, seq
        await socket.sign_in(self.user.access, check.position)
        return socket

    async def come_back(self, socket: ChatSocket, message_id: str) -> ChatSocket:
        """Reconnect with what `socket` has of an answer, and resume; a socket that is still open is cut first."""
        await socket.drop()
        answer = socket.answer(message_id)
        opened = await self.user.connect(self.id)
        opened.answers = socket.answers
        await opened.sign_in(self.user.access, answer.position)
        return opened

    async def messages(self) -> list[dict[str, Any]]:
        return await self.user.messages(self.id)

    async def last_message(self) -> dict[str, Any]:
        return (await self.messages())[-1]

    async def details(self) -> dict[str, Any]:
        return dict(await self.user.call("GET", f"/conversations/{self.id}", expect=200))


async def count_text_bytes(user: SignedInUser) -> int:
    """Return the bytes that the texts of a user take."""
    return int((await user.call("GET", "/attachments/", expect=200))["texts"])


async def begin_answer(
    conversation: OpenConversation,
    model_server: ModelServer,
    *,
    seen: int,
    of: int,
    question: str = "Go",
    gate: str = "",
) -> AnswerCheck:
    """Ask, and return the answer when `seen` of its words have arrived; `model_server.open` lets the others follow."""
    model_server.pause_after(seen, of=of, gate=gate)
    answer_id = (await conversation.socket.ask(question))["reply"]["id"]
    return await conversation.socket.read_until_length(answer_id, len(words(1, seen)))


async def read_whole(socket: ChatSocket, message_id: str, content: str) -> AnswerCheck:
    """Read an answer to its end; check that its text is `content`, and that it was not reset."""
    answer = await socket.read_to_the_end(message_id)
    assert answer.content == content
    assert answer.resets == 0
    return answer


def words(first: int, last: int) -> str:
    """Return the words with these numbers, of the answers of the fake model."""
    return "".join(f"w{number} " for number in range(first, last + 1))


async def refusal(socket: ChatSocket, kind: str, **fields: Any) -> Frame:
    """Send a command and return the `chat.error` that refuses it."""
    client_id = str(uuid4())
    await socket.send(kind, **{"client_id": client_id, **fields})
    return await socket.expect("chat.error", client_id=fields.get("client_id", client_id))


async def next_title(socket: ChatSocket) -> Frame:
    """Return the next `conversation.updated` that has a title."""
    while "title" not in (updated := await socket.expect("conversation.updated")):
        pass
    return updated


async def is_quiet(socket: ChatSocket) -> bool:
    """Return whether nothing is on its way to this socket, except pings and the automatic title."""
    await socket.send("ping")
    while (kind := str((await socket.receive())["type"])) in {"ping", "conversation.updated"}:
        pass
    return kind == "pong"


async def assert_stored(conversation: OpenConversation, answer: AnswerCheck, status: str) -> dict[str, Any]:
    """Check that a follower received the text that is stored (invariant I-2), and return the stored message."""
    stored = next(message for message in await conversation.messages() if message["id"] == answer.message_id)
    assert stored["content"] == answer.content
    assert stored["reasoning"] == answer.reasoning
    assert stored["status"] == status
    assert stored["run"] == answer.run
    assert stored["seq"] == answer.seq
    return stored
