"""The running calls through /v1 of this worker, by id."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from django.conf import settings

from apps.chat.completions.errors import CLIENT_LEFT, KEY_ENDED, WORKER_ENDED
from apps.core.errors import AppError
from apps.core.states import check_transition


class CallState(Enum):
    """States of the task of a call."""

    STARTING = auto()
    """The task is scheduled but has not taken its first step: cancelled now, it would not run, or store its end."""

    RUNNING = auto()
    """The task reads the answer of the model service."""

    STOPPING = auto()
    """The call was stopped; `stop_code` says why."""

    ENDING = auto()
    """The end is being stored and shown: too late for a stop."""


_TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.STARTING: frozenset({CallState.RUNNING, CallState.STOPPING}),
    CallState.RUNNING: frozenset({CallState.STOPPING, CallState.ENDING}),
    CallState.STOPPING: frozenset({CallState.ENDING}),
    CallState.ENDING: frozenset(),
}


@dataclass(slots=True, kw_only=True, eq=False)
class RunningCall:
    """One call, made by `task` for a user's key.

    The result of `begun` is None as soon as the first chunk can be followed or the whole answer is there; for a call
    that fails before, it is the failure. A client of a stream may leave, and resume on any worker: `seen_at`, by the
    clock of the event loop, is when a follower was last known. The first follower is the request that started the call.
    """

    call_id: UUID
    owner_id: UUID
    key_id: UUID
    model: str
    begun: asyncio.Future[AppError | None]
    followers: int = 1
    seen_at: float = 0.0
    state: CallState = CallState.STARTING
    stop_code: str | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def leave(self) -> None:
        """Note that a follower has left."""
        self.followers -= 1
        self.seen_at = asyncio.get_running_loop().time()

    def move_to(self, state: CallState) -> None:
        """Enter `state`.

        Raises:
            IllegalTransitionError: the present state does not lead there.
        """
        check_transition(_TRANSITIONS, self.state, state)
        self.state = state

    def stop(self, code: str) -> None:
        """End the call, and the call to the model service with it; `code` is one of `errors.py`."""
        if CallState.STOPPING not in _TRANSITIONS[self.state]:
            return
        has_started = self.state is not CallState.STARTING
        self.move_to(CallState.STOPPING)
        self.stop_code = code
        if has_started and self.task is not None:
            self.task.cancel()


class RunningCalls:
    """Every call that this worker makes; used on the event loop only."""

    def __init__(self) -> None:
        self._calls: dict[UUID, RunningCall] = {}

    def add(self, call: RunningCall) -> None:
        """Register `call` until `remove`."""
        self._calls[call.call_id] = call

    def remove(self, call: RunningCall) -> None:
        self._calls.pop(call.call_id, None)

    def find(self, call_id: UUID) -> RunningCall | None:
        return self._calls.get(call_id)

    def ids(self) -> set[UUID]:
        return set(self._calls)

    def key_ids(self) -> set[UUID]:
        return {call.key_id for call in self._calls.values()}

    def note_follower(self, call_id: UUID) -> None:
        """Note that a client follows a call on another worker."""
        if (call := self._calls.get(call_id)) is not None:
            call.seen_at = asyncio.get_running_loop().time()

    def stop_for_keys(self, key_ids: set[UUID]) -> None:
        for call in list(self._calls.values()):
            if call.key_id in key_ids:
                call.stop(KEY_ENDED)

    def stop_abandoned(self) -> None:
        """End every call whose client has left and has not resumed for `COMPLETION_RESUME_SECONDS`."""
        edge = asyncio.get_running_loop().time() - settings.COMPLETION_RESUME_SECONDS
        for call in list(self._calls.values()):
            if not call.followers and call.seen_at < edge:
                call.stop(CLIENT_LEFT)

    async def stop_all(self, max_wait: float) -> None:
        """End all calls, and return when they have ended or after `max_wait` seconds."""
        for call in list(self._calls.values()):
            call.stop(WORKER_ENDED)
        await self.wait(max_wait)

    async def wait(self, max_wait: float) -> None:
        """Return when all calls have ended, or after `max_wait` seconds."""
        if tasks := [call.task for call in self._calls.values() if call.task is not None]:
            await asyncio.wait(tasks, timeout=max_wait)


running_calls = RunningCalls()
