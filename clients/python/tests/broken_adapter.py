"""The adapter of a client that breaks a rule in each scenario, which the scenario must find."""

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

from ai_chat_client import answer_copy, connector, errors, session, stream, visit

ADAPTER = Path(__file__).resolve().parent.parent / "conformance_adapter.py"

Patches = dict[tuple[Any, str], Any]


def trust_positions(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Take each frame for the next one."""
    self.position = replace(self.position, seq=frame["from"])
    return TAKE(self, frame)


def ignore_resets(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Append what a reset brings."""
    return TAKE(self, {**frame, "reset": False, "from": self.position.seq})


def skip_unknown(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Do not count the frames of unknown types."""
    return TAKE(self, frame) if frame["type"].startswith("chat.") else []


async def sign_in_without_position(self: visit.Visit, token: str) -> None:
    """Never resume."""
    await self._connection.send({"type": "auth", "token": token})
    while (await self._connection.receive(10))["type"] != "auth.success":
        pass


def ask_anew(self: visit.Visit) -> Any:
    """Send a question again under another id."""
    for waiting in self._streams:
        if waiting.command is not None and waiting.copy is None and waiting not in self.sent:
            waiting.command["client_id"] = str(uuid4())
    yield from FIND_DUE(self)


def forget_stops(self: stream.Stream) -> None:
    """Stop nothing."""


async def keep_token(self: session.Session, refused: str) -> None:
    """Never sign in again."""


def forget_runs(self: answer_copy.AnswerCopy, frame: answer_copy.Frame) -> Any:
    """Take frames of every run for those of the current one."""
    return TAKE(self, {**frame, "run": self.position.run})


async def give_up(self: session.Session, refused: str) -> None:
    """Take the first failure of a renewal for the end of the session."""
    try:
        await RENEW(self, refused)
    except errors.ApiError as error:
        raise errors.SignedOutError(str(error)) from None


def lose_characters(text: str) -> Any:
    """Read only the characters that are one byte."""
    return LOADS(text.encode("ascii", "ignore").decode())


LOADS = json.loads
RENEW = session.Session.renew
TAKE = answer_copy.AnswerCopy.take
FIND_DUE = visit.Visit._find_due

FAULTS: dict[str, Patches] = {
    "gap": {(answer_copy.AnswerCopy, "take"): trust_positions},
    "reset": {(answer_copy.AnswerCopy, "take"): ignore_resets},
    "unknown-frames": {(answer_copy.AnswerCopy, "take"): skip_unknown},
    "cut-in-mid-answer": {(visit.Visit, "_sign_in"): sign_in_without_position},
    "closed-before-acceptance": {(visit.Visit, "_find_due"): ask_anew},
    "stop": {(stream.Stream, "stop"): forget_stops},
    "signed-out-and-in": {(session.Session, "renew"): keep_token},
    "closed-with-4004": {(connector, "GONE"): set()},
    "frame-not-taken": {(connector, "FRAME_REFUSED"): set()},
    "values-of-the-wrong-kind": {(answer_copy, "_is_number"): lambda value: isinstance(value, int)},
    "two-gaps": {(answer_copy.AnswerCopy, "take"): trust_positions},
    "frames-in-another-order": {(answer_copy.AnswerCopy, "take"): trust_positions},
    "every-frame-twice": {(answer_copy.AnswerCopy, "take"): trust_positions},
    "end-of-an-earlier-run": {(answer_copy.AnswerCopy, "take"): forget_runs},
    "shorter-after-a-restart": {(answer_copy.AnswerCopy, "take"): ignore_resets},
    "tokens-not-renewed-at-once": {(session.Session, "renew"): give_up},
    "closed-at-every-step": {(visit.Visit, "_sign_in"): sign_in_without_position},
    "divided-characters": {(json, "loads"): lose_characters},
}
"""The fault of the client, by the scenario that must find it."""


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
