"""What the fake model server was asked."""

from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web


@dataclass(slots=True)
class ModelRequest:
    """One chat completion that was asked for.

    `peer` tells TCP connections apart. `outcome` is None while it is being answered, then `finished`, `failed`, `cut`
    (by a knob) or `closed` (by the client).
    """

    headers: dict[str, str]
    body: dict[str, Any]
    peer: str
    is_title: bool = False
    tokens_sent: int = 0
    outcome: str | None = None

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The prompt."""
        return list(self.body["messages"])

    @classmethod
    def of(cls, request: web.Request, body: dict[str, Any], *, is_title: bool) -> Self:
        """The record of a request that has just come."""
        peer = "" if request.transport is None else str(request.transport.get_extra_info("peername"))
        return cls(dict(request.headers), body, peer, is_title=is_title)

    def report(self) -> dict[str, Any]:
        """What `GET /control` tells of it."""
        return {"body": self.body, "outcome": self.outcome, "tokens_sent": self.tokens_sent}
