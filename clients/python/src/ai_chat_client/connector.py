"""The connector: keeps a conversation connected while an answer is expected, and reconnects after each loss."""

import asyncio
from contextlib import AbstractAsyncContextManager

import aiohttp

from ai_chat_client.backoff import Backoff, Delays
from ai_chat_client.close_codes import FRAME_REFUSED, GOING_AWAY, GONE, SIGNED_OUT, TOO_MANY
from ai_chat_client.connection import Connection, ConnectionLostError
from ai_chat_client.errors import (
    ApiError,
    ChatError,
    ClosedError,
    GoneError,
    RefusedError,
    SignedOutError,
    TooManyConnectionsError,
    UnreachableError,
)
from ai_chat_client.multiplexer import Multiplexer
from ai_chat_client.session import Session
from ai_chat_client.stream_connection import StreamConnection
from ai_chat_client.turn import Turn

MAX_FAILED_HANDSHAKES = 3
"""After these, event streams take the place of WebSockets (P-9.7)."""


class Connector:
    """Follows the turns of one conversation over one connection after another."""

    def __init__(self, session: Session, conversation_id: str, delays: Delays, connected: set["Connector"]) -> None:
        """Connect when the first turn is added; `connected` has the connectors that have something to do."""
        self._session = session
        self._conversation_id = conversation_id
        self._backoff = Backoff(delays.max_delay)
        self._delays = delays
        self._connected = connected
        self._turns: list[Turn] = []
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._current: Multiplexer | None = None
        self._refusals = 0
        self._unreachable_since: float | None = None

    def add(self, turn: Turn) -> None:
        """Serve a turn until it is over."""
        self._turns.append(turn)
        if self._task is None or self._task.done():
            self._connected.add(self)
            self._task = asyncio.create_task(self._run())
        self.wake()

    @property
    def is_connected(self) -> bool:
        """Whether the client is signed in on a connection."""
        return self._current is not None and self._current.is_signed_in

    def wake(self) -> None:
        """Wake the connection, so that it sends the commands that wait."""
        self._wanted.set()

    async def close(self) -> None:
        """Close the connection; turns that are not over fail."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._connected.discard(self)
        self._fail_all(ClosedError("The conversation was closed."))

    async def _run(self) -> None:
        self._unreachable_since = None
        try:
            while self._turns:
                delay = await self._connect_once()
                if self._turns:
                    await asyncio.sleep(delay)
        except Exception as error:
            # Without this, a fault of this client would let turns wait for ever.
            self._fail_all(error)
            raise
        finally:
            self._connected.discard(self)

    async def _connect_once(self) -> float:
        """Connect, and serve the turns until the connection ends; return the seconds to wait before the next one."""
        multiplexer: Multiplexer | None = None
        token = ""
        try:
            token = await self._session.access_token()
            async with self._open() as connection:
                multiplexer = Multiplexer(connection, self._turns, self._wanted, self._delays.idle_seconds)
                self._current = multiplexer
                await multiplexer.run(token)
        except ConnectionLostError as lost:
            self._record_outcome(multiplexer)
            if lost.code is None and not (multiplexer and multiplexer.is_signed_in):
                # An event stream that fails too: WebSocket is not the cause, and the next connection tries it first.
                limit = MAX_FAILED_HANDSHAKES - 1 if multiplexer else MAX_FAILED_HANDSHAKES
                self._session.failed_handshakes = min(self._session.failed_handshakes, limit)
            return max(await self._handle_close(lost.code, multiplexer, token), lost.retry_after or 0)
        except ApiError as error:
            self._record_outcome(None)
            return max(self._backoff.record_failure(), error.retry_after or 0)
        except (aiohttp.ClientError, OSError):
            self._record_outcome(None)
        except ChatError as error:
            self._fail_all(error)
        finally:
            self._current = None
        return self._backoff.record_failure()

    def _open(self) -> AbstractAsyncContextManager[Connection | StreamConnection]:
        if self._session.failed_handshakes < MAX_FAILED_HANDSHAKES:
            return Connection.open(self._session, self._conversation_id)
        return StreamConnection.open(self._session, self._conversation_id)

    def _record_outcome(self, multiplexer: Multiplexer | None) -> None:
        """Record the outcome of a connection, and give up if the server has been unreachable for too long."""
        now = asyncio.get_running_loop().time()
        if multiplexer is not None and multiplexer.signed_in_at is not None:
            self._refusals = 0
            self._unreachable_since = now
            self._backoff.record_lifetime(now - multiplexer.signed_in_at)
        if multiplexer is not None and multiplexer.has_progressed:
            self._backoff.reset()
        self._unreachable_since = self._unreachable_since or now
        limit = self._delays.give_up_after
        if now - self._unreachable_since > limit:
            self._unreachable_since = None
            self._fail_all(UnreachableError(f"The server could not be reached for {limit:g} seconds."))

    async def _handle_close(self, code: int | None, multiplexer: Multiplexer | None, token: str) -> float:
        """Act on a close code (protocol.md, section 6), and return the seconds to wait before the next connection."""
        if code in GONE:
            self._fail_all(GoneError("The conversation does not exist."))
        elif code == TOO_MANY:
            self._fail_all(TooManyConnectionsError("The user has too many connections: close some."))
        elif code == SIGNED_OUT:
            return await self._sign_in_again(token)
        elif code in FRAME_REFUSED and multiplexer is not None:
            for turn in [turn for turn in multiplexer.sent if turn.copy is None]:
                turn.fail(RefusedError("CLOSED", f"The server closed the connection with {code}.", None, code))
            self._turns[:] = [turn for turn in self._turns if not turn.is_over]
        elif code in GOING_AWAY:
            return self._backoff.record_restart()
        return self._backoff.record_failure()

    async def _sign_in_again(self, token: str) -> float:
        self._refusals += 1
        if self._refusals > 1:
            self._fail_all(SignedOutError("The server refuses a new token: sign in again."))
            return 0
        try:
            await self._session.renew(token)
        except SignedOutError as error:
            self._fail_all(error)
        except (ApiError, aiohttp.ClientError, OSError):
            self._refusals = 0
            return self._backoff.record_failure()
        return 0

    def _fail_all(self, error: Exception) -> None:
        for turn in self._turns:
            turn.fail(error)
        self._turns.clear()
