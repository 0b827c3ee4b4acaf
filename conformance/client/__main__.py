"""Check whether a client follows the protocol; exit code 1 if it violates a scenario.

  python -m conformance.client --adapter "node adapter.js"               all scenarios
  python -m conformance.client --adapter "node adapter.js" --only gap    one of them
  python -m conformance.client --list                                    their names and titles

conformance/client/README.md explains the options, and how to write an adapter.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from conformance.client.adapter import AdapterError
from conformance.client.frames import CONVERSATION
from conformance.client.runner import Verdict, check_client
from conformance.client.scenario import Scenario, load_scenarios
from conformance.client.server import ScriptedServer


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read_options(arguments)
    scenarios = load_scenarios()
    unknown = {*options.only, *([options.serve] if options.serve else [])} - set(scenarios)
    if unknown:
        print(f"No scenario is named {', '.join(sorted(unknown))}: --list shows them.", file=sys.stderr)
        return 2
    if options.list:
        for scenario in scenarios.values():
            print(f"{scenario.name}: {scenario.title} ({', '.join(scenario.requirements)})")
        return 0
    if options.serve:
        asyncio.run(_serve(scenarios[options.serve], options.port))
        return 0
    if not options.adapter:
        print("Give the command that starts the adapter of the client.", file=sys.stderr)
        return 2
    chosen = [scenario for scenario in scenarios.values() if not options.only or scenario.name in options.only]
    try:
        verdicts = asyncio.run(check_client(options.adapter, chosen, _print))
    except AdapterError as error:
        print(error, file=sys.stderr)
        return 2
    failed = [verdict for verdict in verdicts if verdict.violations]
    print(f"\n{len(verdicts) - len(failed)} of {len(verdicts)} scenarios passed")
    return 1 if failed else 0


def _print(verdict: Verdict) -> None:
    print(
        f"{'FAILED' if verdict.violations else 'passed'}  {verdict.scenario.name}: {verdict.scenario.title}", flush=True
    )
    for violation in verdict.violations:
        print(f"        {violation}", flush=True)


async def _serve(scenario: Scenario, port: int) -> None:
    """Play one scenario for a client that is started by hand, until it has been played or Ctrl+C."""
    server = ScriptedServer(scenario)
    async with server.serve(port=port):
        print(f"{server.url} plays {scenario.name}: {scenario.title}")
        print(f"conversation {CONVERSATION}, access token access-1, refresh token refresh-1", flush=True)
        await server.played.wait()
        for violation in server.find_violations():
            print(violation)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.client", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", default="", help="the command that starts the adapter of the client")
    parser.add_argument("--only", nargs="+", default=[], help="play only these scenarios")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--serve", default="", help="only serve this scenario, for a client that is started by hand")
    parser.add_argument("--port", type=int, default=0, help="the port of --serve")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
