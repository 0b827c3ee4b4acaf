"""Attacks and their findings: `@attack` registers an attack."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attacks.target import Target


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure of an attack: what was measured, its limit, and its value."""

    measured: str
    limit: str
    value: str
    holds: bool
    is_skipped: bool = False
    """Whether nothing was measured, because a program is missing; this does not count as a failure."""


def at_most(measured: str, value: float, limit: float, unit: str) -> Finding:
    """Return the finding that `value` must not exceed `limit`."""
    return Finding(measured, f"at most {limit:g} {unit}", f"{value:.4g} {unit}", holds=value <= limit)


def must_be(measured: str, value: object, wanted: object) -> Finding:
    """Return the finding that `value` must equal `wanted`."""
    return Finding(measured, str(wanted), str(value), holds=value == wanted)


def skipped(measured: str, why: str) -> Finding:
    """Return the finding that this could not be measured here."""
    return Finding(measured, "", why, holds=True, is_skipped=True)


type AttackFunction = Callable[["Target"], Awaitable[list[Finding]]]


def in_a_thread(run: Callable[["Target"], list[Finding]]) -> AttackFunction:
    """Run a blocking attack in a thread, beside the event loop."""

    @wraps(run)
    async def run_in_thread(target: "Target") -> list[Finding]:
        return await asyncio.to_thread(run, target)

    return run_in_thread


@dataclass(frozen=True)
class Attack:
    """An attack, which `make attacks` runs against a new server."""

    name: str
    run: AttackFunction
    settings: Mapping[str, str] = field(default_factory=dict)
    """Additional environment of the server."""
    open_files: int | None = None
    """Soft limit of open files with which the server starts."""
    max_memory_mib: float = 64
    """For the growth of the server's memory."""
    max_requests_ms: float = 250
    """For the requests of other users, 95th percentile."""
    with_services: bool = False
    """Whether the server uses PostgreSQL and Redis, as several workers have to."""

    @property
    def summary(self) -> str:
        """The first line of the docstring of the attack."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


ATTACKS: dict[str, Attack] = {}
"""All registered attacks, by name."""


def attack(name: str, **options: Any) -> Callable[[AttackFunction], AttackFunction]:  # noqa: ANN401
    """Register an attack: an `async` function that attacks a `Target` and returns its findings.

    Findings that hold for every attack are added: the probe of `/api/health/live`, requests of other users, running
    streams, and memory. `options` are the other fields of `Attack`.
    """

    def register(run: AttackFunction) -> AttackFunction:
        assert name not in ATTACKS, f"two attacks are called {name}"  # noqa: S101  (a fault of the source)
        ATTACKS[name] = Attack(name, run, **options)
        return run

    return register
