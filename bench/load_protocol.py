"""Requests to the load driver and its reports: one JSON object per line, on its standard input and output."""

from typing import Literal

import msgspec

from bench.demand import Demand
from bench.tally import Spread

GO, LEAVE = b"go", b"leave"


class Endpoint(msgspec.Struct):
    """The path of a WebSocket to which one user connects, and a token if the server requires one."""

    path: str
    token: str | None = None


class LoadRequest(msgspec.Struct):
    """One user per endpoint: each asks `demand` once, `pace` of them per second, or stays idle without a demand.

    `deadline` is in seconds from the first question; answers that have not ended by then count as unfinished.
    """

    port: int
    endpoints: list[Endpoint]
    demand: Demand | None
    pace: float
    deadline: float


class LoadResult(msgspec.Struct):
    """The measurements of all users. A delay, in ms, is the time from the model's sending of a token to its arrival."""

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
    """While all users were being answered: after the last user's first token, before the first end."""
    delay_overall: Spread | None


class Report(msgspec.Struct):
    """Progress of the driver; `ended` comes with `result`."""

    event: Literal["connected", "steady", "ending", "ended"]
    result: LoadResult | None = None
