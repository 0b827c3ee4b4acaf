"""Base of both protocols: bounds what a client sends before others are served, and the output that waits for it.

See docs/decisions/0018-bounded-connections.md.
"""

import asyncio
from abc import abstractmethod
from enum import IntEnum

from django.conf import settings

from server.admission import ConnectionSlot, admit

MAX_DROPPED_WITHOUT_SLOT = 64 * 1024
"""Like `MAX_DROPPED_BYTES`, for a connection that was refused its slot."""

MAX_UNSENT_BYTES = 16 * 1024 * 1024
"""Bytes that may wait for a client; more than any response that is not streamed. Beyond it, the connection ends."""


class Pause(IntEnum):
    """Reasons why nothing is read from a connection, as bits of one number; the operators of `IntFlag` are slower."""

    BACKLOG = 1
    """A part of what it has sent waits while other connections are served."""

    APPLICATION = 2
    """The application has not taken the previous event."""

    UNREAD = 4
    """The client does not read what is sent to it: the subclasses pause, and the base resumes."""

    CLOSING = 8
    """The connection is about to end, and its client has sent too much."""


class BoundedConnection(asyncio.Protocol):
    """Mix-in for uvicorn's protocols.

    Received data is processed in pieces: other connections are served in between, however much one sends. A client
    that takes no data for `SOCKET_SEND_TIMEOUT` seconds, or for which more than `MAX_UNSENT_BYTES` wait, is dropped.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    is_writing_paused = False
    _pauses = 0
    """The sum of the reasons that hold now."""

    _backlog = b""
    _slot: ConnectionSlot | None = None
    _stall_timer: asyncio.TimerHandle | None = None
    _abort_timer: asyncio.TimerHandle | None = None
    _size_at_timer_start = 0
    _droppable = 0
    """Bytes that this lingering connection still drops."""

    @abstractmethod
    def process_next(self, data: bytes) -> int:
        """Process the beginning of `data`, and return its length in bytes."""

    # Opening and closing --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start if there is a slot for the connection; else answer 503 and close."""
        super().connection_made(transport)
        self._slot = admit(self.transport)
        if self._slot is None:
            self.transport.write(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\nconnection: close\r\n\r\n")
            self.linger()

    def connection_lost(self, exc: Exception | None) -> None:
        """Release everything that the closed connection held."""
        self.release_slot()
        self._stop_stall_timer()
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        self._backlog = b""
        super().connection_lost(exc)

    def release_slot(self) -> None:
        """Stop counting among the connections of the client's network."""
        if self._slot is not None:
            self._slot.release()
            self._slot = None

    @property
    def is_closing(self) -> bool:
        """Whether the connection is about to end: nothing more is read or written."""
        return self._abort_timer is not None or self.transport.is_closing()

    def linger(self) -> None:
        """Close this side, and drop what the client sends until it closes, or `LINGER_SECONDS` later.

        A connection that is closed with unread data is reset, and a client that is still sending would lose the
        response (RFC 9112, section 9.6). Without a slot, a connection lingers `CONNECTION_REFUSAL_SECONDS`.
        """
        if self._abort_timer is None:
            has_slot = self._slot is not None
            seconds = settings.LINGER_SECONDS if has_slot else settings.CONNECTION_REFUSAL_SECONDS
            self._droppable = settings.MAX_DROPPED_BYTES if has_slot else MAX_DROPPED_WITHOUT_SLOT
            self._abort_timer = self.loop.call_later(seconds, self.transport.abort)
            self._backlog = b""
            for reason in Pause:
                self.resume(reason)  # What still arrives must be read to be dropped.
            self.transport.write_eof()

    def _drop(self, size: int) -> None:
        self._droppable -= size
        if self._droppable < 0 and not self.transport.is_closing():
            self.pause(Pause.CLOSING)

    # Reading --------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Process what the client has sent, one piece at a time; nothing once the connection is about to end."""
        if self.is_closing:
            self._drop(len(data))
            return
        if self._backlog:
            self._backlog += data
            return
        self._process(data)

    def pause(self, reason: Pause) -> None:
        """Stop reading until no reason to pause is left."""
        if not self._pauses:
            self.transport.pause_reading()
        self._pauses |= reason

    def resume(self, reason: Pause) -> None:
        """Remove a reason to pause, and read again if it was the last one."""
        if not self._pauses & reason:
            return
        self._pauses &= ~reason
        if not self._pauses:
            self.transport.resume_reading()
        elif self._pauses == Pause.BACKLOG:
            self.loop.call_soon(self._process_backlog)

    def _process(self, data: bytes) -> None:
        taken = self.process_next(data)
        if taken == len(data) or self.is_closing:
            self._backlog = b""
            self.resume(Pause.BACKLOG)
            return
        self._backlog = data[taken:]
        self.pause(Pause.BACKLOG)
        self.loop.call_soon(self._process_backlog)

    def _process_backlog(self) -> None:
        if self._backlog and self._pauses == Pause.BACKLOG and not self.is_closing:
            self._process(self._backlog)

    # Writing --------------------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The write buffer is full: start the timer that ends a stalled connection."""
        self.is_writing_paused = True
        super().pause_writing()
        self._start_stall_timer()
        self.abort_if_too_much_unsent()

    def resume_writing(self) -> None:
        """The write buffer has room again: stop the timer."""
        self.is_writing_paused = False
        self._stop_stall_timer()
        super().resume_writing()
        self.resume(Pause.UNREAD)

    def abort_if_too_much_unsent(self) -> None:
        """Abort if too much waits for the client."""
        if self.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.transport.abort()

    def _start_stall_timer(self) -> None:
        self._size_at_timer_start = self.transport.get_write_buffer_size()
        self._stall_timer = self.loop.call_later(settings.SOCKET_SEND_TIMEOUT, self._abort_if_stalled)

    def _abort_if_stalled(self) -> None:
        if self.transport.get_write_buffer_size() < self._size_at_timer_start:
            self._start_stall_timer()  # The client is slow, but still reads.
        else:
            self.transport.abort()

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None
