"""The conformance suite catches servers that break a rule, and lets one pass that breaks none."""

from collections.abc import Collection
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from conformance.checks import load_checks
from conformance.context import Target
from conformance.registry import Check
from conformance.report import format_table
from conformance.runner import Outcome, Result, run_checks
from testkit.fakes.model_server import ModelServer
from testkit.live import Person
from tests.conformance.breaking_proxy import BreakingProxy, Fault
from tests.conformance.faults import FAULTS
from tests.conformance.people import ENDLESS_QUESTION, LONGEST_PROMPT, sign_in_again

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(bool(django_settings.REDIS_URL), reason="the suite is the same, whatever the server keeps"),
]


@pytest.fixture(autouse=True)
def generous(settings: Settings, model_server: ModelServer) -> None:
    """Let the suite ask as much as it wants, of a model that streams."""
    settings.MESSAGE_RATE = "off"
    settings.SOCKET_PING_INTERVAL = 1
    settings.SOCKET_AUTH_TIMEOUT = 2
    model_server.script(rate=Fault.rate, longest=LONGEST_PROMPT)


async def run(
    person: Person, other: Person, fault: Fault, patience: float, broken: Collection[str] = ()
) -> list[Result]:
    """Return what the suite finds in a server with this fault, up to a requirement of `broken` that does not hold."""
    async with BreakingProxy(person.server.url, fault).serve() as proxy:
        target = Target(
            proxy.url,
            person.access,
            "fake-model",
            other.access,
            disposable_token=await sign_in_again(person),
            patience=patience,
            endless_question=ENDLESS_QUESTION if fault.only else "",
        )
        every = load_checks()
        checks = [every[fault.only]] if fault.only else [check for check in every.values() if not check.is_exclusive]
        checks.sort(key=lambda check: broken_first(check, broken))
        return await run_checks(target, checks, lambda result: result.requirement in broken)


def broken_first(check: Check, broken: Collection[str]) -> bool:
    """Order the checks that look at a requirement of `broken` before all others, which then need not run."""
    return not set(broken) & set(check.requirements)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_broken_server_is_caught(
    person: Person, other_person: Person, model_server: ModelServer, name: str
) -> None:
    """For what it breaks, and not for anything else."""
    fault, broken = FAULTS[name]
    model_server.script(rate=fault.rate, longest=LONGEST_PROMPT)
    results = await run(person, other_person, fault(), 4, broken)
    assert any(result.requirement in broken for result in results), format_table(results)


async def test_a_proxy_that_breaks_nothing_passes(person: Person, other_person: Person) -> None:
    results = await run(person, other_person, Fault(), 45)
    assert not [result for result in results if result.outcome is Outcome.FAILED], format_table(results)


class TakesNoAttachments(Fault):
    """Has no address for uploads; that is not a fault."""

    only = "attachments_are_accepted_and_served_by_signed_urls"

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        return (404, {"error": "Not found"}) if path == "/api/attachments/" else (status, body)


async def test_a_server_without_attachments_is_skipped_with_the_reason(person: Person, other_person: Person) -> None:
    [result] = await run(person, other_person, TakesNoAttachments(), 45)
    assert result.outcome is Outcome.SKIPPED
    assert "takes no attachments" in result.text
