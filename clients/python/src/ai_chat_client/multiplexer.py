"""A multiplexer: carries all answer streams of a conversation over one connection."""

import asyncio
import contextlib
import math
from collections.abc import Iterator
from uuid import uuid4

from ai_chat_client.answer_copy import Frame
from ai_chat_client.answer_stream import AnswerStream
from ai_chat_client.connection import OPEN_SECONDS, SILENCE_SECONDS, Connection, ConnectionLostError, SilenceError
from ai_chat_client.errors import GoneError, ProtocolError, RefusedError
from ai_chat_client.stream_connection import StreamConnection
from ai_chat_client.wire import AnswerPosition, Authenticate, ClientCommand

GAP_SECONDS = 10.0
"""How long the frames that fill a gap may take before the connection is given up."""

MAX_REPAIRS = 5
"""Gaps of one answer without any progress in between."""

GONE = 4004


class Multiplexer:
    """Signs in on a connection, sends the commands of `streams`, and passes frames to them, until the connection ends.

    Streams may be added to `streams` meanwhile; those that are over are removed.
    """

    def __init__(
        self,
        connection: Connection | StreamConnection,
        streams: list[AnswerStream],
        wanted: asyncio.Event,
        idle_seconds: float,
    ) -> None:
        """Send nothing yet; `wanted` is set when a command has to be sent.

        A user may have 20 connections (P-2.11): without an expected answer, this one is kept for `idle_seconds`.
        """
        self.signed_in_at: float | None = None
        """When the server signed the client in, by the clock of the event loop."""

        self.has_progressed = False
        """Whether a question was accepted or an answer grew."""

        self.sent: set[AnswerStream] = set()
        """The streams whose question was sent on this connection."""

        self._connection = connection
        self._streams = streams
        self._wanted = wanted
        self._idle_seconds = idle_seconds
        self._holds_questions = False
        """Whether questions wait for the announcement of the answer being written, which may answer one of them."""

        self._stopped: set[AnswerStream] = set()
        self._unfollowed: set[AnswerStream] = set()
        self._follows: dict[str, AnswerStream] = {}
        """The streams that sent their position, by the `client_id` of that command."""

        self._awaited: AnswerStream | None = None
        """The last of these, until a frame of its answer arrives: a server may refuse without a `client_id`."""

        self._gaps: dict[AnswerStream, float] = {}
        """The streams that lack frames, and until when these may come."""

    @property
    def is_signed_in(self) -> bool:
        """Whether the server has signed the client in."""
        return self.signed_in_at is not None

    async def run(self, token: str) -> None:
        """Sign in and serve the streams; raises ConnectionLostError at the end of the connection."""
        await self._sign_in(token)
        writer = asyncio.create_task(self._write())
        try:
            while True:
                self._take(await self._receive())
                self._streams[:] = [stream for stream in self._streams if not stream.is_over]
        except (KeyError, TypeError, AttributeError) as error:
            raise ProtocolError(f"A frame does not have the fields of its type: {error!r}") from error
        finally:
            writer.cancel()
            await asyncio.wait([writer])

    async def _sign_in(self, token: str) -> None:
        command: Authenticate = {"type": "auth", "token": token}
        followed = [stream for stream in self._streams if stream.copy is not None]
        for stream in followed:
            stream.reconnect()
        if followed:
            command["resume"] = _position_of(followed[0])
            command["client_id"] = self._note_follow(followed[0])
        self._unfollowed.update(followed[1:])
        await self._connection.send(command)
        deadline = asyncio.get_running_loop().time() + OPEN_SECONDS
        while not self.is_signed_in:
            frame = await self._connection.receive(max(0.0, deadline - asyncio.get_running_loop().time()))
            if frame["type"] == "auth.success":
                self.signed_in_at = asyncio.get_running_loop().time()
                self._holds_questions = frame.get("active") is not None

    async def _receive(self) -> Frame:
        """Return the next frame; raise ConnectionLostError if the connection is lost or no frame arrives in time."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while True:
            try:
                return await self._connection.receive(self._deadline(began) - clock())
            except SilenceError:
                # A question that was asked meanwhile gives the connection more time.
                if self._deadline(began) <= clock():
                    raise

    def _deadline(self, began: float) -> float:
        return min(began + (SILENCE_SECONDS if self._streams else self._idle_seconds), *self._gaps.values(), math.inf)

    # Sending --------------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionLostError):  # Receiving raises it too.
            while True:
                self._wanted.clear()
                for command in self._due_commands():
                    await self._connection.send(command)
                await self._wanted.wait()

    def _due_commands(self) -> Iterator[ClientCommand]:
        """Yield the commands to send, and count them as sent."""
        for stream in list(self._streams):
            if stream.command is not None and stream.copy is None:
                if not self._holds_questions and stream not in self.sent:
                    self.sent.add(stream)
                    yield stream.command
            elif stream in self._unfollowed:
                self._unfollowed.discard(stream)
                at = _position_of(stream)
                yield {"type": "chat.follow", "client_id": self._note_follow(stream), **at}
            if stream.wants_stop and stream.copy is not None and stream not in self._stopped:
                self._stopped.add(stream)
                yield {"type": "chat.stop", "message_id": stream.copy.position.message_id}

    def _note_follow(self, stream: AnswerStream) -> str:
        """Return the `client_id` of a command that sends the position of a stream."""
        client_id = str(uuid4())
        self._follows[client_id] = self._awaited = stream
        return client_id

    # Receiving ------------------------------------------------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        kind = frame["type"]
        if self._holds_questions:
            self._holds_questions = False
            self._wanted.set()
        if kind == "chat.accepted":
            self._take_acceptance(frame)
        elif kind == "chat.waiting":
            for stream in self._find_streams(frame) if isinstance(frame["seconds"], int) else []:
                stream.wait(frame["seconds"])
        elif kind == "chat.error" and frame.get("done") is not True:
            self._take_refusal(frame)
        elif kind == "conversation.deleted":
            self._fail_all()
        elif "seq" in frame:
            for stream in self._find_streams(frame):
                self._awaited = None if stream is self._awaited else self._awaited
                self._take_numbered(stream, frame)

    def _take_acceptance(self, frame: Frame) -> None:
        for stream in self._streams:
            if stream.client_id is not None and stream.client_id == frame.get("client_id") and stream.copy is None:
                stream.accept(frame)
                self.has_progressed = True
                self._wanted.set()

    def _take_refusal(self, frame: Frame) -> None:
        client_id = frame.get("client_id")
        streams = [stream for stream in self._streams if client_id and stream.client_id == client_id]
        refused = [stream for stream in streams if stream.copy is None]
        if client_id in self._follows:
            stream = self._follows[client_id]
            # After another refusal, the frames that fill a gap may still come, or the next connection sends them.
            refused += [stream] if frame["code"] == "NOT_FOUND" or stream not in self._gaps else []
        elif client_id is None and self._awaited is not None and frame["code"] == "NOT_FOUND":
            refused.append(self._awaited)
        for stream in refused:
            stream.fail(RefusedError(frame["code"], frame["error"], frame.get("retry_after")))

    def _take_numbered(self, stream: AnswerStream, frame: Frame) -> None:
        before = stream.copy and stream.copy.position
        if stream.take(frame):
            if stream.copy and stream.copy.position != before:
                self.has_progressed = True
                stream.repairs = 0
                self._gaps.pop(stream, None)
        elif stream not in self._gaps:
            stream.repairs += 1
            if stream.repairs > MAX_REPAIRS:
                stream.fail(ProtocolError("Frames of an answer are missing, and asking for them did not help."))
                return
            self._gaps[stream] = asyncio.get_running_loop().time() + GAP_SECONDS
            self._unfollowed.add(stream)
            self._wanted.set()

    def _find_streams(self, frame: Frame) -> list[AnswerStream]:
        message_id = frame.get("message_id")
        return [stream for stream in self._streams if stream.copy and stream.copy.position.message_id == message_id]

    def _fail_all(self) -> None:
        for stream in self._streams:
            stream.fail(GoneError("The conversation has been deleted."))
        raise ConnectionLostError(GONE)


def _position_of(stream: AnswerStream) -> AnswerPosition:
    if stream.copy is None:
        raise ValueError("the question has not been accepted")
    position = stream.copy.position
    return {"message_id": position.message_id, "run": position.run, "seq": position.seq}
