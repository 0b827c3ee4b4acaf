"""Waiting for the first token: what the clients of a conversation receive (docs/protocol.md: P-5.16)."""

from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from testkit.stream_client import hang_up, open_stream


async def test_every_client_is_notified_of_keep_alives(
    user: SignedInUser, model_server: RawModelServer, settings: Settings
) -> None:
    model_server.keep_alives = None
    settings.WAITING_REPORT_SECONDS = 0.0
    conversation_id = await user.new_conversation(title="Named")
    stream = await open_stream(f"{user.server.url}/api/conversations/{conversation_id}", user.access)
    await stream.expect("auth.success")
    asking = await user.enter(conversation_id)
    accepted = await asking.ask("Question")
    for client in (asking, stream):
        first = await client.expect("chat.waiting")
        assert first.keys() == {"type", "message_id", "seconds"}
        assert first["message_id"] == accepted["reply"]["id"]
        later = await client.expect("chat.waiting")
        assert later["seconds"] >= first["seconds"] >= 0
    await asking.send("chat.stop", message_id=accepted["reply"]["id"])
    stopped = await asking.read_to_the_end(accepted["reply"]["id"])
    assert stopped.ended["status"] == "stopped"
    await hang_up(stream)
