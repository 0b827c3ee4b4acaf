"""The adapter of a client that breaks one rule in each scenario, which the scenario must detect."""

import asyncio
import contextlib
import json
import runpy
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from ai_chat_client import (
    answer_copy,
    answer_stream,
    connector,
    errors,
    event_stream,
    multiplexer,
    response_body,
    session,
    stream_connection,
)

ADAPTER = Path(__file__).resolve().parent.parent / "conformance_adapter.py"

Patches = dict[tuple[Any, str], Any]


def trust_positions(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Treat each frame as the next one."""
    self.position = replace(self.position, seq=frame["from"])
    return APPLY(self, frame)


def ignore_resets(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Append what a reset brings."""
    return APPLY(self, {**frame, "reset": False, "from": self.position.seq})


def skip_unknown(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Do not count the frames of unknown types."""
    return APPLY(self, frame) if frame["type"].startswith("chat.") else []


async def sign_in_without_position(self: multiplexer.Multiplexer, token: str) -> None:
    """Never resume."""
    await self._connection.send({"type": "auth", "token": token})
    while (await self._connection.receive(10))["type"] != "auth.success":
        pass


def ask_under_another_id(self: multiplexer.Multiplexer) -> Any:
    """Send a question again under another id."""
    for waiting in self._turns:
        if waiting.command is not None and waiting.copy is None and waiting not in self.sent:
            waiting.command["client_id"] = str(uuid4())
    yield from DUE_COMMANDS(self)


def forget_stops(self: answer_stream.AnswerStream) -> None:
    """Stop nothing."""


async def keep_token(self: session.Session, refused: str) -> None:
    """Never sign in again."""


def forget_runs(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Treat frames of every run as frames of the current one."""
    return APPLY(self, {**frame, "run": self.position.run})


async def give_up(self: session.Session, refused: str) -> None:
    """Treat the first failure of a renewal as the end of the session."""
    try:
        await RENEW(self, refused)
    except errors.ApiError as error:
        raise errors.SignedOutError(str(error)) from None


def lose_characters(text: str | bytes) -> Any:
    """Read only the characters that take one byte."""
    content = text.encode() if isinstance(text, str) else text
    return LOADS(content.decode("ascii", "ignore"))


async def take_pages_for_refusals(response: Any) -> Any:
    """Treat every error as one of the server's."""
    return response_body.Refusal("NOT_FOUND", "None.", None)


async def take_anything_for_a_frame(response: Any) -> Any:
    """Treat every body as a frame."""
    return {"type": "pong"}


async def take_text_for_json(response: Any) -> Any:
    """Ignore the content type."""
    return json.loads(await response.read())


def ignore_retry_after(response: Any) -> None:
    """Do not wait for as long as the server says."""


def follow_redirects(self: Any, method: str, path: str, token: str, **options: Any) -> Any:
    """Send the token or the command where a redirect leads."""
    url = self._session.url + self._path + path
    return self._session.http.request(method, url, headers={"Authorization": f"Bearer {token}"}, **options)


def complete_events(self: event_stream.EventParser, content: bytes) -> Any:
    """Treat every piece of the stream as complete events."""
    yield from FEED(self, content + b"\n\n" if not content.endswith(b"\n") else content)


def divide_characters(self: event_stream.EventParser, content: bytes) -> Any:
    """Decode each piece of the stream on its own."""
    yield from FEED(self, content.decode(errors="replace").encode())


def hold_half_line_ends(self: event_stream.EventParser, content: bytes) -> Any:
    """Wait for the line feed after each carriage return."""
    yield from FEED(self, content.removesuffix(b"\r"))


def read_one_event(self: event_stream.EventParser, content: bytes) -> Any:
    """Read one event of each piece."""
    yield from list(FEED(self, content))[:1]


FEED = event_stream.EventParser.feed
LOADS = json.loads
RENEW = session.Session.renew
APPLY = answer_copy.AnswerCopy.apply
DUE_COMMANDS = multiplexer.Multiplexer._take_due_commands  # noqa: SLF001 - it breaks the client from inside

FAULTS: dict[str, Patches] = {
    "gap": {(answer_copy.AnswerCopy, "apply"): trust_positions},
    "reset": {(answer_copy.AnswerCopy, "apply"): ignore_resets},
    "unknown-frames": {(answer_copy.AnswerCopy, "apply"): skip_unknown},
    "cut-in-mid-answer": {(multiplexer.Multiplexer, "_sign_in"): sign_in_without_position},
    "closed-before-acceptance": {(multiplexer.Multiplexer, "_take_due_commands"): ask_under_another_id},
    "stop": {(answer_stream.AnswerStream, "stop"): forget_stops},
    "signed-out-and-in": {(session.Session, "renew"): keep_token},
    "closed-with-4004": {(connector, "GONE"): set()},
    "frame-not-taken": {(connector, "FRAME_REFUSED"): set()},
    "values-of-the-wrong-kind": {(answer_copy, "_is_number"): lambda value: isinstance(value, int)},
    "two-gaps": {(answer_copy.AnswerCopy, "apply"): trust_positions},
    "frames-in-another-order": {(answer_copy.AnswerCopy, "apply"): trust_positions},
    "every-frame-twice": {(answer_copy.AnswerCopy, "apply"): trust_positions},
    "end-of-an-earlier-run": {(answer_copy.AnswerCopy, "apply"): forget_runs},
    "shorter-after-a-restart": {(answer_copy.AnswerCopy, "apply"): ignore_resets},
    "tokens-not-renewed-at-once": {(session.Session, "renew"): give_up},
    "closed-at-every-step": {(multiplexer.Multiplexer, "_sign_in"): sign_in_without_position},
    "divided-characters": {(json, "loads"): lose_characters},
    "http-carriage-returns": {(event_stream.EventParser, "feed"): hold_half_line_ends},
    "http-command-empty": {(stream_connection, "read_json"): take_anything_for_a_frame},
    "http-command-expired": {(stream_connection, "UNAUTHORIZED"): 0},
    "http-command-forbidden": {(stream_connection, "FIRST_FAILURE"): 0},
    "http-command-limited-by-a-proxy": {(stream_connection, "retry_after_of"): ignore_retry_after},
    "http-command-other-type": {(stream_connection, "read_json"): take_text_for_json},
    "http-command-page": {(stream_connection, "read_json"): take_anything_for_a_frame},
    "http-command-redirect": {(stream_connection.StreamConnection, "_request"): follow_redirects},
    "http-command-too-large": {(stream_connection, "TOO_LARGE"): 0},
    "http-cut-in-mid-answer": {(multiplexer.Multiplexer, "_sign_in"): sign_in_without_position},
    "http-ended-early": {(event_stream.EventParser, "feed"): complete_events},
    "http-events-in-every-form": {(event_stream.EventParser, "feed"): divide_characters},
    "http-gone": {(stream_connection, "CLOSE_CODES"): {}},
    "http-held-back": {(event_stream.EventParser, "feed"): read_one_event},
    "http-response-lost": {(multiplexer.Multiplexer, "_take_due_commands"): ask_under_another_id},
    "http-stream-expired": {(session.Session, "renew"): keep_token},
    "http-stream-limited": {(stream_connection, "retry_after_of"): ignore_retry_after},
    "http-stream-limited-until-a-date": {(stream_connection, "retry_after_of"): ignore_retry_after},
    "http-stream-not-found-page": {(stream_connection, "read_refusal"): take_pages_for_refusals},
    "http-stream-redirect": {(stream_connection.StreamConnection, "_request"): follow_redirects},
}
"""The fault of the client, by the scenario that must detect it."""


async def main() -> None:
    """Break the client for each task, as its scenario says, and perform it."""
    perform = runpy.run_path(str(ADAPTER))["perform"]
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = json.loads(line)
        with contextlib.ExitStack() as stack:
            for (owner, name), broken in FAULTS[task["scenario"]].items():
                stack.enter_context(patch.object(owner, name, broken))
            await perform(task)


if __name__ == "__main__":
    asyncio.run(main())
