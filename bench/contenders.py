"""The contenders that the bench measures: the bare relay, and the product on each kind of store."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from bench.load_protocol import Endpoint
from testkit.programs import STARTING_SECONDS, Processes, Program, running

RELAY, SQLITE, POSTGRES = "relay", "sqlite", "postgres"
CONTENDERS = (RELAY, SQLITE, POSTGRES)
"""The bare relay; the product on SQLite and memory; the product on PostgreSQL and Redis."""


class Contender(Protocol):
    """A server that answers `chat.message` with the model's tokens."""

    name: str
    program: Program
    stores: Sequence[Processes]
    """The stores that it uses; their CPU time and memory count as its own."""
    port: int

    async def endpoints(self, count: int) -> list[Endpoint]:
        """Return an endpoint for each of `count` users, where no question has been asked yet."""
        ...


class BareRelay:
    """The bare relay, which has one path and no sign-in."""

    name = RELAY
    stores: Sequence[Processes] = ()

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self.port = port

    async def endpoints(self, count: int) -> list[Endpoint]:
        return [Endpoint("/")] * count


@asynccontextmanager
async def bare_relay(scratch: Path, model_url: str, *, processes: int = 1) -> AsyncGenerator[Contender]:
    """Run the relay; several processes share only its port."""
    command = ["-m", "bench.relay", model_url, "--processes", str(processes)]
    async with running("relay", command, scratch / f"relay-{processes}.log") as program:
        yield BareRelay(program, int(await program.read_line(STARTING_SECONDS)))
