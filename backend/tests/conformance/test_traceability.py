"""Every requirement of the specification is checked, or says why it cannot be seen from outside (section 14)."""

import json
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from conformance.checks import load_checks
from conformance.context import Target
from conformance.registry import Check
from conformance.report import find_unexpected, format_table, outcome_of, write_json, write_junit
from conformance.runner import Outcome, Result

ROOT = Path(settings.PROJECT_DIR)
OURS = re.compile(r"^\s*(?:from|import) (?:apps|config|server|testkit|tests|django)\b", re.MULTILINE)
DEFINED = re.compile(r"^(?:- |\| )\*\*(P-\d+\.\d+)\*\*", re.MULTILINE)


def test_every_requirement_has_a_check_or_a_reason() -> None:
    required = set(DEFINED.findall((ROOT / "docs" / "protocol.md").read_text()))
    traced = json.loads((ROOT / "conformance" / "traceability.json").read_text())
    assert set(traced) == required
    checks = load_checks().values()
    for requirement, entry in traced.items():
        names = sorted(check.name for check in checks if requirement in check.requirements)
        assert entry.get("checks", []) == names, requirement
        assert names or len(entry["unseen"]) > 5, requirement
    assert {requirement for check in checks for requirement in check.requirements} <= required


def test_the_suite_knows_no_server() -> None:
    """It imports nothing of ours."""
    found = subprocess.run(
        [sys.executable, "-m", "conformance", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(found.stdout.splitlines()) == len(load_checks())
    for path in (ROOT / "conformance").rglob("*.py"):
        assert not OURS.search(path.read_text()), path


async def hold(_: object) -> None:
    """A check that is never run."""


def result(name: str, outcome: Outcome, requirement: str = "") -> Result:
    return Result(Check(name, ("P-1.1", "P-2.1"), hold), outcome, 0.5, f"{requirement}: why", requirement)


def test_reports_say_what_does_not_hold(tmp_path: Path) -> None:
    results = [result("a", Outcome.PASSED), result("b", Outcome.FAILED, "P-2.1"), result("c", Outcome.SKIPPED)]
    assert outcome_of("P-1.1", results) is Outcome.PASSED
    assert outcome_of("P-2.1", results) is Outcome.FAILED
    assert "FAILED b" in format_table(results)
    assert [found.check.name for found in find_unexpected(results, [])] == ["b"]
    assert find_unexpected(results, ["b"]) == []
    assert [found.check.name for found in find_unexpected(results, ["a", "b"])] == ["a"]
    write_json(tmp_path / "out.json", Target("http://x", "t", "m").url, results)
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["requirements"] == {"P-1.1": "passed", "P-2.1": "failed"}
    write_junit(tmp_path / "out.xml", results)
    assert 'tests="3" failures="1" skipped="1"' in (tmp_path / "out.xml").read_text()
