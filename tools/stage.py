"""Stages of a longer command: all of them run, then a table shows which passed."""

import os
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from subprocess import Popen
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any, List, Mapping, NamedTuple, Optional

from tools.programs import Command, run_aloud, running_aloud, shortened
from tools.progress import NAME_WIDTH, Row, print_summary

CORES = os.cpu_count() or 1


class Stage(NamedTuple):
    """One program whose exit code shows whether the stage passed."""

    name: str
    command: Command
    cwd: Path
    additions: Optional[Mapping[str, str]] = None


class _Running(NamedTuple):
    """A stage that runs at the same time as others, with its output in `output`."""

    stage: Stage
    process: "Popen[Any]"
    output: IO[str]
    started: float


def run_stages(stages: List[Stage]) -> int:
    """Run one stage after another with their output; print the table, and return 0 if all passed."""
    rows: List[Row] = []
    started = time.monotonic()
    for stage in stages:
        begun = time.monotonic()
        print(f"\n=== {stage.name} ===\n", flush=True)
        passed = run_aloud(stage.command, stage.cwd, stage.additions)
        rows.append(Row(stage.name, passed, time.monotonic() - begun))
    return _summarise(rows, started)


def run_stages_side_by_side(stages: List[Stage], *, at_once: int, aloud: bool) -> int:
    """Run `at_once` stages at a time, in the order of the list; print the table, and return 0 if all passed.

    The output of a stage is printed when it ends: of every stage if `aloud`, else only of stages that failed.
    """
    rows: List[Row] = []
    started = time.monotonic()
    waiting = deque(stages)
    ended: Queue[_Running] = Queue()
    if aloud:
        names = "; ".join(stage.name for stage in stages)
        print(f"\n{at_once} stages at a time, each of which prints when it ends: {names}", flush=True)
    with ExitStack() as stack:
        for stage in [waiting.popleft() for _ in range(min(at_once, len(stages)))]:
            _start(stage, ended, stack)
        while len(rows) < len(stages):
            running = ended.get()
            if waiting:
                _start(waiting.popleft(), ended, stack)
            rows.append(_report(running, aloud=aloud))
    return _summarise(rows, started)


def _start(stage: Stage, ended: "Queue[_Running]", stack: ExitStack) -> None:
    output = stack.enter_context(TemporaryFile("w+", encoding="utf-8", errors="replace"))  # noqa: SIM115  it does
    process = stack.enter_context(running_aloud(stage.command, stage.cwd, stage.additions, output))
    running = _Running(stage, process, output, time.monotonic())
    Thread(target=_wait, args=(running, ended), daemon=True).start()


def _wait(running: _Running, ended: "Queue[_Running]") -> None:
    running.process.wait()
    ended.put(running)


def _report(running: _Running, *, aloud: bool) -> Row:
    name, passed = running.stage.name, running.process.returncode == 0
    row = Row(name, passed, time.monotonic() - running.started)
    running.output.seek(0)
    if aloud:
        print(f"\n=== {name} ===\n\n{running.output.read()}", flush=True)
        return row
    print(f"  {name:<{NAME_WIDTH}} {'passed' if passed else 'failed'}  ({row.seconds:.1f} s)", flush=True)
    if not passed:
        command = " ".join(map(str, running.stage.command))
        print(f"\n{shortened(running.output.read())}\nThis failed: {command}\n", flush=True)
    return row


def _summarise(rows: List[Row], started: float) -> int:
    print_summary(rows, time.monotonic() - started)
    return 0 if all(row.passed for row in rows) else 1
