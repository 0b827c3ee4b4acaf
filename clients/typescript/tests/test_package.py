"""The package passes the client side of the conformance suite, and the examples of its README work."""

import asyncio
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from conformance.client.runner import check_client
from conformance.client.scenario import load_scenarios
from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser

pytestmark = [pytest.mark.store_independent, pytest.mark.timeout(180)]

CLIENT = Path(__file__).resolve().parent.parent
EXAMPLES = re.findall(r"^## ([^\n]+)\n\n```js\n(.*?)^```", (CLIENT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
SHOWN = {
    "Ask": "Echo: Why is the sky blue?",
    "Stop, continue, regenerate": "stopped complete",
    "Continue after the program was restarted": "Echo: Hello?",
}
MAX_RUNNING = 4
"""Scenarios at the same time: in most, both sides wait."""

SOCKETS = "--experimental-websocket"
"""Node 20 has no WebSocket without this option, and newer ones take it."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a program that has installed the package."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "package.json").write_text("{}")
    run(["npm", "run", "--silent", "build"], CLIENT)
    tarball = run(["npm", "pack", "--silent", "--pack-destination", str(folder)], CLIENT).strip()
    run(["npm", "install", "--offline", "--no-audit", "--no-fund", f"./{tarball}"], folder)
    shutil.copy(CLIENT / "conformance" / "adapter.js", folder / "adapter.mjs")
    return folder


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


async def test_the_client_passes_every_scenario(program: Path) -> None:
    adapter = shlex.join(["node", SOCKETS, str(program / "adapter.mjs")])
    verdicts = await check_client(adapter, load_scenarios().values(), lambda _: None, max_running=MAX_RUNNING)
    assert {verdict.scenario.name: verdict.violations for verdict in verdicts if verdict.violations} == {}
    assert {verdict.scenario.name for verdict in verdicts} == load_scenarios().keys()


async def test_broken_clients_are_caught(program: Path) -> None:
    """Each of these scenarios detects the fault that `broken-fetch.js` has for it."""
    broken_fetch = shutil.copy(CLIENT / "tests" / "broken-fetch.js", program / "broken-fetch.mjs")
    names = json.loads(run(["node", str(broken_fetch)], program))
    adapter = shlex.join(["node", SOCKETS, "--import", str(broken_fetch), str(program / "adapter.mjs")])
    slots = asyncio.Semaphore(MAX_RUNNING)

    async def is_missed(name: str) -> bool:
        broken, scenario = f"env BROKEN={name} {adapter}", load_scenarios()[name]
        async with slots:
            [verdict] = await check_client(broken, [scenario], lambda _: None, limit=6.0, patience=1.0)
        return not verdict.violations or "the adapter ended" in verdict.violations

    missed = await asyncio.gather(*map(is_missed, names))
    assert [name for name, slipped in zip(names, missed, strict=True) if slipped] == []


def test_every_example_is_run() -> None:
    assert dict(EXAMPLES).keys() == SHOWN.keys()
    assert all(len(code.strip().splitlines()) <= 10 for _, code in EXAMPLES)


@pytest.mark.parametrize("options", [[], [SOCKETS]], ids=["event-streams", "sockets"])
@pytest.mark.parametrize(("title", "code"), EXAMPLES)
async def test_the_example_works(
    title: str, code: str, options: list[str], program: Path, user: SignedInUser, model_server: ModelServer
) -> None:
    if "answer.stop()" in code:
        # Slow enough for the stop to come in time.
        model_server.script(tokens=200, rate=100)
    for shown, real in [
        ("http://localhost:8000", user.server.url),
        ("'ann'", f"'{user.name}'"),
        ("correct-horse-battery", PASSWORD),
    ]:
        assert shown in code
        code = code.replace(shown, real)
    (program / "example.mjs").write_text(code)
    # On a thread: the server runs on this loop.
    printed = await asyncio.to_thread(run, ["node", *options, "example.mjs"], program)
    assert SHOWN[title] in printed
