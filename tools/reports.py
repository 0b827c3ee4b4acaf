"""`python -m tools.reports`: count the tests of the last runs, from the reports of pytest, vitest and Playwright."""

from collections import Counter
from textwrap import indent
from xml.etree import ElementTree as ET

from tools.programs import shortened
from tools.progress import run_command
from tools.repository import REPORTS

MAX_FAILURES_SHOWN = 5
# Lines shown of a failure: Playwright names the cause first, pytest last.
FIRST_LINES, LAST_LINES = 16, 16


def main() -> int:
    """Print what failed, then one line with the totals; return 1 if a test failed or none ran."""
    totals: Counter[str] = Counter()
    seconds = 0.0
    failures: list[tuple[str, str]] = []
    for report in sorted(REPORTS.glob("*.xml")):
        for case in ET.parse(report).getroot().iter("testcase"):
            failure = _failure(case)
            if failure is not None:
                failures.append((f"{report.name}: {_name(case)}", failure))
            totals[_outcome(case, failure)] += 1
            seconds += float(case.get("time") or 0)
    for name, failure in failures[:MAX_FAILURES_SHOWN]:
        print(f"FAILED {name}\n{indent(shortened(failure.strip(), FIRST_LINES, LAST_LINES), '  ')}\n")
    for name, _ in failures[MAX_FAILURES_SHOWN:]:
        print(f"FAILED {name}\n")
    words = [f"{totals[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped") if totals[outcome]]
    print(f"{', '.join(words) or 'no tests ran'} in {seconds:.2f}s")
    return 0 if totals["passed"] and not failures else 1


def _name(case: ET.Element) -> str:
    return " ".join(filter(None, (case.get("classname"), case.get("name"))))


def _failure(case: ET.Element) -> str | None:
    """Return the message of a test that failed; None if it did not fail."""
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return found.text or found.get("message") or ""
    return None


def _outcome(case: ET.Element, failure: str | None) -> str:
    if failure is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


if __name__ == "__main__":
    run_command(main)
