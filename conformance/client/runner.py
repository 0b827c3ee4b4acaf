"""Plays scenarios against a client under test, and says what it did wrong."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from conformance.client.adapter import Adapter, AdapterError
from conformance.client.scenario import Scenario
from conformance.client.server import ScriptedServer

LIMIT = 20.0
"""Seconds that a scenario may take; most take a few hundredths."""


@dataclass(frozen=True)
class Verdict:
    """What a scenario found: nothing, if the client does what it must."""

    scenario: Scenario
    faults: list[str]


async def check_client(command: str, scenarios: Iterable[Scenario], tell: Callable[[Verdict], None]) -> list[Verdict]:
    """Play the scenarios one after another; an adapter that hangs, ends or prints nonsense is started again."""
    verdicts: list[Verdict] = []
    waiting = list(scenarios)
    while waiting:
        async with AsyncExitStack() as stack:
            adapter = await stack.enter_async_context(Adapter.start(command))
            works = True
            while waiting and works:
                scenario = waiting.pop(0)
                faults, works = await _play(adapter, scenario)
                verdicts.append(Verdict(scenario, faults))
                tell(verdicts[-1])
    return verdicts


async def _play(adapter: Adapter, scenario: Scenario) -> tuple[list[str], bool]:
    """Play one scenario; return what the client did wrong, and whether the adapter can perform another one."""
    server = ScriptedServer(scenario)
    async with server.serve():
        try:
            async with asyncio.timeout(LIMIT):
                conclusions = await adapter.perform(scenario, server)
        except TimeoutError:
            return [*server.faults, f"the client came to no conclusion within {LIMIT:g} s"], False
        except AdapterError as error:
            return [*server.faults, str(error)], False
        faults = [] if len(conclusions) == len(scenario.expect) else [f"there are {len(conclusions)} conclusions"]
        for conclusion, expected in zip(conclusions, scenario.expect, strict=False):
            faults += conclusion.find_faults(expected)
        return [*server.find_faults(), *faults], True
