"""Measure the product against a bare relay: `python -m bench`, on this machine's loopback alone.

The relay, the product on SQLite and memory, and the product on PostgreSQL and Redis run side by side and get the same
loads in turn, round after round. The exit code is 1 if a token was lost or repeated, or an answer did not end; the
table names each aim that was missed.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import msgspec

from bench.contenders import CONTENDERS, RELAY, SQLITE, Contender, Product, bare_relay, product
from bench.lines import figures
from bench.measure import Course, fake_model
from bench.processes import StartError
from bench.results import Results
from bench.sampling import sample
from bench.stages import WARM_UP, Plan, Stage
from bench.table import table


class Run:
    """One run of a plan."""

    def __init__(self, plan: Plan, only: str | None, *, deflate: bool) -> None:
        """Prepare to measure all contenders, or `only` one."""
        self.results = Results()
        self._plan = plan
        self._names = [only] if only else CONTENDERS
        self._deflate = deflate
        self._until = time.monotonic() + plan.seconds

    async def measure(self, scratch: Path) -> None:
        """Start the fake model and the contenders, measure them, and end them."""
        async with AsyncExitStack() as stack:
            course, model_url = await stack.enter_async_context(fake_model(scratch, deflate=self._deflate))
            contenders: list[Contender] = []
            for name in self._names:
                contender = await stack.enter_async_context(self._contender(name, scratch, model_url))
                if isinstance(contender, Product):
                    self.results.started_in[name] = contender.started_in
                _say(f"memory, {name}")
                self.results.memory[name] = await course.weigh(contender, WARM_UP, self._plan.idle_sockets)
                self.results.deflated = await course.compresses(contender)
                contenders.append(contender)
            await self._run_rounds(course, contenders)

    def _contender(self, name: str, scratch: Path, model_url: str) -> AbstractAsyncContextManager[Contender]:
        if name == RELAY:
            return bare_relay(scratch, model_url, deflate=False)  # As the product.
        return product(scratch, model_url, name)

    async def _run_rounds(self, course: Course, contenders: list[Contender]) -> None:
        longest = 0.0
        for number in range(1, self._plan.rounds + 1):
            begin = time.monotonic()
            if number > 1 and begin + longest > self._until:
                _say(
                    f"round {number} and later ones are left out: they would not end within {self._plan.seconds:.0f} s"
                )
                return
            await self._run_stages(course, contenders, number, self._plan.stages)
            longest = max(longest, time.monotonic() - begin)
            if number == 1:
                await self._run_stages(course, contenders, number, self._plan.once)
            contenders.reverse()  # A later one finds the machine warmer.

    async def _run_stages(
        self, course: Course, contenders: list[Contender], number: int, stages: tuple[Stage, ...]
    ) -> None:
        for stage in stages:
            for contender in contenders:
                _say(f"round {number}, {stage.name}, {contender.name}")
                measured = await course.run(contender, stage)
                self.results.add(contender.name, stage.name, measured)
                if measured.outcome.failures:
                    _say(f"{'; '.join(measured.outcome.failures)}. End of its log:\n{contender.program.last_words()}")


async def _profile(scratch: Path, file: Path, name: str, *, deflate: bool) -> str:
    async with fake_model(scratch, deflate=deflate) as (course, model_url), product(scratch, model_url, name) as ours:
        await course.run(ours, WARM_UP)
        return await sample(course, ours, file)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, in about a minute and a half")
    parser.add_argument("--rounds", type=int, help="rounds of every stage (3; quick: 1)")
    parser.add_argument("--seconds", type=float, help="start no round that would end later (420; quick: 100)")
    parser.add_argument("--only", choices=CONTENDERS, help="measure one of the three")
    parser.add_argument("--no-deflate", action="store_true", help="do not offer compression, which browsers do")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all measurements to a file")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="only sample one-token turns with py-spy (--only postgres: on PostgreSQL); stacks go to a file",
    )
    return parser.parse_args()


def _plan(arguments: argparse.Namespace) -> Plan:
    plan = Plan.quick() if arguments.quick else Plan.whole()
    return msgspec.structs.replace(
        plan, rounds=arguments.rounds or plan.rounds, seconds=arguments.seconds or plan.seconds
    )


async def _main() -> int:
    arguments = _arguments()
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    deflate = not arguments.no_deflate
    run = Run(_plan(arguments), arguments.only, deflate=deflate)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        if arguments.profile:
            sys.stdout.write(
                await _profile(Path(scratch), arguments.profile, arguments.only or SQLITE, deflate=deflate) + "\n"
            )
            return 0
        await run.measure(Path(scratch))
    sys.stdout.write(table(run.results) + "\n")
    if arguments.json:
        lines = figures(run.results)
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode({"table": lines, "measured": run.results})))
    return 0 if run.results.sound else 1


def _say(progress: str) -> None:
    sys.stderr.write(progress + "\n")
    sys.stderr.flush()


def main() -> int:
    """Measure and print; return 130 after Ctrl+C, and 1 with a sentence if a program does not start."""
    try:
        return asyncio.run(_main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("interrupted; every program that was started has ended too")
        return 130
    except StartError as error:
        _say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
