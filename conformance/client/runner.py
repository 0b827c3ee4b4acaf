"""The runner of scenarios against a client under test; lists the client's violations."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.client.adapter import Adapter, AdapterError, Conclusion
from conformance.client.scenario import Scenario
from conformance.client.server import PATIENCE_SECONDS, ScriptedServer

SCENARIO_SECONDS = 20.0
"""Seconds that a scenario may take; most take a few hundredths of one."""

AFTER_END_SECONDS = 0.5
"""Seconds for the conclusion of a client after that limit, or after a mistake."""


@dataclass(frozen=True)
class Verdict:
    """The findings of a scenario; empty if the client conforms."""

    scenario: Scenario
    violations: list[str]


async def check_client(
    command: str,
    scenarios: Iterable[Scenario],
    report: Callable[[Verdict], None],
    *,
    max_running: int = 1,
    limit: float = SCENARIO_SECONDS,
    patience: float = PATIENCE_SECONDS,
) -> list[Verdict]:
    """Play the scenarios, `max_running` at a time, each with its own adapter; return verdicts in order of their end.

    An adapter that hangs, ends or prints nonsense is started again.

    A scenario may take `limit` seconds; in it, the server waits `patience` seconds for a command.

    Raises:
        AdapterError: the adapter does not start.
    """
    verdicts: list[Verdict] = []
    waiting = deque(scenarios)

    async def work() -> None:
        while waiting:
            async with Adapter.start(command) as adapter:
                is_usable = True
                while waiting and is_usable:
                    scenario = waiting.popleft()
                    violations, is_usable = await _play(adapter, scenario, limit, patience)
                    if adapter.ended_immediately and not verdicts:
                        raise AdapterError(f"The adapter does not start: {command}")
                    verdicts.append(Verdict(scenario, violations))
                    report(verdicts[-1])

    workers = [asyncio.create_task(work()) for _ in range(max_running)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return verdicts


async def _play(adapter: Adapter, scenario: Scenario, limit: float, patience: float) -> tuple[list[str], bool]:
    """Play one scenario; return what the client did wrong, and whether the adapter can perform another one."""
    server = ScriptedServer(scenario, patience)
    async with server.serve():
        try:
            conclusions = await _perform(adapter, scenario, server, limit)
        except TimeoutError:
            return [*server.violations, "the client came to no conclusion in time"], False
        except AdapterError as error:
            return [*server.violations, str(error)], False
        violations = [] if len(conclusions) == len(scenario.expect) else [f"there are {len(conclusions)} conclusions"]
        for conclusion, expected in zip(conclusions, scenario.expect, strict=False):
            violations += conclusion.find_violations(expected)
        return [*server.find_violations(), *violations], True


async def _perform(adapter: Adapter, scenario: Scenario, server: ScriptedServer, limit: float) -> list[Conclusion]:
    """Return the client's conclusions; raises TimeoutError if it takes too long, or too long after a mistake."""
    performing = asyncio.create_task(adapter.perform(scenario, server))
    deviating = asyncio.create_task(server.deviated.wait())
    try:
        await asyncio.wait([performing, deviating], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        async with asyncio.timeout(AFTER_END_SECONDS):
            return await performing
    finally:
        performing.cancel()
        deviating.cancel()
