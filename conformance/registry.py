"""The registry of checks: functions that test a server, each with the requirements that it covers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.context import Context

type CheckFunction = Callable[["Context"], Awaitable[None]]


@dataclass(frozen=True)
class Check:
    """One check. `is_exclusive`: it needs all of the user's limits, so no other check runs at the same time."""

    name: str
    requirements: tuple[str, ...]
    function: CheckFunction
    is_exclusive: bool = False

    @property
    def description(self) -> str:
        """The first line of its docstring."""
        return (self.function.__doc__ or "").strip().splitlines()[0]


CHECKS: dict[str, Check] = {}


def check(*requirements: str, exclusive: bool = False) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check of these requirements."""

    def register(function: CheckFunction) -> CheckFunction:
        name = function.__name__
        if name in CHECKS:
            raise ValueError(f"two checks are named {name}")
        CHECKS[name] = Check(name, requirements, function, exclusive)
        return function

    return register
