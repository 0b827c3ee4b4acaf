"""Progress on the terminal: one line per step with its time, and one sentence if a step fails."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NAME_WIDTH = 26


class Failure(Exception):
    """A failure: one sentence says what is wrong and what to do, and the command ends with exit code 1."""


class Outcome:
    """The text at the end of a step's line."""

    note = "done"


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Print the name of a step when it begins, and on the same line its outcome and time when it ends."""
    outcome = Outcome()
    started = time.monotonic()
    print(f"  {name:<{NAME_WIDTH}}", end="", flush=True)
    try:
        yield outcome
    except BaseException:
        print("failed")
        raise
    print(f"{outcome.note}  ({time.monotonic() - started:.1f} s)", flush=True)


def run_command(command: Callable[[], int]) -> None:
    """Run a command of the Makefile, and exit with its code."""
    # Each command ends its programs in order, even if the caller made it ignore Ctrl+C.
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
