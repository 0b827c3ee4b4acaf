"""Sections 4 and 6: refused frames and commands."""

import json
from typing import Any

from conformance.connection import Connection
from conformance.context import SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.shapes import Frame
from conformance.violations import ClosedError, Skipped, Violation, require, required

UNKNOWN = "00000000-0000-4000-8000-000000000000"
MAX_SEQ = 2**53 - 1
DEPTHS = (60, 5_000)

WRONG: tuple[tuple[str | dict[str, Any], str | None, str, str], ...] = (
    ("{", "INVALID_JSON", "P-6.6", ""),
    ("[]", "INVALID_JSON", "P-6.6", ""),
    ('"ping"', "INVALID_JSON", "P-6.6", ""),
    ("null", "INVALID_JSON", "P-6.6", ""),
    ('{"type": "ping", "x": NaN}', "INVALID_JSON", "P-6.6", ""),
    ({"type": "chat.delete"}, "UNKNOWN_TYPE", "P-6.7", ""),
    ({"type": "tool.result"}, "UNKNOWN_TYPE", "P-6.7", ""),
    ({}, None, "P-6.16", ""),
    ({"type": 1}, None, "P-6.16", ""),
    ({"type": "chat.message"}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.message", "content": 1}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.message", "content": ""}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": " \n\t "}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "\u3000\u200b\u200d\ufeff"}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "\u2800\u3164\u2060"}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "a\0b"}, "INVALID_MESSAGE", "P-4.13", "content"),
    ({"type": "chat.message", "content": "a\ud800b"}, "INVALID_MESSAGE", "P-4.13", "content"),
    ({"type": "chat.message", "content": "a", "model": ""}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": 1}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": "m" * 201}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": "no-such-model"}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "parent_id": "x"}, "INVALID_MESSAGE", "P-6.8", "parent_id"),
    ({"type": "chat.message", "content": "a", "parent_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.message", "content": "a", "client_id": "x"}, "INVALID_MESSAGE", "P-4.2", "client_id"),
    ({"type": "chat.regenerate"}, "INVALID_MESSAGE", "P-6.8", "message_id"),
    ({"type": "chat.regenerate", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.continue", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.edit", "message_id": UNKNOWN, "content": "a"}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.edit", "message_id": UNKNOWN}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": 0}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": MAX_SEQ, "seq": MAX_SEQ}, "NOT_FOUND", "P-4.14", ""),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": MAX_SEQ + 1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": -1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1.5, "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": "1", "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": True, "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.stop", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.stop", "message_id": 1}, "INVALID_MESSAGE", "P-6.8", "message_id"),
)
"""Frames that are refused, with the code (None: any), the requirement, and the field that the sentence must name."""


@check("P-6.6", "P-6.7", "P-6.8", "P-6.9", "P-6.10", "P-6.16", "P-4.2", "P-4.13", "P-4.14", "P-10.3", "P-5.6")
async def every_wrong_frame_is_refused_with_its_code(context: Context) -> None:
    """JSON of any shape, unknown types, wrong fields: each is answered, and the connection stays open."""
    conversation_id, connection = await context.enter_new()
    for wrong, code, requirement, named in WRONG:
        client_id = new_id() if isinstance(wrong, dict) and "client_id" not in wrong else None
        connection.sent_ids.add(str(client_id))
        given = {"client_id": client_id} if client_id else {}
        text = wrong if isinstance(wrong, str) else json.dumps(wrong | given)
        frame = await _refusal_of(connection, text, requirement)
        require(code in {None, frame["code"]}, requirement, f"{text} was refused with {frame['code']}, not {code}")
        require("done" not in frame, "P-5.6", "a refusal is terminal")
        require(named in frame["error"], "P-4.14", f"the refusal of {text} does not name {named}: {frame['error']}")
        require(frame.get("client_id") == client_id, "P-4.2", f"the refusal of {text} has {frame.get('client_id')}")
    require(await context.messages(conversation_id) == [], "P-4.4", "a refused command stored something")


async def _refusal_of(connection: Connection, text: str, requirement: str) -> Frame:
    """Send a frame, and return its refusal."""
    await connection.send_text(text)
    try:
        frame = await connection.until(lambda frame: frame["type"] != "ping", f"the refusal of {text}")
    except TimeoutError as error:
        raise Violation("P-6.16", str(error)) from None
    except ClosedError as closed:
        raise Violation(requirement, f"{text} closed the connection with {closed.code}") from None
    require(frame["type"] == "chat.error", requirement, f"{text} was answered by {frame['type']}")
    return frame


@check("P-6.16")
async def deeply_nested_json_is_answered(context: Context) -> None:
    """By `pong`, because unknown fields are ignored, or by a refusal; and the connection stays open."""
    _, connection = await context.enter_new()
    for depth in DEPTHS:
        await connection.send_text('{"type": "ping", "x": ' + "[" * depth + "]" * depth + "}")
        with required("P-6.16", "after nested JSON"):
            await connection.until(lambda frame: frame["type"] in {"pong", "chat.error"}, "an answer")


@check("P-4.13")
async def the_refusal_of_a_character_says_which_and_where(context: Context) -> None:
    """The sentences for NUL, for a lone surrogate, and for another place differ."""
    _, connection = await context.enter_new()
    sentences = set()
    for content in ("a\0b", "abc\0d", "a\ud800b"):
        frame = await _refusal_of(connection, json.dumps({"type": "chat.message", "content": content}), "P-4.13")
        require(frame["code"] == "INVALID_MESSAGE", "P-4.13", f"{content!r} was refused with {frame['code']}")
        sentences.add(frame["error"])
    require(len(sentences) == 3, "P-4.13", f"the refusals of different characters are alike: {sorted(sentences)}")


@check("P-4.6", "P-4.7", "P-4.8", "P-4.9", "P-4.11", "P-6.8", "P-6.10", "P-7.1")
async def commands_for_messages_of_the_wrong_kind_are_refused(context: Context) -> None:
    """A question is not an answer, an answer is not a question, and a complete answer cannot be continued."""
    conversation_id, connection, accepted = await context.start(SHORT_QUESTION)
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    ended = (await connection.read_to_end(reply)).ended or {}
    for requirement, code, kind, fields in (
        ("P-4.6", "INVALID_MESSAGE", "chat.message", {"content": "a", "parent_id": question}),
        ("P-4.7", "INVALID_MESSAGE", "chat.regenerate", {"message_id": question}),
        ("P-4.8", "INVALID_MESSAGE", "chat.edit", {"message_id": reply, "content": "a"}),
        ("P-4.9", "INVALID_MESSAGE", "chat.continue", {"message_id": question}),
        ("P-7.1", "INVALID_MESSAGE", "chat.continue", {"message_id": reply}),
        ("P-4.11", "NOT_FOUND", "chat.follow", {"message_id": question, "run": 1, "seq": 0}),
        ("P-4.10", "NOT_FOUND", "chat.stop", {"message_id": question}),
    ):
        if requirement == "P-7.1" and ended["status"] != "complete":
            continue
        frame = await connection.try_command(kind, **fields)
        found = frame.get("code") or frame["type"]
        require(found == code, requirement, f"{kind} {fields} was answered by {found}, not {code}")
    stored = await context.messages(conversation_id)
    require([message["id"] for message in stored] == [question, reply], "P-4.4", "a refused command stored something")


@check("P-6.9", "P-4.13")
async def a_question_that_is_too_long_is_refused(context: Context) -> None:
    """One code point more than `/api/limits` says; the longest one is not."""
    longest = await context.longest_message()
    if longest > 400_000:
        raise Skipped("the server takes very long messages")
    _, connection = await context.enter_new()
    await connection.must_refuse("P-6.9", "MESSAGE_TOO_LONG", "chat.message", content="x" * (longest + 1))
    # Text is checked before the target (P-4.4), so that no model is asked.
    for character in ("x", "\U0001f600"):
        target = {"content": character * longest, "parent_id": UNKNOWN}
        await connection.must_refuse("P-4.13", "NOT_FOUND", "chat.message", **target)
