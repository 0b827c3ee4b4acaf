"""The conformance suite catches servers that break a rule, and lets one pass that breaks none."""

import pytest
from pytest_django import Settings

from conformance.checks import load_checks
from conformance.context import Target
from conformance.report import format_table
from conformance.runner import Outcome, run_checks
from testkit.fakes.model_server import ModelServer
from testkit.live import Person
from tests.conformance.breaking_proxy import BreakingProxy, Fault
from tests.conformance.faults import FAULTS

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(autouse=True)
def generous(settings: Settings, model_server: ModelServer) -> None:
    """Let the suite ask as much as it wants, of a model that streams."""
    settings.MESSAGE_RATE = "off"
    settings.SOCKET_PING_INTERVAL = 1
    settings.SOCKET_AUTH_TIMEOUT = 5
    model_server.script(rate=150)


async def run(person: Person, other: Person, fault: Fault, patience: float) -> str:
    """Return what the suite finds in a server with this fault."""
    async with BreakingProxy(person.server.url, fault).serve() as proxy:
        target = Target(proxy.url, person.access, "fake-model", other.access, patience=patience)
        checks = [check for check in load_checks().values() if not check.is_exclusive]
        results = await run_checks(target, checks, lambda _: None, stops_at_first=True)
    table = format_table(results)
    return table if any(result.outcome is Outcome.FAILED for result in results) else ""


@pytest.mark.parametrize("name", FAULTS)
async def test_a_broken_server_is_caught(person: Person, other_person: Person, name: str) -> None:
    found = await run(person, other_person, FAULTS[name](), patience=4)
    print(name, found)  # noqa: T201 - shown with -s
    assert found


async def test_a_proxy_that_breaks_nothing_passes(person: Person, other_person: Person) -> None:
    assert not await run(person, other_person, Fault(), patience=45)
