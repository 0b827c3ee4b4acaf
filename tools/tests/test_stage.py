"""Concurrent stages: all run, their outputs are not mixed, and one failure fails the command."""

import os
import sys
from pathlib import Path

import pytest

from tools.stage import Stage, run_stages_side_by_side


def stage(name: str, code: str) -> Stage:
    return Stage(name, [sys.executable, "-c", code], Path.cwd())


def test_stages_run_at_the_same_time(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Opening either end of a pipe waits for the other.
    stages = [stage("reads", f"open({str(pipe)!r}).read()"), stage("writes", f"open({str(pipe)!r}, 'w').close()")]
    assert run_stages_side_by_side(stages, at_once=2, aloud=False) == 0


def test_a_failed_stage_is_shown_and_ends_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    stages = [stage("first", "raise SystemExit('broken')"), stage("second", "print('unseen')"), stage("third", "")]
    assert run_stages_side_by_side(stages, at_once=1, aloud=False) == 1
    lines = capfd.readouterr().out.splitlines()
    summary = [
        line.split()[:2] for line in lines[lines.index("This failed: " + " ".join(map(str, stages[0].command))) :]
    ]
    assert "broken" in lines
    assert "unseen" not in lines
    assert [row for row in summary if row[1:] in (["passed"], ["FAILED"])] == [
        ["second", "passed"],
        ["third", "passed"],
        ["first", "FAILED"],
        ["second", "passed"],
        ["third", "passed"],
    ]


def test_the_output_of_each_stage_is_printed_in_one_piece(capfd: pytest.CaptureFixture[str]) -> None:
    stages = [stage("first", "print('a'); print('b')"), stage("second", "print('c'); print('d')")]
    assert run_stages_side_by_side(stages, at_once=2, aloud=True) == 0
    out = capfd.readouterr().out
    assert "=== first ===\n\na\nb\n" in out
    assert "=== second ===\n\nc\nd\n" in out
