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
from pathlib import Path

import msgspec

from bench.contenders import CONTENDERS, SQLITE
from bench.lines import figures
from bench.measure import fake_model
from bench.plot import plot
from bench.product import product
from bench.run import Run, say
from bench.sampling import sample
from bench.stages import PARTS, WARM_UP, Plan
from bench.table import table
from testkit.programs import StartError


async def _profile(scratch: Path, file: Path, name: str, *, deflate: bool) -> str:
    async with fake_model(scratch, deflate=deflate) as (course, model_url), product(scratch, model_url, name) as ours:
        await course.run(ours, WARM_UP)
        return await sample(course, ours, file)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round without scenarios, in two minutes")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure only this; may be repeated")
    parser.add_argument("--rounds", type=int, help="rounds of every stage (3; quick: 1)")
    parser.add_argument("--seconds", type=float, help="start no round that would end later (420; quick: 100)")
    parser.add_argument("--only", choices=CONTENDERS, help="measure one of the three")
    parser.add_argument("--no-deflate", action="store_true", help="do not offer compression, which browsers do")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all measurements to a file")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw the main figures")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="only sample one-token turns with py-spy (--only postgres: on PostgreSQL); stacks go to a file",
    )
    return parser.parse_args()


def _plan(arguments: argparse.Namespace) -> Plan:
    plan = Plan.quick() if arguments.quick else Plan.whole()
    if arguments.part:
        plan = plan.choose(arguments.part)
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
    lines = figures(run.results)
    if arguments.svg:
        arguments.svg.write_text(plot(lines))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode({"table": lines, "measured": run.results})))
    return 0 if run.results.sound else 1


def main() -> int:
    """Measure and print; return 130 after Ctrl+C, and 1 with a sentence if a program does not start."""
    try:
        return asyncio.run(_main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("interrupted; every program that was started has ended too")
        return 130
    except StartError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
