"""Attack the product while other clients use it, on this machine's loopback alone.

  python -m attacks                all attacks, about half a minute each
  python -m attacks pings texts    only these

Each attack (attacks/kinds) gets its own server, which bystanders use meanwhile: twenty running streams, a probe of
`/api/health/live` and the requests of other users. It ends by itself. The table shows what was measured, and its limit;
the exit code is 1 if an attack breaks through. docs/attacks.md has results, and says how to add an attack.
"""

import argparse
import asyncio
import importlib
import pkgutil
import sys

import attacks.kinds
from attacks.attack import ATTACKS, Attack, Finding
from attacks.table import show_attack, show_totals
from attacks.target import running_target
from testkit.programs import run_main

SECONDS_PER_ATTACK = 90.0


def load_attacks() -> None:
    """Import every module of `attacks/kinds`, which registers its attacks."""
    for module in pkgutil.iter_modules(attacks.kinds.__path__):
        importlib.import_module(f"attacks.kinds.{module.name}")


async def run_attack(chosen: Attack) -> list[Finding]:
    """Run one attack against a new server, and return all findings."""
    try:
        async with asyncio.timeout(SECONDS_PER_ATTACK), running_target(chosen) as target:
            findings = await chosen.run(target)
            return [*findings, *await target.finish()]
    except TimeoutError:
        return [Finding("the attack", f"over within {SECONDS_PER_ATTACK:g} s", "still running", holds=False)]


async def _main(names: list[str]) -> int:
    outcomes: dict[str, list[Finding]] = {}
    for name in names or sorted(ATTACKS):
        outcomes[name] = await run_attack(ATTACKS[name])
        print(show_attack(ATTACKS[name], outcomes[name]), flush=True)
    print(show_totals(outcomes))
    return 0 if all(finding.holds for findings in outcomes.values() for finding in findings) else 1


def main() -> int:
    load_attacks()
    parser = argparse.ArgumentParser(
        prog="python -m attacks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="ATTACK", help=f"run only these: {', '.join(sorted(ATTACKS))}")
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in ATTACKS]:
        parser.error(f"unknown attack: {', '.join(unknown)}")
    return run_main(_main(names))


if __name__ == "__main__":
    sys.exit(main())
