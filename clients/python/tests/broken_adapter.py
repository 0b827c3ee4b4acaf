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

from ai_chat_client import answer_copy, connector, session, stream, visit

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
}
"""What is broken in the client, for each scenario that must find it."""


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
