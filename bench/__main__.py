"""Measure the product against a bare relay, on this machine's loopback alone.

  python -m bench                              everything, in about a quarter of an hour
  python -m bench --quick                      one short round without scenarios, in two minutes
  python -m bench --part turns --only sqlite   one part, of one of the three

The relay, the product on SQLite and memory, and the product on PostgreSQL and Redis run side by side and get the same
loads in turn, round after round (bench/stages.py); then each product goes through the scenarios (bench/scenarios). The
exit code is 1 if a token was lost or repeated, or an answer did not end. The table names each target that was missed
(bench/lines.py); docs/performance.md explains the figures.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from bench.contenders import CONTENDERS, SQLITE
from bench.lines import figures_by_heading
from bench.measure import fake_model
from bench.plot import plot
from bench.product import product
from bench.run import Run
from bench.sampling import sample
from bench.stages import PARTS, WARM_UP, Plan
from bench.table import table
from testkit.programs import run_main


async def _profile(scratch: Path, file: Path, name: str) -> str:
    async with fake_model(scratch) as (runner, model_url), product(scratch, model_url, name) as ours:
        await runner.run(ours, WARM_UP)
        return await sample(runner, ours, file)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one short round without scenarios, in two minutes")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure only this; may be repeated")
    parser.add_argument("--only", choices=CONTENDERS, help="measure one of the three")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all measurements to a file")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw the main figures")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="only sample one-token turns with py-spy (--only postgres: on PostgreSQL); stacks go to a file",
    )
    return parser.parse_args()


async def _main() -> int:
    arguments = _arguments()
    plan = Plan.quick() if arguments.quick else Plan.full()
    if arguments.part:
        plan = plan.choose(arguments.part)
    run = Run(plan, arguments.only)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        if arguments.profile:
            print(await _profile(Path(scratch), arguments.profile, arguments.only or SQLITE))
            return 0
        await run.measure(Path(scratch))
    print(table(run.results))
    lines = figures_by_heading(run.results)
    if arguments.svg:
        arguments.svg.write_text(plot(lines))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode({"table": lines, "measured": run.results})))
    return 0 if run.results.sound else 1


if __name__ == "__main__":
    sys.exit(run_main(_main()))
