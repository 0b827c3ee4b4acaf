"""The stages of a longer command: all of them run, then a table says which passed."""

import time
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryFile
from typing import IO, Any, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from tools.programs import Command, ProgramFailed, run_aloud, run_quietly, running_aloud
from tools.progress import Row, print_summary, step


class Stage(NamedTuple):
    """One program whose exit code tells whether the stage passed."""

    name: str
    command: Command
    cwd: Path
    additions: Optional[Mapping[str, str]] = None


def run_stages(stages: List[Stage], *, aloud: bool, beside: Sequence[Stage] = ()) -> int:
    """Run every stage and print the table; return 0 if all passed.

    `aloud`: each prints for itself; else only what failed is shown. Those of `beside`, which mostly wait, begin at once
    and run beside all others; what they print comes at the end.
    """
    rows: List[Row] = []
    started = time.monotonic()
    with ExitStack() as stack:
        running = [(stage, *_begin(stage, stack)) for stage in beside]
        for stage in stages:
            begun = time.monotonic()
            passed = _run_aloud(stage) if aloud else _run_quietly(stage)
            rows.append(Row(stage.name, passed, time.monotonic() - begun))
        for stage, process, output in running:
            passed = process.wait() == 0
            rows.append(Row(f"{stage.name} (beside)", passed, time.monotonic() - started))
            output.seek(0)
            print(f"\n=== {stage.name} ===\n\n{output.read()}", flush=True)
    print_summary(rows, time.monotonic() - started)
    return 0 if all(row.passed for row in rows) else 1


def _begin(stage: Stage, stack: ExitStack) -> Tuple["Popen[Any]", IO[str]]:
    output = stack.enter_context(TemporaryFile("w+", encoding="utf-8", errors="replace"))  # noqa: SIM115  it does
    process = stack.enter_context(running_aloud(stage.command, stage.cwd, stage.additions, output))
    return process, output


def _run_aloud(stage: Stage) -> bool:
    print(f"\n=== {stage.name} ===\n", flush=True)
    return run_aloud(stage.command, stage.cwd, stage.additions)


def _run_quietly(stage: Stage) -> bool:
    try:
        with step(stage.name) as outcome:
            run_quietly(stage.command, stage.cwd, stage.additions)
            outcome.note = "passed"
    except ProgramFailed as failure:
        print(f"\n{failure}\n", flush=True)
        return False
    return True
