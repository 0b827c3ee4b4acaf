"""The delays before the client connects again."""

import pytest

from ai_chat_client.backoff import Backoff

pytestmark = pytest.mark.storeless


def test_delays_grow_at_random_up_to_a_limit() -> None:
    backoff = Backoff(max_delay=4)
    limits = [0.5, 1, 2, 4, 4, 4]
    delays = [backoff.record_failure() for _ in limits]
    assert all(limit / 4 <= delay <= limit for delay, limit in zip(delays, limits, strict=True))
    assert len(set(delays)) > 1
    backoff.record_lifetime(3.9)
    assert backoff.record_failure() >= 1
    backoff.record_lifetime(4)
    assert backoff.record_failure() <= 0.5
    backoff.reset()
    assert backoff.record_restart() <= 1
    assert backoff.record_failure() <= 1
