"""Interface of a connection (one WebSocket, or one response of server-sent events), and why it is closed."""

from enum import IntEnum
from typing import Protocol

from apps.core.errors import AuthenticationError, RateLimitError


class CloseCode(IntEnum):
    """Why a connection is closed (docs/protocol.md, section 6); an error is sent before most of them."""

    UNSUPPORTED_DATA = 1003
    POLICY_VIOLATION = 1008
    INTERNAL_FAULT = 1011
    SERVICE_RESTART = 1012
    NOT_AUTHENTICATED = 4001
    MALFORMED_ID = 4002
    NOT_FOUND = 4004
    """The conversation does not exist or was deleted, or the path is unknown."""

    TOO_MANY_CONNECTIONS = 4029


class ConnectionClosedError(Exception):
    """The connection is closed: nothing can be sent any more."""


class Connection(Protocol):
    """Sends frames to one client."""

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while the client does not read.

        Raises:
            ConnectionClosedError: the connection is closed.
        """
        ...

    async def send_ping(self) -> None:
        """Show that the connection is alive."""
        ...

    async def close(self, code: CloseCode) -> None:
        """Close the connection; nothing is sent after it."""
        ...


class AuthenticationRequiredError(AuthenticationError):
    """Another command came before `auth`."""

    code = "AUTH_REQUIRED"
    message = "Sign in first: send an 'auth' frame with an access token."


class AuthTimeoutError(AuthenticationError):
    """The client sent no `auth` in time."""

    code = "AUTH_TIMEOUT"
    message = "The connection did not sign in within the time limit: connect again and send 'auth' first."


class SessionEndedError(AuthenticationError):
    """The session of the connection has ended."""

    message = "This session has ended: sign in again."


class TooManyConnectionsError(RateLimitError):
    """The user, or before the sign-in the client network, has as many connections as it may."""

    code = "TOO_MANY_SOCKETS"
    message = "Too many open connections: close some and try again."
