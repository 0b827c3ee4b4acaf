"""Findings of a check: a violated requirement, or the reason why the check was skipped."""


class Violation(Exception):
    """A requirement does not hold."""

    def __init__(self, requirement: str, text: str) -> None:
        super().__init__(f"{requirement}: {text}")
        self.requirement = requirement


class Skipped(Exception):
    """The check could not look: the server or the model gave no occasion."""


def require(holds: object, requirement: str, text: str) -> None:
    """Raise a violation unless `holds`."""
    if not holds:
        raise Violation(requirement, text)
