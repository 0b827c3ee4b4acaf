"""Scenarios: the actions of the scripted server, the steps of the client, and the expected conclusions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.client.patterns import fill

FOLDER = Path(__file__).resolve().parent / "scenarios"

type Step = dict[str, Any]

SERVER_STEPS = {"expect", "send", "text", "close", "cut", "refuse", "quiet", "not_before"}
SOCKET_STEPS = SERVER_STEPS | {"fragments", "binary"}
STREAM_STEPS = SERVER_STEPS - {"refuse"} | {"raw", "answer", "end"}
CLIENT_STEPS = {"ask", "regenerate", "edit", "continue", "follow"}

DEFAULT_CLIENT: list[Step] = [{"ask": "Go"}]
"""The steps of the client in a scenario that names none."""

SIGN_IN: list[Step] = [
    {"expect": {"type": "auth", "token": "access-1", "resume": "$absent"}},
    {"send": {"type": "auth.success"}},
]


@dataclass(frozen=True)
class Scenario:
    """A scenario: what the server does, what the client is told to do, and what it must conclude."""

    name: str
    title: str
    requirements: list[str]
    client: list[Step]
    connections: list[list[Step]]
    expect: list[dict[str, Any]]
    tolerate: list[dict[str, Any]] = field(default_factory=list)
    """Commands that a client may send at any time."""

    optional: int = 0
    """How many of the last connections the client need not open."""

    fallback: bool = False
    """Whether every WebSocket is refused: the connections are event streams, and commands are posted."""

    refresh: int | list[int] = 200
    """The status of `POST /api/auth/token/refresh`; a list has one for each time, of which the last one stays."""


def load_scenarios() -> dict[str, Scenario]:
    """Return all scenarios by name; raises ValueError if one is malformed."""
    scenarios: dict[str, Scenario] = {}
    for path in sorted(FOLDER.glob("*.json")):
        for scenario in _read(path):
            if scenarios.setdefault(scenario.name, scenario) is not scenario:
                raise ValueError(f"two scenarios are named {scenario.name}")
    return scenarios


def _read(path: Path) -> Iterator[Scenario]:
    """Yield the scenario of a file, or its variants."""
    story = json.loads(path.read_text(encoding="utf-8"))
    for name, differences in story.pop("variants", {path.stem: {}}).items():
        values = _Values({key[1:]: value for key, value in differences.items() if key.startswith("$")})
        fields = {key: value for key, value in differences.items() if not key.startswith("$")}
        yield _build(name, fill(story | fields, values))


class _Values(dict[str, Any]):
    """The values of a variant; any other `$name` stays."""

    def __missing__(self, name: str) -> str:
        return f"${name}"


def _build(name: str, story: dict[str, Any]) -> Scenario:
    is_posted = story.get("fallback", False)
    connections = [
        [part for step in steps for part in _expand(step, is_posted=is_posted)] for steps in story.pop("connections")
    ]
    scenario = Scenario(name, connections=connections, **{"client": DEFAULT_CLIENT} | story)
    steps = [step for connection in scenario.connections for step in connection]
    server_steps = STREAM_STEPS if scenario.fallback else SOCKET_STEPS
    for step, known in [*((step, server_steps) for step in steps), *((step, CLIENT_STEPS) for step in scenario.client)]:
        if len(known & set(step)) != 1:
            raise ValueError(f"{name}: {step} is none of {', '.join(sorted(known))}")
    if len(scenario.client) != len(scenario.expect):
        raise ValueError(f"{name}: each step of the client needs one expected conclusion")
    return scenario


def _expand(step: Step, *, is_posted: bool) -> list[Step]:
    """Return the steps for which this one stands, or only itself."""
    match step:
        case {"begin": str(question)}:
            return [*SIGN_IN, *_accept(question, is_posted=is_posted)]
        case {"sign_in": True}:
            return SIGN_IN
        case {"accept": str(question)}:
            return _accept(question, is_posted=is_posted)
        case {"resume": {"run": int(run), "seq": int(seq)}}:
            position = {"message_id": "$answer", "run": run, "seq": seq}
            return [
                {"expect": {"type": "auth", "token": "access-1", "resume": position}},
                {"send": {"type": "auth.success", "active": "$answer"}},
                {"send": _accepted("Go") | {"reply": {"status": "streaming", "run": run}, "run": run}},
            ]
    return [step]


def _accept(question: str, *, is_posted: bool) -> list[Step]:
    asked = {"type": "chat.message", "content": question, "client_id": "$id"}
    accepted = _accepted(question)
    if is_posted:
        return [{"expect": asked | {"token": "access-1"}}, {"answer": {"frame": accepted}}, {"send": accepted}]
    return [{"expect": asked}, {"send": accepted}]


def _accepted(question: str) -> dict[str, Any]:
    return {"type": "chat.accepted", "client_id": "$id", "message": {"content": question}}
