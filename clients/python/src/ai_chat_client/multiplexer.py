"""A multiplexer: carries all turns of a conversation over one connection."""

import asyncio
import contextlib
import math
from collections.abc import Iterator
from uuid import uuid4

from ai_chat_client.answer_copy import Frame
from ai_chat_client.close_codes import NO_CONVERSATION
from ai_chat_client.connection import OPEN_SECONDS, SILENCE_SECONDS, Connection, ConnectionLostError, SilenceError
from ai_chat_client.errors import ChatError, GoneError, ProtocolError, RefusedError
from ai_chat_client.stream_connection import StreamConnection
from ai_chat_client.turn import Turn
from ai_chat_client.wire import AnswerPosition, Authenticate, ClientCommand

GAP_SECONDS = 10.0
"""How long the frames that fill a gap may take before the connection is given up."""

MAX_REPAIRS = 5
"""Gaps of one answer without any progress in between."""


class Multiplexer:
    """Signs in on a connection, sends the commands of `turns`, and passes frames to them, until the connection ends.

    Streams may be added to `turns` meanwhile; those that are over are removed.
    """

    def __init__(
        self,
        connection: Connection | StreamConnection,
        turns: list[Turn],
        wanted: asyncio.Event,
        idle_seconds: float,
    ) -> None:
        """Send nothing yet; `wanted` is set when a command has to be sent.

        Without an expected answer, the connection ends after `idle_seconds`: a user may have only 20 (P-2.11).
        """
        self.signed_in_at: float | None = None
        """When the server signed the client in, by the clock of the event loop."""

        self.has_progressed = False
        """Whether a question was accepted or an answer grew."""

        self.sent: set[Turn] = set()
        """The turns whose question was sent on this connection."""

        self._connection = connection
        self._turns = turns
        self._wanted = wanted
        self._idle_seconds = idle_seconds
        self._holds_questions = False
        """Whether questions wait for the first frame about the answer being written, which may answer one of them."""

        self._stopped: set[Turn] = set()
        self._unfollowed: set[Turn] = set()
        self._follows: dict[str, Turn] = {}
        """The turns that sent their position, by the `client_id` of that command."""

        self._awaited: Turn | None = None
        """The last turn in `_follows`, until a frame of it arrives: the server may refuse without a `client_id`."""

        self._gaps: dict[Turn, float] = {}
        """The turns that lack frames, and until when these may come."""

    @property
    def is_signed_in(self) -> bool:
        """Whether the server has signed the client in."""
        return self.signed_in_at is not None

    async def run(self, token: str) -> None:
        """Sign in and serve the turns; raises ConnectionLostError at the end of the connection."""
        await self._sign_in(token)
        writer = asyncio.create_task(self._write())
        try:
            while True:
                self._handle_frame(await self._receive())
                self._turns[:] = [turn for turn in self._turns if not turn.is_over]
        except (KeyError, TypeError, AttributeError) as error:
            raise ProtocolError(f"A frame does not have the fields of its type: {error!r}") from error
        finally:
            writer.cancel()
            await asyncio.wait([writer])

    async def _sign_in(self, token: str) -> None:
        command: Authenticate = {"type": "auth", "token": token}
        followed = [turn for turn in self._turns if turn.copy is not None]
        for turn in followed:
            turn.handle_reconnect()
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
        return min(began + (SILENCE_SECONDS if self._turns else self._idle_seconds), *self._gaps.values(), math.inf)

    # Sending --------------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionLostError):  # Receiving raises it too.
            while True:
                self._wanted.clear()
                for command in self._take_due_commands():
                    await self._connection.send(command)
                await self._wanted.wait()

    def _take_due_commands(self) -> Iterator[ClientCommand]:
        """Yield the commands that are due, and record them as sent."""
        for turn in list(self._turns):
            if turn.command is not None and turn.copy is None:
                if not self._holds_questions and turn not in self.sent:
                    self.sent.add(turn)
                    yield turn.command
            elif turn in self._unfollowed:
                self._unfollowed.discard(turn)
                at = _position_of(turn)
                yield {"type": "chat.follow", "client_id": self._note_follow(turn), **at}
            if turn.wants_stop and turn.copy is not None and turn not in self._stopped:
                self._stopped.add(turn)
                yield {"type": "chat.stop", "message_id": turn.copy.position.message_id}

    def _note_follow(self, turn: Turn) -> str:
        """Return the `client_id` of a command that sends the position of a turn."""
        client_id = str(uuid4())
        self._follows[client_id] = self._awaited = turn
        return client_id

    # Receiving ------------------------------------------------------------------------------------------------------

    def _handle_frame(self, frame: Frame) -> None:
        kind = frame["type"]
        if self._holds_questions:
            self._holds_questions = False
            self._wanted.set()
        if kind == "chat.accepted":
            self._handle_acceptance(frame)
        elif kind == "chat.waiting":
            for turn in self._find_turns(frame) if isinstance(frame["seconds"], int) else []:
                turn.report_waiting(frame["seconds"])
        elif kind == "chat.error" and frame.get("done") is not True:
            self._handle_refusal(frame)
        elif kind == "conversation.deleted":
            self._fail_all(GoneError("The conversation has been deleted."))
            raise ConnectionLostError(NO_CONVERSATION)
        elif "seq" in frame:
            for turn in self._find_turns(frame):
                if turn is self._awaited:
                    self._awaited = None
                self._apply_numbered(turn, frame)

    def _handle_acceptance(self, frame: Frame) -> None:
        for turn in self._turns:
            if turn.client_id is not None and turn.client_id == frame.get("client_id") and turn.copy is None:
                turn.accept(frame)
                self.has_progressed = True
                self._wanted.set()

    def _handle_refusal(self, frame: Frame) -> None:
        client_id = frame.get("client_id")
        turns = [turn for turn in self._turns if client_id and turn.client_id == client_id]
        refused = [turn for turn in turns if turn.copy is None]
        if client_id in self._follows:
            turn = self._follows[client_id]
            # After another refusal, the frames that fill a gap may still come, or the next connection sends them.
            refused += [turn] if frame["code"] == "NOT_FOUND" or turn not in self._gaps else []
        elif client_id is None and self._awaited is not None and frame["code"] == "NOT_FOUND":
            refused.append(self._awaited)
        for turn in refused:
            turn.fail(RefusedError(frame["code"], frame["error"], frame.get("retry_after")))

    def _apply_numbered(self, turn: Turn, frame: Frame) -> None:
        before = turn.copy and turn.copy.position
        if turn.apply(frame):
            if turn.copy and turn.copy.position != before:
                self.has_progressed = True
                turn.repairs = 0
                self._gaps.pop(turn, None)
        elif turn not in self._gaps:
            turn.repairs += 1
            if turn.repairs > MAX_REPAIRS:
                turn.fail(ProtocolError("Frames of an answer are missing, and asking for them did not help."))
                return
            self._gaps[turn] = asyncio.get_running_loop().time() + GAP_SECONDS
            self._unfollowed.add(turn)
            self._wanted.set()

    def _find_turns(self, frame: Frame) -> list[Turn]:
        message_id = frame.get("message_id")
        return [turn for turn in self._turns if turn.copy and turn.copy.position.message_id == message_id]

    def _fail_all(self, error: ChatError) -> None:
        for turn in self._turns:
            turn.fail(error)


def _position_of(turn: Turn) -> AnswerPosition:
    if turn.copy is None:
        raise ValueError("the question has not been accepted")
    position = turn.copy.position
    return {"message_id": position.message_id, "run": position.run, "seq": position.seq}
