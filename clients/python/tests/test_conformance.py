"""The client passes the client side of the conformance suite, which detects clients that break a rule."""

import os
import runpy
import shlex
import sys
from pathlib import Path

import pytest

from conformance.client.runner import check_client
from conformance.client.scenario import Scenario, Step, load_scenarios

pytestmark = [pytest.mark.storeless, pytest.mark.timeout(120)]

MAX_RUNNING = 4
"""Scenarios at the same time: in most, both sides wait."""

CLIENT = Path(__file__).resolve().parent.parent
ROOT = CLIENT.parent.parent


@pytest.fixture(autouse=True)
def client_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(CLIENT / "src"), str(ROOT))))


def command(program: str) -> str:
    return shlex.join([sys.executable, str(CLIENT / program)])


async def test_the_client_passes_every_scenario() -> None:
    scenarios = load_scenarios().values()
    verdicts = await check_client(command("conformance_adapter.py"), scenarios, lambda _: None, max_running=MAX_RUNNING)
    assert {verdict.scenario.name: verdict.violations for verdict in verdicts if verdict.violations} == {}
    assert {verdict.scenario.name for verdict in verdicts} == load_scenarios().keys()


ASKED: list[Step] = [
    {"expect": {"type": "auth"}},
    {"send": {"type": "auth.success"}},
    {"expect": {"type": "chat.message", "client_id": "$id"}},
    {"send": {"type": "chat.accepted", "client_id": "$id"}},
    {"send": {"type": "chat.stream", "content": "w1 ", "from": 0, "seq": 1}},
]
LIMITED: list[Step] = [
    {"send": {"type": "chat.stream", "content": "w3 ", "from": 2, "seq": 3}},
    {"expect": {"type": "chat.follow", "client_id": "$follow", "run": 1, "seq": 1}},
    {"send": {"type": "chat.error", "code": "RATE_LIMIT_EXCEEDED", "client_id": "$follow"}},
    {"send": {"type": "chat.stream", "content": "w2 ", "from": 1, "seq": 2}},
]
NESTED: list[Step] = [
    {"text": "[" * 100_000},
    {"send": {"type": "chat.stream", "content": "w2 ", "from": 1, "seq": 2}},
]
END: Step = {"send": {"type": "chat.stream", "done": True, "from": 2, "seq": 3}}


@pytest.mark.parametrize("steps", [LIMITED, NESTED], ids=["a-limit-refuses-to-fill-a-gap", "nested-json"])
async def test_the_client_survives(steps: list[Step]) -> None:
    expect = {"text": "w1 w2 ", "status": "complete", "seq": 3}
    scenario = Scenario("own", "", [], [{"ask": "Go"}], [[*ASKED, *steps, END]], [expect])
    [verdict] = await check_client(command("conformance_adapter.py"), [scenario], lambda _: None)
    assert verdict.violations == []


async def test_broken_clients_are_caught() -> None:
    """Each of these scenarios detects the fault that `broken_adapter.py` has for it."""
    broken = runpy.run_path(str(CLIENT / "tests" / "broken_adapter.py"))["FAULTS"]
    scenarios = [scenario for scenario in load_scenarios().values() if scenario.name in broken]
    adapter = command("tests/broken_adapter.py")
    verdicts = await check_client(adapter, scenarios, lambda _: None, limit=10.0, patience=1.0, max_running=MAX_RUNNING)
    assert [verdict.scenario.name for verdict in verdicts if not verdict.violations] == []
    assert [verdict.scenario.name for verdict in verdicts if "the adapter ended" in verdict.violations] == []
    assert {verdict.scenario.name for verdict in verdicts} == broken.keys()
