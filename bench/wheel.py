"""A timer wheel: one timer for many streams, with slots of a millisecond."""

import asyncio
from collections.abc import Callable
from time import monotonic_ns

SLOT_NS = 1_000_000
SLOTS = 4096


type Act = Callable[[], int | None]
"""An action; it returns the time of its next one (`monotonic_ns`), or None if there is none."""


class Wheel:
    """Performs actions when they are due, to the millisecond, with one timer of the event loop.

    An action due more than `SLOTS` milliseconds ahead is performed too early: the wheel has only one turn.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start without a timer; the first action starts it."""
        self._loop = loop
        self._slots: list[list[Act]] = [[] for _ in range(SLOTS)]
        self._reached = 0
        self._actions = 0

    def put(self, act: Act, due_ns: int) -> None:
        """Let `act` happen at `due_ns`, or in the next slot if that is past."""
        if not self._actions:
            self._reached = monotonic_ns() // SLOT_NS
            self._loop.call_later(0.001, self._turn)
        self._actions += 1
        self._place(act, due_ns)

    def _place(self, act: Act, due_ns: int) -> None:
        slot = max(due_ns // SLOT_NS, self._reached + 1)
        self._slots[min(slot, self._reached + SLOTS - 1) % SLOTS].append(act)

    def _turn(self) -> None:
        until = monotonic_ns() // SLOT_NS
        while self._reached < until:
            self._reached += 1
            at = self._reached % SLOTS
            due = self._slots[at]
            if due:
                self._slots[at] = []
                for act in due:
                    next_ns = act()
                    if next_ns is None:
                        self._actions -= 1
                    else:
                        self._place(act, next_ns)
        if self._actions:
            self._loop.call_later(0.001, self._turn)
