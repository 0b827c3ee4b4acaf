"""Reports: a table of requirements to read, JSON and JUnit for programs."""

import json
from collections.abc import Collection
from pathlib import Path
from xml.etree import ElementTree as ET

from conformance.runner import Outcome, Result


def find_unexpected(results: list[Result], expected: Collection[str]) -> list[Result]:
    """Return the unexpected failures, and the expected failures that passed or were skipped.

    A list of expected failures that are not looked at hides whether they are mended.
    """
    return [result for result in results if result.outcome is not _expected_outcome(result, expected)]


def _expected_outcome(result: Result, expected: Collection[str]) -> Outcome:
    if result.check.name in expected:
        return Outcome.FAILED
    return Outcome.SKIPPED if result.outcome is Outcome.SKIPPED else Outcome.PASSED


def is_empty_run(results: list[Result]) -> bool:
    """Return whether nothing was checked, which proves nothing."""
    return all(result.outcome is Outcome.SKIPPED for result in results)


def by_requirement(results: list[Result]) -> dict[str, list[Result]]:
    """Return the results of each requirement that was checked, in their order."""
    found: dict[str, list[Result]] = {}
    for result in results:
        named = [result.requirement] if result.requirement else []
        for requirement in dict.fromkeys([*result.check.requirements, *named]):
            found.setdefault(requirement, []).append(result)
    return dict(sorted(found.items(), key=lambda entry: [int(part) for part in entry[0][2:].split(".")]))


def outcome_of(requirement: str, results: list[Result]) -> Outcome:
    """Return whether a requirement holds: a failure that names another one does not count."""
    own = [r for r in results if r.outcome is not Outcome.FAILED or r.requirement in {"", requirement}]
    outcomes = {result.outcome for result in own}
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    return Outcome.PASSED if Outcome.PASSED in outcomes else Outcome.SKIPPED


def format_table(results: list[Result]) -> str:
    """Return the table: requirement, checks, result."""
    rows = [
        (requirement, ", ".join(result.check.name for result in found), outcome_of(requirement, found).value)
        for requirement, found in by_requirement(results).items()
    ]
    lines = [f"{'requirement':<13}{'result':<9}checks", *(f"{id_:<13}{out:<9}{names}" for id_, names, out in rows)]
    for result in results:
        if result.outcome is not Outcome.PASSED:
            lines.append(f"\n{result.outcome.value.upper()} {result.check.name}: {result.check.description}")
            lines.append("  " + result.text.strip().replace("\n", "\n  "))
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in Outcome}
    lines.append("\n" + ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))
    return "\n".join(lines)


def write_json(path: Path, url: str, results: list[Result]) -> None:
    described = {
        "url": url,
        "requirements": {
            requirement: outcome_of(requirement, found).value for requirement, found in by_requirement(results).items()
        },
        "checks": [
            {
                "name": result.check.name,
                "description": result.check.description,
                "requirements": list(result.check.requirements),
                "outcome": result.outcome.value,
                "violates": result.requirement or None,
                "text": result.text,
                "seconds": round(result.seconds, 3),
            }
            for result in results
        ],
    }
    path.write_text(json.dumps(described, indent=2) + "\n")


def write_junit(path: Path, results: list[Result]) -> None:
    failed = sum(result.outcome is Outcome.FAILED for result in results)
    skipped = sum(result.outcome is Outcome.SKIPPED for result in results)
    suite = ET.Element(
        "testsuite", name="conformance", tests=str(len(results)), failures=str(failed), skipped=str(skipped)
    )
    for result in results:
        case = ET.SubElement(
            suite, "testcase", classname="conformance", name=result.check.name, time=f"{result.seconds:.3f}"
        )
        if result.outcome is not Outcome.PASSED:
            kind = "failure" if result.outcome is Outcome.FAILED else "skipped"
            ET.SubElement(case, kind, message=result.text[:500]).text = result.text
    ET.ElementTree(suite).write(path, encoding="unicode", xml_declaration=True)
