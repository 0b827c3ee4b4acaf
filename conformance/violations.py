"""Findings of a check: a violated requirement, or the reason why the check was skipped."""

from collections.abc import Iterator
from contextlib import contextmanager


class Violation(Exception):
    """A requirement does not hold."""

    def __init__(self, requirement: str, text: str) -> None:
        super().__init__(f"{requirement}: {text}")
        self.requirement = requirement


class NoFrameViolation(Violation):
    """Nothing of an answer came in time, not even its end."""

    def __init__(self, seconds: float) -> None:
        super().__init__("P-1.3", f"no frame of the answer, not even an ending, for {seconds:g} s")


class Skipped(Exception):
    """The check cannot run: the server or the model gives no opportunity."""


class ClosedError(Exception):
    """The server has closed the connection, with this code."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the connection closed with {code}")
        self.code = code


def require(holds: object, requirement: str, text: str) -> None:
    """Raise a violation unless `holds`."""
    if not holds:
        raise Violation(requirement, text)


@contextmanager
def required(requirement: str, otherwise: str = "") -> Iterator[None]:
    """Raise a violation if the connection closes within the block, or if a frame does not come in time."""
    try:
        yield
    except (ClosedError, TimeoutError) as error:
        raise Violation(requirement, ": ".join(filter(None, (otherwise, str(error))))) from None
