"""Section 9: event streams and posted commands, without WebSocket."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from conformance.answer import AnswerCopy
from conformance.connection import ANSWER_SECONDS
from conformance.context import LONG_QUESTION, LONGEST_QUESTION, SHORT_QUESTION, Context, new_id
from conformance.event_reader import EventReader
from conformance.registry import check
from conformance.shapes import ALWAYS, CHAT_SUCCESS, Frame, find_mismatch, shape_name
from conformance.violations import Skipped, Violation, require, required

MAX_BODY_BYTES = 2 * 1024 * 1024


async def read_frame(events: EventReader) -> Frame:
    """Return the next frame of a stream."""
    event = await events.next()
    require(event is not None, "P-9.3", "the stream ended")
    name, data = event or ("", "")
    require(name == "message", "P-9.3", f"the stream sent {name} {data}")
    frame = json.loads(data)
    shape = shape_name(frame)
    fields = CHAT_SUCCESS if shape == "auth.success" else ALWAYS.get(shape, {})
    mismatch = find_mismatch(frame, fields)
    require(mismatch is None, "P-9.3", mismatch or "")
    return dict(frame)


async def read_to_end(
    events: EventReader, answer: AnswerCopy, stop: Callable[[], Awaitable[object]] | None = None
) -> list[str]:
    """Read a stream up to the end of an answer, which `stop` ends if it is slow; return the types of its frames."""
    kinds: list[str] = []
    began = asyncio.get_running_loop().time()
    deadline = began + events.patience
    while answer.ended is None:
        try:
            async with asyncio.timeout_at(deadline):
                frame = await read_frame(events)
        except TimeoutError:
            raise Violation("P-1.3", "the stream sent no terminal frame") from None
        kinds.append(frame["type"])
        if frame.get("message_id") == answer.message_id:
            deadline = asyncio.get_running_loop().time() + events.patience
        if stop is not None and asyncio.get_running_loop().time() > began + ANSWER_SECONDS:
            await stop()
            stop = None
        if frame.get("message_id") == answer.message_id and "seq" in frame:
            answer.take(frame)
    return kinds


def commands_path(conversation_id: str) -> str:
    return f"/api/conversations/{conversation_id}/commands"


@check("P-9.1", "P-9.2", "P-4.2", "P-4.12", "P-9.3", "P-5.12", "P-10.3")
async def commands_and_frames_travel_over_http(context: Context) -> None:
    """A question by POST, its frames by events, a repeat, and a stop that answers with the end."""
    conversation_id = await context.new_conversation()
    path, client_id = commands_path(conversation_id), new_id()
    status, pong = await context.call("POST", path, {"type": "ping"})
    require((status, pong) == (200, {"type": "pong"}), "P-9.1", f"ping was answered by {status} {pong}")
    status, _ = await context.call("POST", path, {"type": "pong"})
    require(status == 204, "P-9.1", f"pong was answered by {status}")
    async with context.stream(conversation_id) as events:
        success = await read_frame(events)
        require(success["type"] == "auth.success", "P-9.3", f"the stream begins with {success['type']}")
        question = {
            "type": "chat.message",
            "content": LONG_QUESTION,
            "client_id": client_id,
            "a_field_of_next_year": [1],
        }
        status, accepted = await ask(context, path, question)
        require(status != 422, "P-10.3", f"a field that the server need not know is refused: {accepted}")
        require(status == 200 and accepted["type"] == "chat.accepted", "P-9.1", f"{status} {accepted}")
        mismatch = find_mismatch(accepted, ALWAYS["chat.accepted"])
        require(mismatch is None, "P-9.1", f"the response to a question: {mismatch}")
        require(accepted["client_id"] == client_id, "P-4.2", "the response to a question has a different client_id")
        answer = AnswerCopy(accepted["reply"]["id"])
        stop = {"type": "chat.stop", "message_id": answer.message_id}
        kinds = await read_to_end(events, answer, lambda: context.call("POST", path, stop))
        require("chat.accepted" in kinds, "P-5.11", "the stream has no chat.accepted")
    await context.verify(conversation_id, answer)
    status, again = await context.call("POST", path, question)
    require(status == 200 and again["reply"]["id"] == answer.message_id, "P-4.3", "a repeat asked again")
    status, ended = await context.call("POST", path, stop)
    require(status == 200 and ended.get("done") is True, "P-9.1", f"chat.stop was answered by {status} {ended}")
    require(ended["status"] == (answer.ended or {}).get("status"), "P-7.1", "the status has changed")
    some = sorted(answer.texts)[len(answer.texts) // 2]
    if some < answer.seq:
        half = answer.copy_at(some)
        async with context.stream(conversation_id, half) as events:
            await read_to_end(events, half)
        require(half.resets == 0 and half.content == answer.content, "P-9.3", "a position does not give the rest")


async def ask(context: Context, path: str, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Post a question; waits as long as the server's rate limit requires."""
    while True:
        status, frame = await context.call("POST", path, question)
        if status != 429:
            return status, frame
        require(frame.get("code") == "RATE_LIMIT_EXCEEDED", "P-9.2", f"429 has {frame}")
        await asyncio.sleep(float(frame["retry_after"]))


@check("P-9.2", "P-6.4", "P-9.1")
async def refusals_over_http_have_their_status(context: Context) -> None:
    """422 for what is not understood, 404 for what is not there; the body is the frame."""
    conversation_id = await context.new_conversation()
    path = commands_path(conversation_id)
    client_id = new_id()
    for body, status, code in (
        ({"type": "chat.message", "content": " "}, 422, "EMPTY_CONTENT"),
        ({"type": "chat.message"}, 422, "INVALID_MESSAGE"),
        ({"type": "auth", "token": "x"}, 422, "UNKNOWN_TYPE"),
        ({"type": "chat.follow", "message_id": new_id(), "run": 1, "seq": 0}, 422, "UNKNOWN_TYPE"),
        ({"type": "chat.regenerate", "message_id": new_id()}, 404, "NOT_FOUND"),
    ):
        answered, frame = await context.call("POST", path, {**body, "client_id": client_id})
        found = f"{body} was answered by {answered} {frame}"
        require(answered == status, "P-9.2", found)
        require(frame.get("type") == "chat.error" and frame.get("code") == code, "P-9.2", found)
        require(frame.get("client_id") == client_id, "P-4.2", found)
    status, frame = await context.call("POST", commands_path(new_id()), {"type": "chat.stop"})
    require((status, frame.get("code")) == (404, "NO_CONVERSATION"), "P-9.2", f"{status} {frame}")
    for token in ("", "x"):
        status, _ = await context.call("POST", path, {"type": "ping"}, token=token or "x")
        require(status == 401, "P-9.2", f"without a token: {status}")


@check("P-9.2", "P-9.1", "P-9.3", "P-6.11")
async def a_busy_conversation_refuses_over_http(context: Context) -> None:
    """409 while an answer is being written; `chat.stop` without an id ends it."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    await connection.read_to_number(accepted["reply"]["id"], 1)
    path, client_id = commands_path(conversation_id), new_id()
    body = {"type": "chat.regenerate", "message_id": accepted["reply"]["id"], "client_id": client_id}
    status, frame = await context.call("POST", path, body)
    if connection.answer(accepted["reply"]["id"]).ended is None and status == 200:
        raise Skipped("the model's answer ended too soon")
    found = f"a command while an answer is being written was answered by {status} {frame}"
    require((status, frame.get("code")) == (409, "ALREADY_PROCESSING"), "P-9.2", found)
    require(frame.get("client_id") == client_id, "P-4.2", found)
    at = connection.answer(accepted["reply"]["id"])
    follower = AnswerCopy(at.message_id, at.run, at.seq, at.content, at.reasoning)
    async with context.stream(conversation_id, at) as events:
        await read_frame(events)
        status, ended = await context.call("POST", path, {"type": "chat.stop"})
        found = f"chat.stop was answered by {status} {ended}"
        require((status, ended.get("message_id")) == (200, accepted["reply"]["id"]), "P-9.1", found)
        await read_to_end(events, follower)
    answer = await connection.read_to_end(accepted["reply"]["id"])
    same = follower.resets == 0 and follower.content == answer.content
    require(same, "P-9.3", "a position in an answer that is being written does not give the rest")
    require(ended["seq"] == ended["from"] == answer.seq, "P-9.1", f"{found}; the numbers end at {answer.seq}")
    await context.verify(conversation_id, answer)


@check("P-9.2", "P-6.6")
async def bodies_that_are_not_commands_are_refused(context: Context) -> None:
    """422 for what is not a JSON object, 413 for what is too large."""
    path = commands_path(await context.new_conversation())
    for body in (b"{", b"[]", b"\xff"):
        status, frame = await context.post_bytes(path, body)
        found = f"{body!r} was answered by {status} {frame}"
        require((status, frame.get("code")) == (422, "INVALID_JSON"), "P-9.2", found)
        require(frame.get("type") == "chat.error", "P-9.2", found)
    status, frame = await context.post_bytes(path, b'{"type": "ping", "x": "' + b"y" * MAX_BODY_BYTES + b'"}')
    # A proxy in between may not say why the server reads no further.
    is_refused = (status, frame.get("code")) == (413, "TOO_LARGE") or status >= 500
    require(is_refused, "P-9.2", f"a large body was answered by {status} {frame}")


@check("P-9.3", "P-3.4")
async def a_wrong_position_over_http_is_answered_by_a_reset(context: Context) -> None:
    """The reset is the same as on a socket."""
    conversation_id, _, whole = await context.ask_to_the_end(SHORT_QUESTION)
    ahead = AnswerCopy(whole.message_id, whole.run, whole.seq + 1000)
    async with context.stream(conversation_id, ahead) as events:
        answer = AnswerCopy(whole.message_id, seq=-1)
        await read_to_end(events, answer)
    require(answer.resets == 1 and answer.content == whole.content, "P-9.3", "a wrong position does not give the text")


@check("P-9.3")
async def a_position_is_given_whole_or_not_at_all(context: Context) -> None:
    """Some of `message_id`, `run` and `seq`, or a wrong one, is refused; so is a stream without a token."""
    path = f"/api/conversations/{await context.new_conversation()}/events"
    for query in (f"message_id={new_id()}", "run=1&seq=0", f"message_id={new_id()}&run=1", "message_id=x&run=1&seq=0"):
        status, _ = await context.call("GET", f"{path}?{query}")
        require(status == 422, "P-9.3", f"{query} was answered by {status}")
    for place in (path, "/api/events"):
        status, _ = await context.call("GET", place, token="x")
        require(status == 401, "P-9.3", f"with a wrong token, {place} was answered by {status}")


@check("P-9.4", "P-8.2", "P-8.5")
async def the_changes_travel_over_http(context: Context) -> None:
    """`GET /api/events` sends the frames of the feed, with numbers in steps of 1."""
    async with context.events("/api/events") as events:
        success = await read_event(events)
        require(success["type"] == "auth.success" and "active" in success, "P-9.4", f"it begins with {success}")
        revision = success["revision"]
        # Two: what follows the first frame is read too.
        missing = {await context.new_conversation() for _ in range(2)}
        while missing:
            frame = await read_event(events)
            if "revision" not in frame:
                continue
            require(frame["revision"] == revision + 1, "P-8.5", f"{frame['revision']} came after {revision}")
            revision = frame["revision"]
            missing.discard(frame.get("conversation", {}).get("id"))


async def read_event(events: EventReader) -> Frame:
    """Return the next frame of the feed."""
    with required("P-9.4", "the stream is silent"):
        event = await events.next()
    require(event is not None and event[0] == "message", "P-9.4", f"the stream sent {event}")
    return dict(json.loads(event[1] if event else "{}"))


@check("P-9.5", "P-5.9")
async def a_stream_ends_with_the_code_of_a_socket(context: Context) -> None:
    """When the conversation is deleted: `conversation.deleted`, then `event: close` with 4004."""
    conversation_id = await context.new_conversation()
    async with context.stream(conversation_id) as events:
        await read_frame(events)
        await context.call("DELETE", f"/api/conversations/{conversation_id}")
        kinds = []
        with required("P-9.5", "the stream does not end"):
            while (event := await events.next()) is not None:
                kinds.append(event)
    require(kinds and kinds[-1][0] == "close", "P-9.5", f"the stream ended with {kinds[-1:]}")
    require(json.loads(kinds[-1][1]) == {"code": 4004}, "P-9.5", f"the stream closed with {kinds[-1][1]}")
    deleted = [data for name, data in kinds if name == "message" and json.loads(data)["type"] == "conversation.deleted"]
    require(deleted, "P-5.9", "the stream has no conversation.deleted")
