"""Limits of section 2, and the rate of questions; alone, because they use up what other checks need."""

import asyncio
import contextlib
import json

from websockets.exceptions import ConnectionClosed

from conformance.connection import Connection
from conformance.context import LONGEST_QUESTION, SHORT_QUESTION, Context
from conformance.registry import check
from conformance.violations import ClosedError, Skipped, Violation, require, required

MAX_FRAME_BYTES = 2 * 1024 * 1024
MAX_BYTES_BEFORE_AUTH = 256 * 1024
MAX_BYTES = 16 * 1024 * 1024
MAX_NONSENSE = 100
MAX_COMMANDS = 120
MAX_FRAMES = 600
FLOOD_FACTOR = 3
"""How many times a limit is sent, until the server closes: it may allow more while a slow machine is sending."""

MAX_CONNECTIONS = 20
MAX_UNSIGNED = 50
MAX_QUESTIONS = 20
MAX_ANSWERS = 10

TOO_MANY_CONNECTIONS = 4029
"""The close code."""


@check("P-2.8", "P-13.4", exclusive=True)
async def a_frame_that_is_too_large_closes_with_1009(context: Context) -> None:
    """The frame is sent in one piece, and in fragments."""
    conversation_id = await context.new_conversation()
    text = json.dumps({"type": "ping", "x": "y" * MAX_FRAME_BYTES})
    for message in (text, [text[start : start + 65_536] for start in range(0, len(text), 65_536)]):
        connection, _ = await context.enter(conversation_id)
        with contextlib.suppress(ConnectionClosed, OSError):
            await connection.socket.send(message)
        await connection.must_close("P-2.8", 1009, "a frame over the limit")


@check("P-2.8", "P-13.4", exclusive=True)
async def the_largest_frames_are_taken(context: Context) -> None:
    """256 KiB before signing in, 2 MiB after; more than 256 KiB before signing in closes with 1009."""
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    await _require_pong(connection, MAX_BYTES_BEFORE_AUTH)
    await connection.sign_in(context.target.token)
    await _require_pong(connection, MAX_FRAME_BYTES)
    early = await context.connect(conversation_id)
    with contextlib.suppress(ClosedError, ConnectionClosed, OSError):
        await early.send_text(padded_ping(MAX_BYTES_BEFORE_AUTH + 1024))
    await early.must_close("P-2.8", 1009, "a large frame before signing in")


async def _require_pong(connection: Connection, size: int) -> None:
    with required("P-2.8", f"a frame of {size} bytes"):
        await connection.send_text(padded_ping(size))
        await connection.expect("pong")


def padded_ping(size: int) -> str:
    """Return a `ping` with this length in bytes."""
    bare = json.dumps({"type": "ping", "x": ""})
    return json.dumps({"type": "ping", "x": "y" * (size - len(bare))})


@check("P-2.15", "P-13.4", exclusive=True)
async def a_flood_of_bytes_closes_with_1008(context: Context) -> None:
    """More than 16 MiB in a minute, in few frames."""
    _, connection = await context.enter_new()
    await _send_many(connection, [padded_ping(MAX_FRAME_BYTES)] * (FLOOD_FACTOR * MAX_BYTES // MAX_FRAME_BYTES))
    await connection.must_close("P-2.15", 1008, "more than 16 MiB")


@check("P-2.10", "P-13.4", exclusive=True)
async def too_much_nonsense_closes_with_1008(context: Context) -> None:
    """100 frames that are not understood are refused, the next one ends the connection."""
    _, connection = await context.enter_new()
    kinds = ["{", '{"type": "chat.delete"}', '{"type": "chat.stop", "message_id": 1}', "[]"]
    await _send_many(connection, (kinds * (MAX_NONSENSE // len(kinds) + 1))[: MAX_NONSENSE + 1])
    await connection.must_close("P-2.10", 1008, f"{MAX_NONSENSE + 1} frames of nonsense")
    refused = [frame for frame in connection.frames if frame["type"] == "chat.error"]
    require(len(refused) == MAX_NONSENSE, "P-2.10", f"{len(refused)} were refused before it closed")


@check("P-2.13", "P-13.4", exclusive=True)
async def too_many_commands_are_refused(context: Context) -> None:
    """Beyond 120 a minute, commands are RATE_LIMIT_EXCEEDED; a `pong` does not count."""
    _, connection = await context.enter_new()
    await _send_many(connection, ['{"type": "pong"}'] * 20 + ['{"type": "ping"}'] * (MAX_COMMANDS + 1))
    seen = 0
    while seen <= MAX_COMMANDS:
        frame = await connection.receive()
        if frame["type"] == "chat.error":
            require(frame["code"] == "RATE_LIMIT_EXCEEDED", "P-2.13", f"refused with {frame['code']}")
            require(frame.get("retry_after", 0) >= 1, "P-2.13", "the refusal has no retry_after")
            require(seen >= MAX_COMMANDS - 1, "P-2.13", f"only {seen} commands were taken")
            return
        seen += frame["type"] == "pong"
    raise Violation("P-2.13", f"{seen} commands were taken within a minute")


@check("P-2.15", "P-13.4", exclusive=True)
async def a_flood_of_frames_closes_with_1008(context: Context) -> None:
    """More than 600 frames in a minute, whatever they are."""
    _, connection = await context.enter_new()
    await _send_many(connection, ['{"type": "pong"}'] * (FLOOD_FACTOR * MAX_FRAMES))
    await connection.must_close("P-2.15", 1008, f"{FLOOD_FACTOR * MAX_FRAMES} frames")


async def _send_many(connection: Connection, texts: list[str]) -> None:
    try:
        for text in texts:
            await connection.send_text(text)
            # Reads what has come: a server that has closed discards its close frame if much more is sent.
            await asyncio.sleep(0)
    except (ClosedError, OSError):
        return


@check("P-2.11", "P-6.5", "P-9.6", exclusive=True)
async def a_user_has_a_limited_number_of_connections(context: Context) -> None:
    """The 21st sign-in is TOO_MANY_SOCKETS and close 4029; an event stream is refused too."""
    conversation_id = await context.new_conversation()
    opened = [await _enter_when_closed_ones_are_gone(context, conversation_id) for _ in range(MAX_CONNECTIONS)]
    one_more = await context.connect(conversation_id)
    await one_more.send("auth", token=context.target.token)
    await one_more.expect_refusal("P-2.11", "TOO_MANY_SOCKETS")
    await one_more.must_close("P-6.5", TOO_MANY_CONNECTIONS, "one connection too many")
    async with context.stream(conversation_id) as events:
        first, second = await events.next(), await events.next()
    require(first and json.loads(first[1]).get("code") == "TOO_MANY_SOCKETS", "P-9.6", f"the stream sent {first}")
    is_closed = second and second[0] == "close" and json.loads(second[1]) == {"code": TOO_MANY_CONNECTIONS}
    require(is_closed, "P-9.6", f"then {second}")
    for connection in opened:
        await connection.close()
    await _enter_when_closed_ones_are_gone(context, conversation_id)


async def _enter_when_closed_ones_are_gone(context: Context, conversation_id: str) -> Connection:
    """Sign in, again and again while there are too many connections: a server may count closed ones for a moment."""
    deadline = asyncio.get_running_loop().time() + context.target.patience
    while True:
        try:
            return (await context.enter(conversation_id))[0]
        except ClosedError as closed:
            if closed.code != TOO_MANY_CONNECTIONS:
                raise
        is_late = asyncio.get_running_loop().time() > deadline
        require(not is_late, "P-2.11", "there are too many connections, or closed ones are still counted")
        await asyncio.sleep(0.5)


@check("P-2.12", "P-6.5", exclusive=True)
async def a_network_has_a_limited_number_of_connections_that_do_not_sign_in(context: Context) -> None:
    """Beyond 50, a connection is TOO_MANY_SOCKETS and close 4029."""
    conversation_id = await context.new_conversation()
    opened = [await context.connect(conversation_id) for _ in range(MAX_UNSIGNED)]
    for _ in range(4 * MAX_UNSIGNED):  # Several workers count by themselves.
        connection = await context.connect(conversation_id)
        opened.append(connection)
        await _send_many(connection, ['{"type": "ping"}'])
        with required("P-2.12", "without a reason"):
            frame = await connection.receive()
        if frame["type"] == "chat.error":
            require(frame["code"] == "TOO_MANY_SOCKETS", "P-2.12", f"refused with {frame['code']}")
            await connection.must_close("P-6.5", TOO_MANY_CONNECTIONS, "one connection too many")
            break
    else:
        raise Violation("P-2.12", f"{len(opened)} connections wait for auth")
    for connection in opened:
        await connection.close()


async def _require_retry_after(context: Context, conversation_id: str) -> None:
    """Require that a question over HTTP that comes too soon is refused with 429 and `Retry-After`."""
    url = f"{context.target.url}/api/conversations/{conversation_id}/commands"
    given = {"Authorization": f"Bearer {context.target.token}"}
    question = {"type": "chat.message", "content": SHORT_QUESTION}
    async with context.http.post(url, json=question, headers=given) as response:
        if response.status != 429:
            return  # An answer has ended meanwhile.
        frame, seconds = await response.json(), response.headers.get("Retry-After", "")
    require(seconds == str(frame.get("retry_after")), "P-9.2", f"429 has Retry-After {seconds!r}, and {frame}")


@check("P-6.12", "P-9.2", exclusive=True)
async def a_user_has_a_limited_number_of_answers_at_once(context: Context) -> None:
    """While ten are being written, another one is RATE_LIMIT_EXCEEDED with `retry_after`."""
    *connections, last = [(await context.enter_new())[1] for _ in range(MAX_ANSWERS + 1)]
    try:
        for connection in connections:
            await connection.ask(f"{LONGEST_QUESTION} " * 6)
        frame = await last.try_command("chat.message", content=SHORT_QUESTION)
        for connection in connections:
            await connection.drain(0.1)
        if any(answer.ended for connection in connections for answer in connection.answers.values()):
            return  # Fewer than ten are being written.
        found = frame.get("code") or frame["type"]
        require(found == "RATE_LIMIT_EXCEEDED", "P-6.12", f"an answer beside ten others was answered by {found}")
        require(frame.get("retry_after", 0) >= 1, "P-6.12", "the refusal has no retry_after")
        await _require_retry_after(context, await context.new_conversation())
    finally:
        for connection in connections:
            with contextlib.suppress(ClosedError):
                await connection.send("chat.stop")


@check("P-6.12", "P-4.4", exclusive=True)
async def the_rate_of_questions_is_limited(context: Context) -> None:
    """More than 20 in a minute are refused with `retry_after`; nothing of them is stored."""
    conversation_id, connection = await context.enter_new()
    for _ in range(MAX_QUESTIONS + 1):
        frame = await connection.try_command("chat.message", content=SHORT_QUESTION)
        if frame["type"] == "chat.error":
            require(frame["code"] == "RATE_LIMIT_EXCEEDED", "P-6.12", f"refused with {frame['code']}")
            require(frame.get("retry_after", 0) >= 1, "P-6.12", "the refusal has no retry_after")
            before = len(await context.messages(conversation_id))
            require(before % 2 == 0, "P-4.4", "a refused question is stored")
            return
        message_id = frame["reply"]["id"]
        await connection.send("chat.stop", message_id=message_id)
        await connection.read_to_end(message_id)
        connection.answer(message_id).may_repeat_end = True
    raise Skipped("the server's rate of questions is higher")
