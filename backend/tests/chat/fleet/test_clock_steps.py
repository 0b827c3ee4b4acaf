"""Steps of the database's clock, which decides whether a lease has run out (docs/protocol.md: P-7.3)."""

import pytest

from apps.chat.fleet.leases import DatabaseClock

LEAD = 1_800_000_000.0
"""Of the database's clock over ours, in seconds."""


@pytest.mark.parametrize(("step", "is_noticed"), [(0.0, False), (0.5, False), (10.0, True), (-3600.0, False)])
def test_only_a_clock_that_is_put_forward_makes_leases_look_older(step: float, is_noticed: bool) -> None:
    clock = DatabaseClock()
    assert not clock.has_jumped_forward(LEAD + 100, asked_at=100, answered_at=100.1)
    assert clock.has_jumped_forward(LEAD + 101 + step, asked_at=101, answered_at=101.1) is is_noticed
    assert not clock.has_jumped_forward(LEAD + 102 + step, asked_at=102, answered_at=102.1)


def test_a_slow_response_of_the_database_is_not_a_step_of_its_clock() -> None:
    clock = DatabaseClock()
    assert not clock.has_jumped_forward(LEAD + 100, asked_at=100, answered_at=130)
    assert not clock.has_jumped_forward(LEAD + 160, asked_at=131, answered_at=160)
    assert not clock.has_jumped_forward(LEAD + 161, asked_at=161, answered_at=161.1)
