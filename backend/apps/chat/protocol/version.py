"""The version of the protocol, and the name of its WebSocket subprotocol (docs/protocol.md, section 10)."""

from collections.abc import Sequence

VERSION = "2026-12"
SUBPROTOCOL = f"ai-chat.{VERSION}"


def choose_subprotocol(offered: Sequence[str]) -> str | None:
    """Return the subprotocol to echo in a handshake that offers these (P-10.1, P-10.2); None if it is not offered."""
    return SUBPROTOCOL if SUBPROTOCOL in offered else None
