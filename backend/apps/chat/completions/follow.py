"""Following a call through /v1 from a position, on any worker: its chunks by number, then its end."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from uuid import UUID

from apps.chat.completions.errors import WORKER_ENDED, NoSuchCallError
from apps.chat.completions.running import running_calls
from apps.chat.completions.write import CALL_RUN
from apps.chat.events import Position, TerminalEvent
from apps.chat.log.base import NoSuchLogError
from apps.chat.log.registry import get_stream_log
from apps.chat.notify.notifications import CallFollowedNotification
from apps.core.notify import notify
from apps.core.tasks import spawn

NOTIFY_SECONDS = 8.0
"""Seconds between two notifications that a call is followed; the worker of the call tolerates lost ones."""


@dataclass(frozen=True, slots=True)
class CallChunks:
    """Chunks as JSON, numbered from `first` on."""

    first: int
    chunks: list[str]


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The end of a call, with its number, and the error code of a failed call."""

    number: int
    error_code: str | None


async def follow_call(call_id: UUID, after: int) -> AsyncGenerator[CallChunks | CallEnded]:
    """Yield the chunks after number `after`, then the end.

    Raises:
        NoSuchCallError: the call is not kept, or never had this number.
    """
    position = after
    with _keep_call_alive(call_id):
        try:
            async with aclosing(get_stream_log().follow(call_id, Position(CALL_RUN, after), CALL_RUN)) as events:
                async for event in events:
                    if isinstance(event, TerminalEvent):
                        yield CallEnded(event.seq, event.ending.error_code)
                        return
                    if event.after != position:
                        raise NoSuchCallError
                    position = event.seq
                    yield CallChunks(event.after + 1, event.text.split("\n")[:-1])
        except NoSuchLogError:
            raise NoSuchCallError from None
    yield CallEnded(position + 1, WORKER_ENDED)


@contextmanager
def _keep_call_alive(call_id: UUID) -> Iterator[None]:
    """Keep the call alive for the duration of the block, on whichever worker it is made."""
    call = running_calls.find(call_id)
    if call is None:
        notifying = spawn(_notify_repeatedly(call_id), name="call-followed")
        try:
            yield
        finally:
            notifying.cancel()
        return
    call.followers += 1
    try:
        yield
    finally:
        call.leave()


async def _notify_repeatedly(call_id: UUID) -> None:
    while True:
        await notify(CallFollowedNotification(call_id=call_id))
        await asyncio.sleep(NOTIFY_SECONDS)
