"""The adapter of a client under test: a process that receives steps, and prints the client's conclusions."""

import asyncio
import contextlib
import json
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from conformance.client.frames import CONVERSATION
from conformance.client.patterns import fill
from conformance.client.scenario import Scenario
from conformance.client.server import ScriptedServer

MAX_LINE_LENGTH = 2**22
MAX_DELAY_SECONDS = 0.05
"""The longest delay before a client connects again, in seconds, so that scenarios are quick."""


class AdapterError(Exception):
    """The adapter ended, or printed a malformed line."""


@dataclass
class Conclusion:
    """The conclusion of the client after one step."""

    text: str = ""
    reasoning: str = ""
    resets: int = 0
    waited: list[int] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)
    """The adapter's `end` or `failed` line."""

    def take(self, line: dict[str, Any]) -> None:
        match line:
            case {"part": "text", "text": str(text)}:
                self.text += text
            case {"part": "reasoning", "text": str(text)}:
                self.reasoning += text
            case {"part": "reset"}:
                self.resets += 1
                self.text = self.reasoning = ""
            case {"part": "waiting", "seconds": int(seconds)}:
                self.waited.append(seconds)
            case {"end": dict(end)}:
                self.outcome = end
            case {"failed": str()}:
                self.outcome = line
            case _:
                raise AdapterError(f"the adapter printed {json.dumps(line)}")

    def find_violations(self, expected: dict[str, Any]) -> list[str]:
        """Return how this differs from what the scenario expects."""
        shown = {"text": self.text, "reasoning": self.reasoning, "resets": self.resets, "waited": self.waited}
        shown["whole"] = self.outcome.get("text")
        violations = []
        for name, value in expected.items():
            found = shown[name] if name in shown else self.outcome.get(name)
            if found != value:
                violations.append(f"{name} is {found!r}, not {value!r}")
            elif name in {"text", "reasoning"} and self.outcome.get(name, value) != value:
                violations.append(f"{name} of the end is {self.outcome[name]!r}, not {value!r}")
        if "failed" in self.outcome and "failed" not in expected:
            violations.append(f"the client failed: {json.dumps(self.outcome)}")
        return violations


class Adapter:
    """A running adapter, which performs one scenario after another."""

    def __init__(self, tasks: asyncio.StreamWriter, lines: asyncio.StreamReader) -> None:
        self._tasks = tasks
        self._lines = lines
        self.ended_immediately = False
        """Whether it ended before it wrote anything."""

        self._has_spoken = False

    @classmethod
    @asynccontextmanager
    async def start(cls, command: str) -> AsyncIterator["Adapter"]:
        """Start the command, and end it at the end of the block."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command), stdin=pipe, stdout=pipe, limit=MAX_LINE_LENGTH
        )
        if process.stdin is None or process.stdout is None:
            raise AdapterError("the adapter has no input or output")
        try:
            yield cls(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def perform(self, scenario: Scenario, server: ScriptedServer) -> list[Conclusion]:
        """Have the client do what the scenario says, and return what it concluded from each step.

        Raises:
            AdapterError: the adapter ended or printed nonsense.
        """
        task = {
            "scenario": scenario.name,
            "url": server.url,
            "conversation_id": CONVERSATION,
            "access": "access-1",
            "refresh": "refresh-1",
            "max_delay": MAX_DELAY_SECONDS,
            "steps": fill(scenario.client, server.variables),
        }
        self._tasks.write(json.dumps(task).encode() + b"\n")
        conclusions: list[Conclusion] = []
        current = Conclusion()
        while (line := await self._read_line()) != {"finished": True}:
            current.take(line)
            if current.outcome:
                conclusions.append(current)
                current = Conclusion()
        return conclusions

    async def _read_line(self) -> dict[str, Any]:
        text = await self._lines.readline()
        if not text:
            self.ended_immediately = not self._has_spoken
            raise AdapterError("the adapter ended")
        self._has_spoken = True
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise AdapterError(f"the adapter printed {text.decode(errors='replace').rstrip()!r}")
        return line
