"""One line a step with its time, and one sentence when a step cannot be done."""

import signal
import sys
import time
from contextlib import contextmanager
from typing import Callable, Iterator, List, NamedTuple

NAME_WIDTH = 26


class Failure(Exception):
    """Says in one sentence what is wrong and what to do; ends the command with exit code 1."""


class Outcome:
    """What a step has to say at the end of its line."""

    note = "done"


class Row(NamedTuple):
    """One line of a summary."""

    name: str
    passed: bool
    seconds: float


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Print a step's name when it begins, and its outcome and time on the same line when it ends."""
    outcome = Outcome()
    started = time.monotonic()
    print(f"  {name:<{NAME_WIDTH}}", end="", flush=True)
    try:
        yield outcome
    except BaseException:
        print("failed")
        raise
    print(f"{outcome.note}  ({time.monotonic() - started:.1f} s)", flush=True)


def print_summary(rows: List[Row], seconds: float) -> None:
    """Print what passed and what failed, with times; `seconds` is that of all of it."""
    width = max(len(row.name) for row in rows)
    print()
    for row in rows:
        print(f"  {row.name:<{width}}  {'passed' if row.passed else 'FAILED'}  {row.seconds:7.1f} s")
    print(f"  {'':<{width}}          {seconds:7.1f} s", flush=True)


def run_command(command: Callable[[], int]) -> None:
    """Run one of the commands of the Makefile to the end of the process."""
    # Whatever is running is ended in order by each of them, also where the caller has us ignore Ctrl+C.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = command()
    except Failure as failure:
        print(failure, file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
