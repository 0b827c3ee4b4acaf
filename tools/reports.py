"""Counting the tests of the last runs from the reports that pytest, vitest and Playwright write."""

from collections import Counter
from typing import Counter as Count
from xml.etree import ElementTree as ET

from tools.progress import run_command
from tools.repository import REPORTS


def main() -> int:
    """Print one line with the totals; return 1 if a test failed or none ran."""
    totals: Count[str] = Counter()
    seconds = 0.0
    for report in sorted(REPORTS.glob("*.xml")):
        for case in ET.parse(report).getroot().iter("testcase"):
            totals[_outcome(case)] += 1
            seconds += float(case.get("time") or 0)
    words = [f"{totals[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped") if totals[outcome]]
    print(f"{', '.join(words) or 'no tests ran'} in {seconds:.2f}s")
    return 0 if totals["passed"] and not totals["failed"] else 1


def _outcome(case: ET.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


if __name__ == "__main__":
    run_command(main)
