"""Section 2: signing in, renewed tokens, and the end of a session."""

import asyncio
import base64
import contextlib
import json

from conformance.checks.attachments import attach_notes
from conformance.connection import Connection
from conformance.context import LONGEST_QUESTION, SHORT_QUESTION, Context, new_id
from conformance.event_reader import EventReader
from conformance.registry import check
from conformance.violations import ClosedError, Skipped, require, required

SECONDS_BETWEEN_PINGS = 0.5


@check("P-2.4", "P-6.1")
async def a_token_in_the_url_does_not_sign_in(context: Context) -> None:
    """Commands before `auth` are refused with AUTH_REQUIRED, whatever the URL contains."""
    conversation_id = await context.new_conversation()
    connection = await context.open(f"/ws/chat/{conversation_id}/?token={context.target.token}")
    place = {"message_id": new_id()}
    for kind, fields in (
        ("chat.message", {"content": "Hello"}),
        ("chat.regenerate", place),
        ("chat.edit", {**place, "content": "Hello"}),
        ("chat.continue", place),
        ("chat.stop", {}),
        ("chat.follow", {**place, "run": 1, "seq": 0}),
    ):
        await connection.must_refuse("P-6.1", "AUTH_REQUIRED", kind, **fields)
    await connection.ping()
    await connection.sign_in(context.target.token)
    require(await context.messages(conversation_id) == [], "P-2.4", "a refused command stored something")


@check("P-4.2", "P-6.2", "P-6.16", "P-13.5")
async def an_invalid_token_closes_with_4001(context: Context) -> None:
    """A wrong token is AUTH_FAILED and close 4001."""
    conversation_id = await context.new_conversation()
    head, _, rest = context.target.token.partition(".")
    payload, _, signature = rest.partition(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    forged = signature[:-2] + ("AA" if not signature.endswith("AA") else "BB")
    for token in ("x", f"{unsigned}.{payload}.", f"{head}.{payload}.{forged}", "", None, 1):
        for path in (f"/ws/chat/{conversation_id}/", "/ws/events/"):
            connection = await context.open(path)
            await connection.must_refuse("P-6.2", "AUTH_FAILED", "auth", token=token)
            await connection.must_close("P-6.2", 4001, f"a wrong token at {path}")


@check("P-6.2")
async def a_refresh_token_does_not_sign_in(context: Context) -> None:
    """A token of the wrong type is AUTH_FAILED and close 4001, though it is of the same user."""
    if not context.target.refresh_token:
        raise Skipped("needs a refresh token")
    conversation_id = await context.new_conversation()
    await context.enter(conversation_id)
    connection = await context.connect(conversation_id)
    await connection.send("auth", token=context.target.refresh_token)
    await connection.expect_refusal("P-6.2", "AUTH_FAILED")
    await connection.must_close("P-6.2", 4001, "a refresh token")


@check("P-2.4", "P-6.1", "P-13.2")
async def a_connection_that_has_not_signed_in_gets_nothing(context: Context) -> None:
    """While an answer is written in its conversation, it gets signs of life only."""
    conversation_id = await context.new_conversation()
    stranger = await context.connect(conversation_id)
    connection, _ = await context.enter(conversation_id)
    message_id = (await connection.ask(LONGEST_QUESTION))["reply"]["id"]
    answer = await connection.read_to_number(message_id, 2)
    for _ in range(2):
        await stranger.ping()
        await connection.read_to_number_or_end(message_id, answer.seq + 1)
    await stranger.ping()
    received = {frame["type"] for frame in stranger.frames} - {"ping", "pong"}
    require(not received, "P-6.1", f"a connection that has not signed in got {sorted(received)}")
    await connection.send("chat.stop", message_id=message_id)
    await connection.read_to_end(message_id)


@check("P-4.5", "P-6.2")
async def a_renewal_keeps_the_connection(context: Context) -> None:
    """A second `auth` is a renewal without a replay; if it fails, nothing changes."""
    _, connection, answer = await context.ask_to_the_end("Answer with one word: yes.")
    await connection.send("auth", token=context.target.token)
    renewed = await connection.expect("auth.success")
    require(renewed.get("renewed") is True, "P-4.5", "auth.success of a renewal lacks renewed: true")
    await connection.send("auth", token="x")
    await connection.expect_refusal("P-6.2", "AUTH_FAILED")
    with required("P-4.5", "after a renewal that failed"):
        is_quiet = await connection.is_quiet()
    require(is_quiet, "P-4.5", "a renewal was followed by a replay")
    answer.may_repeat_end = True
    await connection.send("chat.stop", message_id=answer.message_id)
    await connection.expect("chat.stream", done=True)


@check("P-4.5")
async def a_renewal_is_for_the_same_user_only(context: Context) -> None:
    """Another user's token does not renew a connection."""
    other = context.second_token
    _, connection = await context.enter_new()
    await connection.send("auth", token=other)
    await connection.expect_refusal("P-4.5", "AUTH_FAILED")
    await connection.ping()


@check("P-4.5", "P-1.4")
async def a_renewal_in_mid_answer_repeats_nothing(context: Context) -> None:
    """The answer continues on the renewed connection; a renewal with `resume` replays nothing either."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    message_id = accepted["reply"]["id"]
    answer = connection.answer(message_id)
    for seq in (1, 5):
        await connection.read_to_number(message_id, seq)
        resume = {"message_id": message_id, "run": 1, "seq": 0}
        await connection.send("auth", token=context.target.token, resume=resume if seq > 1 else None)
        renewed = await connection.expect("auth.success")
        require(renewed.get("renewed") is True, "P-4.5", "auth.success of a renewal lacks renewed: true")
    await connection.read_to_end(message_id)
    require(answer.resets == 0, "P-4.5", "a renewal sent the answer again")
    repeats = [frame for frame in connection.frames if frame["type"] == "chat.accepted"]
    require(len(repeats) == 1, "P-4.5", "a renewal sent chat.accepted again")
    await context.verify(conversation_id, answer)


@check("P-2.4", "P-6.8", "P-4.14")
async def an_auth_with_a_wrong_field_is_refused(context: Context) -> None:
    """INVALID_MESSAGE, and the connection stays open: it may sign in then."""
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    place = {"message_id": new_id(), "run": 1}
    with required("P-2.4", "after an auth with a wrong field"):
        for fields in ({"client_id": "x"}, {"resume": 1}, {"resume": place}, {"resume": {**place, "seq": -1}}):
            await connection.send("auth", token=context.target.token, **fields)
            await connection.expect_refusal("P-2.4", "INVALID_MESSAGE")
        await connection.send("chat.stop")
    await connection.expect_refusal("P-6.1", "AUTH_REQUIRED")
    await connection.sign_in(context.target.token)


@check("P-5.12", "P-6.10")
async def a_resume_of_no_answer_signs_in(context: Context) -> None:
    """`auth.success`, then NOT_FOUND with the `client_id` of `auth`; the connection works."""
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    client_id, resume = new_id(), {"message_id": new_id(), "run": 1, "seq": 3}
    await connection.send("auth", token=context.target.token, client_id=client_id, resume=resume)
    with required("P-5.12", "a resume of no answer does not sign in"):
        await connection.expect("auth.success")
    await connection.expect_refusal("P-5.12", "NOT_FOUND", client_id)
    with required("P-5.12", "after a resume of no answer"):
        accepted = await connection.ask(SHORT_QUESTION)
    await context.verify(conversation_id, await connection.read_to_end(accepted["reply"]["id"]))


@check("P-6.3", "P-2.4")
async def a_client_that_does_not_sign_in_is_closed(context: Context) -> None:
    """Without `auth` in time: AUTH_TIMEOUT and close 4001, however often something else comes."""
    connection = await context.connect(await context.new_conversation())
    deadline = asyncio.get_running_loop().time() + context.target.patience
    with contextlib.suppress(ClosedError):
        while not _find_reasons(connection) and asyncio.get_running_loop().time() < deadline:
            await connection.send("ping")
            await connection.send("auth", token=context.target.token, resume=1)
            await connection.drain(SECONDS_BETWEEN_PINGS)
    await connection.must_close("P-6.3", 4001, "a client that does not sign in")
    reasons = _find_reasons(connection)
    require(reasons == ["AUTH_TIMEOUT"], "P-6.3", f"a connection that does not sign in is refused with {reasons}")


def _find_reasons(connection: Connection) -> list[str]:
    """Return the codes of the refusals, apart from refusals of a wrong `auth`."""
    return [frame["code"] for frame in connection.frames if frame.get("code") not in {None, "INVALID_MESSAGE"}]


@check("P-2.5", "P-6.2")
async def the_expiry_of_an_access_token_closes_nothing(context: Context) -> None:
    """The connection lives on; the expired token signs in no other one."""
    token = context.target.expiring_token
    if not token:
        raise Skipped("needs a token that expires soon")
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    await connection.send("auth", token=token)
    if (await connection.receive())["type"] != "auth.success":
        raise Skipped("the token has expired already")
    deadline = asyncio.get_running_loop().time() + 4 * context.target.patience
    while True:
        require(asyncio.get_running_loop().time() < deadline, "P-6.2", "a token does not expire")
        other = await context.connect(conversation_id)
        try:
            await other.send("auth", token=token)
            frame = await other.receive()
        except ClosedError:
            break
        if frame["type"] == "chat.error":
            require(frame["code"] == "AUTH_FAILED", "P-6.2", f"an expired token is refused with {frame['code']}")
            break
        await other.close()
        await asyncio.sleep(1)
    accepted = await connection.ask("Answer with one word: yes.")
    await context.verify(conversation_id, await connection.read_to_end(accepted["reply"]["id"]))


async def _read_last(events: EventReader) -> tuple[str, int] | None:
    """Read a stream of events to its end, and return the name and the code of its last event."""
    last = None
    with required("P-2.5", "the event stream of an ended session stays open"):
        while (event := await events.next()) is not None:
            last = event[0], json.loads(event[1]).get("code")
    return last


@check("P-2.5", "P-5.17", "P-9.5")
async def the_end_of_a_session_closes_its_connections(context: Context) -> None:
    """Signing out closes the sockets of the session with 4001, and ends the URLs that were signed for it."""
    token = context.target.disposable_token
    if not token:
        raise Skipped("needs a token whose session may be ended")
    conversation_id = await context.new_conversation()
    chat = await context.connect(conversation_id)
    await chat.sign_in(token)
    feed, _ = await context.enter_feed(token)
    url = await attach_notes(context, chat, token)
    async with context.events("/api/events", token=token) as events:
        await events.next()
        status, _ = await context.call("POST", "/api/auth/logout", {}, token=token)
        require(status == 200, "P-2.5", f"signing out answered {status}")
        last = await _read_last(events)
    require(last == ("close", 4001), "P-2.5", f"the event stream of an ended session ended with {last}")
    for connection in (chat, feed):
        await connection.must_close("P-2.5", 4001, "the end of a session")
    late = await context.connect(conversation_id)
    await late.send("auth", token=token)
    await late.expect_refusal("P-6.2", "AUTH_FAILED")
    if url is not None:
        status, _ = await context.fetch(url)
        require(status >= 400, "P-5.17", f"after its session has ended, the URL of an attachment answered {status}")
