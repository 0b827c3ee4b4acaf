"""Every requirement of the specification is checked, or says why it cannot be seen from outside (section 14)."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from conformance import shapes
from conformance.checks import load_checks
from conformance.context import Target
from conformance.registry import Check
from conformance.report import find_unexpected, format_table, is_empty_run, outcome_of, write_json, write_junit
from conformance.runner import Outcome, Result

pytestmark = pytest.mark.storeless

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


def types_of_frames(channel: str) -> set[str]:
    """Return the types of the frames that the server sends on a channel of the contract."""
    document = json.loads((ROOT / "contract" / "asyncapi.json").read_text())
    structs = [one["$ref"].rsplit("/", 1)[1] for one in document["operations"][f"{channel}.frame"]["messages"]]
    return {document["components"]["messages"][struct]["name"] for struct in structs}


def test_the_suite_knows_the_fields_of_every_frame_of_a_conversation() -> None:
    assert {kind.partition("/")[0] for kind in shapes.IDS} == types_of_frames("chat")
    assert set(shapes.ALWAYS) == set(shapes.IDS) - {"auth.success"}


def test_the_suite_knows_the_fields_of_every_change() -> None:
    of_every_connection = {"auth.success", "chat.error", "ping", "pong"}
    assert set(shapes.FEED) == types_of_frames("changes") - of_every_connection


def test_the_suite_knows_no_server() -> None:
    """It imports nothing of ours."""
    found = subprocess.run(
        [sys.executable, "-m", "conformance", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(found.stdout.splitlines()) == len(load_checks())
    for path in (ROOT / "conformance").rglob("*.py"):
        assert not OURS.search(path.read_text()), path


async def never_run(_: object) -> None:
    """A check that is listed only."""


def result(name: str, outcome: Outcome, requirement: str = "") -> Result:
    return Result(Check(name, ("P-1.1", "P-2.1"), never_run), outcome, 0.5, f"{requirement}: why", requirement)


RESULTS = [result("a", Outcome.PASSED), result("b", Outcome.FAILED, "P-2.1"), result("c", Outcome.SKIPPED)]


def test_a_failed_check_breaks_the_requirement_that_it_names() -> None:
    assert outcome_of("P-1.1", RESULTS) is Outcome.PASSED
    assert outcome_of("P-2.1", RESULTS) is Outcome.FAILED
    assert "FAILED b" in format_table(RESULTS)


@pytest.mark.parametrize(
    ("expected_failures", "unexpected"), [([], ["b"]), (["b"], []), (["a", "b"], ["a"]), (["b", "c"], ["c"])]
)
def test_results_other_than_the_expected_failures_are_unexpected(
    expected_failures: list[str], unexpected: list[str]
) -> None:
    assert [found.check.name for found in find_unexpected(RESULTS, expected_failures)] == unexpected


def test_a_run_without_a_check_that_looked_is_empty() -> None:
    assert not is_empty_run(RESULTS)
    assert is_empty_run(RESULTS[2:])
    assert is_empty_run([])


def test_the_json_report_has_the_outcome_of_each_requirement(tmp_path: Path) -> None:
    write_json(tmp_path / "out.json", Target("http://x", "t", "m").url, RESULTS)
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["requirements"] == {"P-1.1": "passed", "P-2.1": "failed"}


def test_the_junit_report_counts_each_outcome(tmp_path: Path) -> None:
    write_junit(tmp_path / "out.xml", RESULTS)
    assert 'tests="3" failures="1" skipped="1"' in (tmp_path / "out.xml").read_text()


NEEDY = ("a_renewal_is_for_the_same_user_only", "the_end_of_a_session_closes_its_connections")
"""Checks that need a token which is not given, and find that out before they connect."""


def run_suite(*options: str) -> tuple[int, str]:
    """Run the suite as a program with checks that are all skipped; return its exit code and what it prints."""
    command = [sys.executable, "-m", "conformance", "http://127.0.0.1:9", "--token", "t", "--only", *NEEDY, *options]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_run_in_which_every_check_is_skipped_fails(tmp_path: Path) -> None:
    """And its reports are written all the same."""
    code, printed = run_suite("--json", str(tmp_path / "out.json"), "--junit", str(tmp_path / "out.xml"))
    assert code == 1
    assert "Nothing was checked" in printed
    assert set(json.loads((tmp_path / "out.json").read_text())["requirements"].values()) == {"skipped"}
    assert 'skipped="2"' in (tmp_path / "out.xml").read_text()


def test_an_expected_failure_that_is_skipped_is_reported(tmp_path: Path) -> None:
    listed = tmp_path / "expected.txt"
    listed.write_text(f"# known\n\n{NEEDY[0]}  # until it is mended\n")
    code, printed = run_suite("--expect-file", str(listed))
    assert code == 1
    assert f"unexpected: {NEEDY[0]} skipped, although it was expected to fail" in printed
    listed.write_text("no_such_check\n")
    assert run_suite("--expect-file", str(listed))[0] == 2
    assert run_suite("--expect-file", str(tmp_path / "none"))[0] == 2


def test_make_passes_its_variables_on() -> None:
    variables = ["URL=http://x", "JSON=out.json", "JUNIT=out.xml", "EXPECT=known.txt"]
    command = ["make", "--dry-run", "conformance", *variables]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    normalized = " ".join(printed.replace("\\\n", " ").split())
    assert "conformance http://x --json 'out.json' --junit 'out.xml' --expect-file 'known.txt'" in normalized
