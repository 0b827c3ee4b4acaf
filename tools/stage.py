"""The stages of a longer command: all of them run, then a table says which passed."""

import time
from pathlib import Path
from typing import List, Mapping, NamedTuple, Optional

from tools.programs import Command, ProgramFailed, run_aloud, run_quietly
from tools.progress import Row, print_summary, step


class Stage(NamedTuple):
    """One program whose exit code tells whether the stage passed."""

    name: str
    command: Command
    cwd: Path
    additions: Optional[Mapping[str, str]] = None


def run_stages(stages: List[Stage], *, aloud: bool) -> int:
    """Run every stage and print the table; return 0 if all passed.

    `aloud`: each prints for itself; else only what failed is shown.
    """
    rows: List[Row] = []
    for stage in stages:
        started = time.monotonic()
        passed = _run_aloud(stage) if aloud else _run_quietly(stage)
        rows.append(Row(stage.name, passed, time.monotonic() - started))
    print_summary(rows)
    return 0 if all(row.passed for row in rows) else 1


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
