"""The conformance suite catches servers that break a rule; test_our_server.py has one that breaks none."""

import asyncio
from dataclasses import replace
from itertools import batched
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from apps.core.database import run_in_database
from conformance.checks import load_checks
from conformance.context import Target
from conformance.report import format_table
from conformance.runner import Outcome, Result, run_checks
from testkit.accounts import sign_in_directly
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.conformance.breaking_proxy import BreakingProxy, Connection, Fault
from tests.conformance.faults import FAULTS
from tests.conformance.users import ENDLESS_QUESTION, MAX_PROMPT_LENGTH, REASONING_QUESTION

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(bool(django_settings.REDIS_URL), reason="the suite is the same, whatever the server keeps"),
]

SLOW_RATE = 10
"""Tokens per second of the model for a fault that was not found on the first try."""

FAULTS_PER_SERVER = 12
MAX_RUNNING = 3


@pytest.fixture(autouse=True)
def no_limits(settings: Settings, model_server: ModelServer) -> None:
    """Let the suite ask as often as it wants, and the model stream at the usual rate."""
    settings.MESSAGE_RATE = "off"
    settings.SOCKET_PING_INTERVAL = 1
    settings.SOCKET_AUTH_TIMEOUT = 2
    model_server.script(rate=Fault.rate, max_prompt_length=MAX_PROMPT_LENGTH)


async def run(
    user: SignedInUser,
    other: SignedInUser,
    model: ModelServer,
    fault: Fault,
    patience: float,
) -> list[Result]:
    """Return the results for a server with this fault, up to the first that shows it."""
    broken = set(fault.breaks.split())

    def is_broken(result: Result) -> bool:
        return result.requirement in broken

    async with BreakingProxy(user.server.url, fault).serve() as proxy:
        target = Target(
            proxy.url,
            user.access,
            "fake-model",
            other.access,
            disposable_token=(await run_in_database(sign_in_directly, user.name)).access,
            patience=patience,
            endless_question=ENDLESS_QUESTION if fault.only else "",
            reasoning_question=REASONING_QUESTION,
            refresh_token=user.refresh if fault.only else "",
        )
        if fault.only:
            first, others = [load_checks()[fault.only]], []
        else:
            beside = [check for check in load_checks().values() if not check.is_exclusive]
            # Those that look at a requirement of `broken` nearly always find it, and then no other one need run.
            first = [check for check in beside if broken & set(check.requirements)]
            others = [check for check in beside if check not in first]
        results = await run_checks(target, first, is_broken)
        if broken and not any(map(is_broken, results)):
            # On a busy machine, answers end before a check has looked, and frames come late.
            model.script(rate=SLOW_RATE, max_prompt_length=MAX_PROMPT_LENGTH)
            results = await run_checks(replace(target, patience=5 * patience), first, is_broken)
        if not any(map(is_broken, results)):
            results += await run_checks(target, others, is_broken)
        return results


def batch_faults() -> list[list[str]]:
    """Divide the faults into batches; each batch shares a server, which takes longer to start than most faults to find.

    The model of a server has one rate, and checks of limits need a server for themselves.
    """
    batches = []
    for rate in sorted({fault.rate for fault in FAULTS.values()}):
        beside = [name for name, fault in FAULTS.items() if fault.rate == rate and not is_exclusive(name)]
        batches += [list(names) for names in batched(beside, FAULTS_PER_SERVER)]
    alone = [[name] for name in FAULTS if is_exclusive(name)]
    return [*batches, *alone]


def is_exclusive(name: str) -> bool:
    """Return whether the check that finds a fault needs a server for itself."""
    only = FAULTS[name].only
    return bool(only) and load_checks()[only].is_exclusive


@pytest.mark.parametrize("names", batch_faults(), ids="+".join)
async def test_broken_servers_are_caught(chat_server: LiveServer, model_server: ModelServer, names: list[str]) -> None:
    """Each for what it breaks, and not for anything else."""
    model_server.script(rate=FAULTS[names[0]].rate, max_prompt_length=MAX_PROMPT_LENGTH)
    slots = asyncio.Semaphore(MAX_RUNNING)

    async def find_table(name: str) -> str | None:
        """Return the results for this server if the suite does not find the fault."""
        async with slots:
            users = [await SignedInUser.make(chat_server, kind) for kind in ("user", "other")]
            results = await run(users[0], users[1], model_server, FAULTS[name], 4)
        broken = FAULTS[name].breaks.split()
        is_caught = any(result.requirement in broken for result in results)
        return None if is_caught else format_table(results)

    tables = await asyncio.gather(*map(find_table, names))
    slipped = {name: table for name, table in zip(names, tables, strict=True) if table is not None}
    assert not slipped, "\n\n".join(f"{name}\n{table}" for name, table in slipped.items())


def take_no_attachments(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    """Have no URL for uploads; that is not a fault."""
    return (404, {"error": "Not found"}) if connection.path == "/api/attachments/" else (status, body)


async def test_a_check_of_attachments_is_skipped_with_the_reason_if_the_server_takes_none(
    user: SignedInUser, other_user: SignedInUser, model_server: ModelServer
) -> None:
    fault = Fault(respond=take_no_attachments, only="attachments_are_accepted_and_served_by_signed_urls")
    [result] = await run(user, other_user, model_server, fault, 45)
    assert result.outcome is Outcome.SKIPPED
    assert "takes no attachments" in result.text
