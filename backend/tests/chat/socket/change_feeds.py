"""The change feed of a user as a test reads it, change by change."""

from typing import Any
from uuid import UUID

from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket, Frame


async def connect(user: SignedInUser) -> ChatSocket:
    return await user.connect_to(f"{user.server.socket_url}/ws/events/")


async def listen(user: SignedInUser) -> ChatSocket:
    """Connect and sign in."""
    socket = await connect(user)
    await socket.sign_in(user.access)
    return socket


async def next_change(socket: ChatSocket) -> Frame:
    """Return the next change, which must follow the last change that this socket received."""
    revision = max(frame["revision"] for frame in socket.frames if "revision" in frame)
    while (frame := await socket.receive())["type"] == "ping":
        pass
    assert frame["revision"] == revision + 1, frame
    return frame


async def next_change_of(socket: ChatSocket, kind: str) -> Frame:
    while (frame := await next_change(socket))["type"] != kind:
        pass
    return frame


async def summary_of(user: SignedInUser, conversation_id: UUID | str) -> dict[str, Any]:
    answer = await user.call("GET", f"/conversations/{conversation_id}", expect=200)
    in_full_only = {"system_prompt", "temperature", "reasoning_effort"}
    return {name: value for name, value in answer.items() if name not in in_full_only}
