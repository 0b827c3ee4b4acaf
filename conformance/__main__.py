"""Check from outside whether a server follows the protocol; exit code 1 if a requirement does not hold.

  python -m conformance http://localhost:8000 --token … --model …    all checks
  python -m conformance … --only reasoning_is_kept_apart             one of them
  python -m conformance --list                                       their names, and the requirements that they check

conformance/README.md explains the options and the method; `python -m conformance.client` checks clients.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from conformance.checks import load_checks
from conformance.context import Target
from conformance.report import find_unexpected, format_table, is_empty_run, write_json, write_junit
from conformance.runner import Outcome, Result, run_checks

TEXTS = {
    "token": "an access token",
    "second_token": "an access token of another user",
    "expiring_token": "an access token that expires within `--patience` seconds",
    "refresh_token": "the refresh token of the first user, if the suite takes longer than the access token lasts",
    "second_refresh_token": "the refresh token of the other user",
    "disposable_token": "an access token whose session may be ended",
    "model": "the model to ask",
    "endless_question": "a question that this model answers with more than a million characters",
    "reasoning_question": "a question before whose answer this model reasons",
}
"""Fields of the target that an option or a variable gives."""


def main() -> int:
    options = _read_options()
    checks = load_checks()
    try:
        expected = {*options.expect_failure, *_read_names(options.expect_file)}
    except OSError as error:
        print(f"The list of expected failures cannot be read: {error}", file=sys.stderr)
        return 2
    if options.list:
        for check in checks.values():
            print(f"{check.name}: {check.description} ({', '.join(check.requirements)})")
        return 0
    chosen = [check for check in checks.values() if not options.only or check.name in options.only]
    unknown = {*options.only, *expected} - set(checks)
    if unknown:
        print(f"No check is named {', '.join(sorted(unknown))}: --list shows them.", file=sys.stderr)
        return 2
    if not (options.url and options.token):
        print("Give the URL of the server and an access token.", file=sys.stderr)
        return 2
    texts = {name: getattr(options, name) for name in TEXTS}
    target = Target(options.url.rstrip("/"), patience=options.patience, **texts)

    def print_result(result: Result) -> bool:
        print(f"{result.outcome.value:<8}{result.check.name} ({result.seconds:.1f} s)", file=sys.stderr, flush=True)
        return bool(options.exit_first and result.outcome is Outcome.FAILED)

    results = asyncio.run(run_checks(target, chosen, print_result))
    print("\n" + format_table(results))
    if options.json:
        write_json(options.json, target.url, results)
    if options.junit:
        write_junit(options.junit, results)
    unexpected = find_unexpected(results, expected)
    for result in unexpected:
        expectation = ", although it was expected to fail" if result.check.name in expected else ""
        print(f"unexpected: {result.check.name} {result.outcome.value}{expectation}")
    if is_empty_run(results):
        print("Nothing was checked, so nothing is proved: every check was skipped, or none ran.")
        return 1
    return 1 if unexpected else 0


def _read_names(path: Path | None) -> list[str]:
    """Return the names in a file, one per line; `#` begins a comment."""
    lines = path.read_text().splitlines() if path is not None else []
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m conformance", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", nargs="?", default="", help="the server, such as http://localhost:8000")
    for name, text in TEXTS.items():
        variable, option = name.upper(), f"--{name.replace('_', '-')}"
        parser.add_argument(option, default=os.environ.get(variable, ""), help=f"{text} (default: ${variable})")
    parser.add_argument("--patience", type=float, default=45.0, help="seconds to wait for a frame or response (45)")
    parser.add_argument("--only", nargs="+", default=[], help="run only these checks")
    parser.add_argument("--expect-failure", nargs="+", default=[], help="checks that are known to fail")
    parser.add_argument("--expect-file", type=Path, help="a file with the names of such checks, one per line")
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument("--junit", type=Path, help="write the results here as JUnit XML")
    parser.add_argument("--exit-first", action="store_true", help="stop at the first failure")
    parser.add_argument("--list", action="store_true", help="list the checks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
