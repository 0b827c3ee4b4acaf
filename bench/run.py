"""One run of a plan: all contenders side by side, stage by stage, then the scenarios of the product."""

import sys
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import aiohttp

from bench.contenders import CONTENDERS, POSTGRES, RELAY, Contender, bare_relay
from bench.measure import LoadRunner, fake_model
from bench.product import Product, product
from bench.results import Results
from bench.scenarios import Readings
from bench.scenarios.long_conversations import measure_long_conversations
from bench.scenarios.search import measure_search
from bench.scenarios.sign_ins import measure_sign_ins
from bench.scenarios.uploads import measure_uploads
from bench.scenarios.workers import measure_second_worker
from bench.stages import WARM_UP, Plan, Stage
from testkit.programs import StartError

POSTGRES_SCENARIOS = {"workers"}
"""Scenarios of PostgreSQL and Redis only."""


class Run:
    """Measures all contenders of a plan."""

    def __init__(self, plan: Plan, only: str | None) -> None:
        """Prepare to measure the contenders that the plan needs, or `only` one."""
        self.results = Results()
        self._plan = plan
        self._names = [only] if only else _needed(plan)
        self._until = time.monotonic() + plan.seconds

    async def measure(self, scratch: Path) -> None:
        """Start the fake model and the contenders, measure them, and end them."""
        async with AsyncExitStack() as stack:
            runner, model_url = await stack.enter_async_context(fake_model(scratch))
            contenders: list[Contender] = []
            for name in self._names:
                say(f"start, {name}")
                contender = await stack.enter_async_context(self._contender(name, scratch, model_url))
                if isinstance(contender, Product):
                    self.results.starts[name] = contender.starts
                if self._plan.measures_memory:
                    say(f"memory, {name}")
                    self.results.memory[name] = await runner.measure_memory(contender, WARM_UP, self._plan.idle_sockets)
                else:
                    await runner.run(contender, WARM_UP)
                contenders.append(contender)
            products = [contender for contender in contenders if isinstance(contender, Product)]
            await self._run_rounds(runner, contenders)
            await self._run_scenarios(runner, products, scratch, model_url)

    def _contender(self, name: str, scratch: Path, model_url: str) -> AbstractAsyncContextManager[Contender]:
        if name == RELAY:
            return bare_relay(scratch, model_url)
        return product(scratch, model_url, name, starts=self._plan.starts)

    async def _run_rounds(self, runner: LoadRunner, contenders: list[Contender]) -> None:
        longest = 0.0
        for number in range(1, self._plan.rounds + 1):
            begin = time.monotonic()
            if number > 1 and begin + longest > self._until:
                say(f"round {number} and later ones are left out: they would not end within {self._plan.seconds:.0f} s")
                return
            await self._run_stages(runner, contenders, number, self._plan.stages)
            longest = max(longest, time.monotonic() - begin)
            if number == 1:
                await self._run_stages(runner, contenders, number, self._plan.once)
            contenders.reverse()  # A later one finds the machine warmer.

    async def _run_stages(
        self, runner: LoadRunner, contenders: list[Contender], number: int, stages: tuple[Stage, ...]
    ) -> None:
        for stage in stages:
            for contender in contenders:
                say(f"round {number}, {stage.name}, {contender.name}")
                measured = await runner.run(contender, stage)
                self.results.add(contender.name, stage.name, measured)
                if measured.result.failures:
                    say(f"{'; '.join(measured.result.failures)}. End of its log:\n{contender.program.last_lines()}")

    async def _run_scenarios(self, runner: LoadRunner, products: list[Product], scratch: Path, model_url: str) -> None:
        for scenario in self._plan.scenarios:
            for each in products:
                if scenario in POSTGRES_SCENARIOS and each.name != POSTGRES:
                    continue
                say(f"{scenario}, {each.name}")
                try:
                    readings = await self._measure(scenario, runner, each, scratch, model_url)
                except (StartError, AssertionError, aiohttp.ClientError, OSError) as error:
                    self.results.broken[f"{scenario}, {each.name}"] = str(error)
                    say(f"{error!r}. End of its log:\n{each.program.last_lines()}")
                else:
                    self.results.scenarios.setdefault(scenario, {})[each.name] = [readings]

    async def _measure(
        self, scenario: str, runner: LoadRunner, measured: Product, scratch: Path, model_url: str
    ) -> Readings:
        plan = self._plan
        match scenario:
            case "sign-ins":
                return await measure_sign_ins(runner, measured, plan.seconds_beside)
            case "uploads":
                return await measure_uploads(runner, measured, plan.seconds_beside)
            case "long":
                return await measure_long_conversations(runner, measured, plan.repeats)
            case "search":
                return await measure_search(measured)
        async with (
            product(scratch, model_url, POSTGRES, workers=2) as two,
            bare_relay(scratch, model_url) as relay,
            bare_relay(scratch, model_url, processes=2) as relays,
        ):
            return await measure_second_worker(runner, measured, two, (relay, relays), plan.worker_stages, plan.repeats)


def _needed(plan: Plan) -> list[str]:
    """Return the contenders that a plan measures: the relay in stages only."""
    if plan.stages or plan.once:
        return list(CONTENDERS)
    names = [name for name in CONTENDERS if name != RELAY]
    return [POSTGRES] if plan.scenarios and POSTGRES_SCENARIOS.issuperset(plan.scenarios) else names


def say(progress: str) -> None:
    sys.stderr.write(progress + "\n")
    sys.stderr.flush()
