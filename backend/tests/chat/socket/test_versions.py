"""The version of the protocol is a WebSocket subprotocol (docs/protocol.md, section 10)."""

import aiohttp
import pytest

from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent

OURS = "ai-chat.2026-12"


@pytest.mark.parametrize(
    ("offered", "echoed"),
    [([OURS], OURS), (["ai-chat.2099-01", OURS], OURS), (["ai-chat.2099-01"], None), (["chat"], None), ([], None)],
)
async def test_the_version_that_is_offered_is_echoed(
    user: SignedInUser, offered: list[str], echoed: str | None
) -> None:
    """P-10.1, P-10.2: whatever else is offered, the client gets a connection."""
    conversation_id = await user.new_conversation()
    for path in (f"/ws/chat/{conversation_id}/", "/ws/events/"):
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(user.server.url + path, protocols=offered) as socket,
        ):
            assert socket.protocol == echoed
            await socket.send_json({"type": "auth", "token": user.access})
            assert (await socket.receive_json())["type"] == "auth.success"


@pytest.mark.parametrize(("path", "code"), [("chat/no-id/", 4002), ("no/", 4004)])
async def test_a_client_that_offers_the_version_sees_why_it_is_closed(user: SignedInUser, path: str, code: int) -> None:
    """P-10.1: without the echo, a client considers the handshake failed, and retries forever."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{user.server.url}/ws/{path}", protocols=[OURS]) as socket,
    ):
        assert socket.protocol == OURS
        await socket.receive()
        assert socket.close_code == code


async def test_the_description_of_the_protocol_is_public(user: SignedInUser) -> None:
    """P-10.5: the same document as contract/asyncapi.json."""
    stranger = SignedInUser(user.server, "stranger")
    described = await stranger.call("GET", "/protocol.json", expect=200)
    assert described["asyncapi"] == "3.0.0"
    assert described["info"]["version"] == "2026-12"
    assert described["channels"]["chat"]["address"] == "/ws/chat/{conversation_id}/"
