"""The results of the attacks as a text table."""

from collections.abc import Mapping, Sequence

from attacks.attack import Attack, Finding

_MEASURED, _LIMIT, _VALUE = 42, 22, 22


def show_attack(attack: Attack, findings: Sequence[Finding]) -> str:
    """Return the table of one attack: what was measured, its limit, its value and the verdict."""
    rows = [f"\n{attack.name}: {attack.summary}"]
    rows += [
        f"  {finding.measured:{_MEASURED}}{finding.limit:>{_LIMIT}}  {finding.value:>{_VALUE}}  " + _verdict(finding)
        for finding in findings
    ]
    return "\n".join(rows)


def show_totals(outcomes: Mapping[str, Sequence[Finding]]) -> str:
    """Return the last lines: how many attacks were repelled, and which were not."""
    skipped = [name for name, findings in outcomes.items() if any(finding.is_skipped for finding in findings)]
    broken = [name for name, findings in outcomes.items() if not all(finding.holds for finding in findings)]
    repelled = len(outcomes) - len({*broken, *skipped})
    lines = [f"\n{repelled} of {len(outcomes)} attacks repelled", *(f"skipped: {name}" for name in skipped)]
    return "\n".join([*lines, *(f"broke through: {name}" for name in broken)])


def _verdict(finding: Finding) -> str:
    if finding.is_skipped:
        return "SKIPPED"
    return "holds" if finding.holds else "BROKEN"
