"""A timer wheel: one timer for many streams, with slots of a millisecond."""

import asyncio
from time import monotonic_ns
from typing import Protocol

SLOT_NS = 1_000_000
SLOTS = 4096


class Ticking(Protocol):
    """An object that acts at times that it chooses."""

    def act(self) -> int | None:
        """Act now; return the time of the next act (`monotonic_ns`), or None if there is none."""
        ...


class Wheel:
    """Wakes its items when they are due, to the millisecond, with one timer of the event loop.

    An item due more than `SLOTS` milliseconds ahead is woken too early: the wheel has only one turn.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start without a timer; the first item starts it."""
        self._loop = loop
        self._slots: list[list[Ticking]] = [[] for _ in range(SLOTS)]
        self._reached = 0
        self._items = 0

    def put(self, item: Ticking, due_ns: int) -> None:
        """Let `item` act at `due_ns`, or in the next slot if that is past."""
        if not self._items:
            self._reached = monotonic_ns() // SLOT_NS
            self._loop.call_later(0.001, self._turn)
        self._items += 1
        self._place(item, due_ns)

    def _place(self, item: Ticking, due_ns: int) -> None:
        slot = max(due_ns // SLOT_NS, self._reached + 1)
        self._slots[min(slot, self._reached + SLOTS - 1) % SLOTS].append(item)

    def _turn(self) -> None:
        until = monotonic_ns() // SLOT_NS
        while self._reached < until:
            self._reached += 1
            at = self._reached % SLOTS
            due = self._slots[at]
            if due:
                self._slots[at] = []
                for item in due:
                    next_ns = item.act()
                    if next_ns is None:
                        self._items -= 1
                    else:
                        self._place(item, next_ns)
        if self._items:
            self._loop.call_later(0.001, self._turn)
