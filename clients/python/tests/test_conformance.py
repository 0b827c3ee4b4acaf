"""The client passes the client side of the conformance suite, and the suite finds clients that break a rule."""

import asyncio
import gc
import os
import runpy
import shlex
import socket
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from conformance.client.__main__ import main
from conformance.client.adapter import AdapterError
from conformance.client.frames import CONVERSATION
from conformance.client.runner import check_client
from conformance.client.scenario import Scenario, Step, load_scenarios
from conformance.client.server import ScriptedServer

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
    """Each of these scenarios finds what `broken_adapter.py` breaks for it."""
    broken = runpy.run_path(str(CLIENT / "tests" / "broken_adapter.py"))["FAULTS"]
    scenarios = [scenario for scenario in load_scenarios().values() if scenario.name in broken]
    adapter = command("tests/broken_adapter.py")
    verdicts = await check_client(adapter, scenarios, lambda _: None, limit=10.0, patience=1.0, max_running=MAX_RUNNING)
    assert [verdict.scenario.name for verdict in verdicts if not verdict.violations] == []
    assert [verdict.scenario.name for verdict in verdicts if "the adapter ended" in verdict.violations] == []
    assert {verdict.scenario.name for verdict in verdicts} == broken.keys()


async def test_a_posted_command_belongs_to_the_newest_stream() -> None:
    """The server may notice later that the client has left the previous one."""
    signed_in: list[Step] = [{"expect": {"type": "auth"}}, {"send": {"type": "auth.success"}}]
    asked: list[Step] = [{"expect": {"type": "chat.message"}}, {"answer": {"json": {"stream": 2}}}]
    scripted = ScriptedServer(Scenario("own", "", [], [], [signed_in, [*signed_in, *asked]], [], fallback=True))
    async with scripted.serve(), aiohttp.ClientSession(scripted.url) as http:
        url = f"/api/conversations/{CONVERSATION}"
        async with http.get(f"{url}/events") as left, http.get(f"{url}/events") as newest:
            assert [(await stream.content.readline())[:6] for stream in (left, newest)] == [b"data: ", b"data: "]
            async with http.post(f"{url}/commands", json={"type": "chat.message"}) as response:
                assert await response.json() == {"stream": 2}
    assert scripted.violations == []


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_that_arrives_as_the_server_stops_is_closed(turns: int) -> None:
    """A connection that is lost instead would be reported as an unclosed transport."""
    scripted = ScriptedServer(Scenario("own", "", [], [], [], []))
    with socket.socket() as late:
        late.setblocking(False)
        async with scripted.serve():
            late.connect_ex(("127.0.0.1", int(scripted.url.rpartition(":")[2])))
            for _ in range(turns):
                await asyncio.sleep(0)
        with suppress(ConnectionResetError):
            assert await asyncio.get_running_loop().sock_recv(late, 1) == b""
    gc.collect()


async def test_an_adapter_that_does_not_start_fails_the_suite() -> None:
    with pytest.raises(AdapterError):
        await check_client(command("missing.py"), load_scenarios().values(), lambda _: None)


def test_the_command_line_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(load_scenarios())
    assert main(["--only", "nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
