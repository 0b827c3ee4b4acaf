"""Requests that the fake model server has received."""

from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web


@dataclass(slots=True)
class ModelRequest:
    """A request for a chat completion.

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
        return list(self.body["messages"])

    @classmethod
    def of(cls, request: web.Request, body: dict[str, Any], *, is_title: bool) -> Self:
        peer = "" if request.transport is None else str(request.transport.get_extra_info("peername"))
        return cls(dict(request.headers), body, peer, is_title=is_title)

    def report(self) -> dict[str, Any]:
        """Return the record as `GET /control` shows it."""
        return {"body": self.body, "outcome": self.outcome, "tokens_sent": self.tokens_sent}
