"""What the load driver is told and what it reports: one JSON object a line, over its standard input and output."""

from typing import Literal

import msgspec

from bench.demand import Demand
from bench.tally import Spread

GO, LEAVE = b"go", b"leave"


class Seat(msgspec.Struct):
    """Where one user sits: a path, and a token where the server wants to know who it is."""

    path: str
    token: str | None = None


class Order(msgspec.Struct):
    """One user a seat; each asks `demand` once, `pace` of them a second, or only sits there when there is none.

    `deadline` is in seconds from the first question; answers that have not ended by then count as unfinished.
    """

    port: int
    seats: list[Seat]
    demand: Demand | None
    pace: float
    deadline: float
    deflate: bool


class Outcome(msgspec.Struct):
    """What the users saw. Delays are in ms, from the model's sending of a token to the client's reading of it."""

    tokens: int
    lost: int
    repeated: int
    unfinished: int
    failures: list[str]
    frames: int
    seconds: float
    """From the first token to the last, over all users."""
    first_token: Spread | None
    """From each user's question to the first token, ms."""
    delay: Spread | None
    """While every user was being answered: after the last one's first token, before the first one's end."""
    delay_overall: Spread | None


class Report(msgspec.Struct):
    """A line from the driver: how far it is. `deflated` with `seated`, `outcome` with `ended`."""

    event: Literal["seated", "steady", "ending", "ended"]
    deflated: bool = False
    outcome: Outcome | None = None
