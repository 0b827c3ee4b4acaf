"""A clock that a test advances."""

from datetime import timedelta

import time_machine


class MovableClock:
    """The time of day, which stands still until a test advances it."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def advance(self, **by: float) -> None:
        self._traveller.shift(timedelta(**by))
