"""The version of the protocol, and the name of its WebSocket subprotocol (docs/protocol.md, section 10)."""

VERSION = "2026-12"
SUBPROTOCOL = f"ai-chat.{VERSION}"
