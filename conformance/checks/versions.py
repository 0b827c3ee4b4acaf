"""Sections 10 and 13: the subprotocol, the description, and other users."""

from websockets.exceptions import InvalidHandshake, InvalidStatus

from conformance.connection import Connection
from conformance.context import SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.shapes import ALWAYS, FEED
from conformance.violations import Violation, require

SUBPROTOCOL = "ai-chat.2026-12"

COMMANDS = ("message", "regenerate", "edit", "continue", "stop", "follow")
TYPES = {"auth", *ALWAYS, *FEED, *(f"chat.{name}" for name in COMMANDS)} - {"chat.stream/done", "chat.error/done"}
"""The types of commands and frames."""

NOT_TEXT = ((b"{}", False, 1003), (b'{"type": "ping\xff"}', True, 1007))
"""Payloads, whether each is sent as text, and the code that closes the connection."""


@check("P-10.1", "P-10.2")
async def the_version_is_echoed_if_it_is_offered(context: Context) -> None:
    """The subprotocol is echoed, whatever else is offered; without it, or with another one, there is none."""
    conversation_id = await context.new_conversation()
    for path in (f"/ws/chat/{conversation_id}/", "/ws/events/"):
        for offered, echoed in (
            ([SUBPROTOCOL], SUBPROTOCOL),
            (["ai-chat.2099-01", SUBPROTOCOL], SUBPROTOCOL),
            ([SUBPROTOCOL, "ai-chat.2099-01"], SUBPROTOCOL),
            (["ai-chat.2099-01"], None),
            (None, None),
        ):
            requirement = "P-10.1" if echoed else "P-10.2"
            try:
                connection = await context.open(path, subprotocols=offered)
            except InvalidStatus as refused:
                status = refused.response.status_code
                raise Violation("P-10.2", f"a handshake that offers {offered} was refused with HTTP {status}") from None
            except InvalidHandshake as wrong:
                raise Violation(requirement, f"a handshake that offers {offered} failed: {wrong}") from None
            spoken = connection.socket.subprotocol
            require(spoken == echoed, requirement, f"{offered} was answered by {spoken}")
            await connection.sign_in(context.target.token)
            await connection.close()


@check("P-10.1")
async def the_version_is_echoed_before_a_refusal(context: Context) -> None:
    """Even if the connection is closed immediately: without the echo, clients treat the handshake as failed."""
    for path, code in (("/ws/chat/no-id/", 4002), ("/ws/nowhere/", 4004)):
        connection = await context.open(path, subprotocols=[SUBPROTOCOL])
        spoken = connection.socket.subprotocol
        require(spoken == SUBPROTOCOL, "P-10.1", f"{path} was answered by {spoken}")
        await connection.must_close("P-10.1", code, path)


@check("P-10.5")
async def the_description_is_served(context: Context) -> None:
    """`/api/protocol.json` is an AsyncAPI 3 document of this version, and public."""
    status, described = await context.call("GET", "/api/protocol.json", token="")
    require(status == 200 and isinstance(described, dict), "P-10.5", f"it was answered by {status}")
    require(str(described.get("asyncapi", "")).startswith("3."), "P-10.5", "it is not AsyncAPI 3")
    require(described["info"]["version"] == SUBPROTOCOL.partition(".")[2], "P-10.5", "it is of a different version")
    paths = {channel["address"] for channel in described["channels"].values()}
    require({"/ws/chat/{conversation_id}/", "/ws/events/"} <= paths, "P-10.5", f"it describes {paths}")
    missing = sorted(TYPES - find_texts(described))
    require(not missing, "P-10.5", f"it does not describe {missing}")


def find_texts(value: object) -> set[str]:
    """Return every text in a JSON value, except names of fields."""
    if isinstance(value, dict):
        return set().union(*map(find_texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(find_texts, value))
    return {value} if isinstance(value, str) else set()


@check("P-6.4", "P-13.2", "P-13.5")
async def a_conversation_that_does_not_exist_is_refused(context: Context) -> None:
    """NO_CONVERSATION and close 4004."""
    connection = await context.connect(new_id())
    await connection.send("auth", token=context.target.token)
    await connection.expect_refusal("P-6.4", "NO_CONVERSATION")
    await connection.must_close("P-6.4", 4004, "a conversation that does not exist")


@check("P-6.4", "P-13.2", "P-9.2")
async def another_users_conversation_is_as_one_that_does_not_exist(context: Context) -> None:
    """Socket, commands, events and messages answer exactly alike."""
    other = context.second_token
    answers = []
    for conversation_id in (await context.new_conversation(), new_id()):
        connection = await context.connect(conversation_id)
        await connection.send("auth", token=other)
        refusal = await connection.expect_refusal("P-6.4", "NO_CONVERSATION")
        path = f"/api/conversations/{conversation_id}"
        answers.append(
            [
                refusal,
                await connection.close_code(),
                await context.call("POST", f"{path}/commands", {"type": "ping"}, token=other),
                await context.call("GET", f"{path}/events", token=other),
                await context.call("GET", f"{path}/messages", token=other),
                await context.call("DELETE", path, token=other),
            ]
        )
    require(answers[0] == answers[1], "P-13.2", f"{answers[0]} is not {answers[1]}")


@check("P-6.10", "P-13.2")
async def answers_of_another_conversation_are_not_found(context: Context) -> None:
    """A `message_id` of another conversation of the same user is NOT_FOUND."""
    _, _, answer = await context.ask_to_the_end(SHORT_QUESTION)
    _, connection = await context.enter_new()
    for kind, fields in (
        ("chat.follow", {"run": 1, "seq": 0}),
        ("chat.stop", {}),
        ("chat.regenerate", {}),
        ("chat.continue", {}),
    ):
        await connection.must_refuse("P-6.10", "NOT_FOUND", kind, message_id=answer.message_id, **fields)


@check("P-2.9", "P-6.16")
async def frames_that_are_not_text_close_the_connection(context: Context) -> None:
    """Binary closes with 1003, invalid UTF-8 with 1007."""
    conversation_id = await context.new_conversation()
    for payload, is_text, code in NOT_TEXT:
        connection, _ = await context.enter(conversation_id)
        await _require_close(connection, payload, code, is_text=is_text)


@check("P-2.9", "P-8.1")
async def the_feed_closes_for_frames_that_are_not_text(context: Context) -> None:
    """The change feed closes as the chat socket does."""
    for payload, is_text, code in NOT_TEXT:
        feed, _ = await context.enter_feed()
        await _require_close(feed, payload, code, is_text=is_text)


async def _require_close(connection: Connection, payload: bytes, code: int, *, is_text: bool) -> None:
    await connection.socket.send(payload, text=is_text)
    await connection.must_close("P-2.9", code, f"{payload!r}")
