"""Rate limiters: one suite for memory and Redis."""

import gc
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest
from redis import Redis

from apps.core.limits.base import Limit, RateLimiter, Window
from apps.core.limits.memory import MemoryRateLimiter
from apps.core.limits.redis import RedisRateLimiter
from testkit.local_services import run_redis
from tests.log_lines import ReadLog

TWENTY_A_MINUTE = Limit(20, 60)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def count_windows() -> int:
    """Return how many windows all limiters of this process keep in memory."""
    gc.collect()
    return sum(isinstance(kept, Window) for kept in gc.get_objects())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    if url := os.environ.get("REDIS_URL"):
        yield url
    else:
        with run_redis() as service:
            yield service.url


@pytest.fixture(params=["memory", "redis"])
def limiter(request: pytest.FixtureRequest, clock: Clock) -> Iterator[RateLimiter]:
    if request.param == "memory":
        yield MemoryRateLimiter(clock)
        return
    with closing(RedisRateLimiter(request.getfixturevalue("redis_url"), clock)) as limiter:
        yield limiter


@pytest.fixture
def key() -> str:
    return uuid4().hex


def test_no_more_hits_than_the_limit_are_allowed(limiter: RateLimiter, key: str, clock: Clock) -> None:
    assert [limiter.hit(key, TWENTY_A_MINUTE) for _ in range(21)] == [0] * 20 + [60]


def test_the_window_slides_hit_by_hit(limiter: RateLimiter, key: str, clock: Clock) -> None:
    for _ in range(20):
        limiter.hit(key, TWENTY_A_MINUTE)
        clock.now += 1
    assert limiter.hit(key, TWENTY_A_MINUTE) == 40

    clock.now += 39.9
    assert limiter.hit(key, TWENTY_A_MINUTE) == 1, "rounded up, so that a client that waits this long is allowed"
    clock.now += 0.2
    assert [limiter.hit(key, TWENTY_A_MINUTE) for _ in range(2)] == [0, 1]
    clock.now += 1
    assert [limiter.hit(key, TWENTY_A_MINUTE) for _ in range(2)] == [0, 1]


def test_no_window_has_more_hits_than_the_limit(limiter: RateLimiter, key: str, clock: Clock) -> None:
    limit = Limit(5, 10)
    allowed: list[float] = []
    for step in range(200):
        clock.now += 0.1 + step % 7 / 10
        if not limiter.hit(key, limit):
            allowed.append(clock.now)

    assert len(allowed) > 30
    assert all(later - earlier >= 10 for earlier, later in zip(allowed, allowed[5:], strict=False))


def test_refused_hits_are_not_counted(limiter: RateLimiter, key: str, clock: Clock) -> None:
    limit = Limit(1, 60)
    limiter.hit(key, limit)
    for _ in range(5):
        clock.now += 10
        limiter.hit(key, limit)
    clock.now += 10

    assert limiter.hit(key, limit) == 0


def test_a_hit_that_is_given_back_does_not_count(limiter: RateLimiter, key: str, clock: Clock) -> None:
    limit = Limit(2, 60)
    assert limiter.hit(key, limit) == 0
    clock.now += 1
    assert limiter.hit(key, limit) == 0
    limiter.undo_hit(key, limit)
    assert limiter.hit(key, limit) == 0
    assert limiter.hit(key, limit) == 59
    limiter.undo_hit("unknown", limit)
    limiter.undo_hit(key, Limit.parse("off"))


def test_keys_are_counted_separately(limiter: RateLimiter, key: str) -> None:
    limit = Limit(1, 60)
    limiter.hit(key, limit)

    assert limiter.hit(key + "x", limit) == 0
    assert limiter.hit(key, limit) == 60


def test_the_limit_off_allows_every_request(limiter: RateLimiter, key: str) -> None:
    assert not any(limiter.hit(key, Limit.parse("off")) for _ in range(1000))


def test_threads_share_one_count(limiter: RateLimiter, key: str) -> None:
    limit = Limit(100, 60)

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: limiter.hit(key, limit), range(400)))

    assert waits.count(0) == 100


def test_processes_share_one_count(redis_url: str, clock: Clock, key: str) -> None:
    with ExitStack() as stack:
        limiters = [stack.enter_context(closing(RedisRateLimiter(redis_url, clock))) for _ in range(3)]

        assert [limiters[number % 3].hit(key, TWENTY_A_MINUTE) for number in range(40)].count(0) == 20


def test_redis_uses_its_own_clock(redis_url: str, key: str) -> None:
    limit = Limit(2, 1000)
    with closing(RedisRateLimiter(redis_url)) as limiter:
        assert [limiter.hit(key, limit) for _ in range(2)] == [0, 0]
        assert 990 <= limiter.hit(key, limit) <= 1000


def test_a_clock_that_is_put_back_locks_no_client_out(redis_url: str, clock: Clock, key: str) -> None:
    with closing(RedisRateLimiter(redis_url, clock)) as limiter:
        for _ in range(20):
            limiter.hit(key, TWENTY_A_MINUTE)
        clock.now -= 3600
        assert [limiter.hit(key, TWENTY_A_MINUTE) for _ in range(21)] == [0] * 20 + [60]


@pytest.mark.parametrize("is_listening", [False, True])
def test_each_process_keeps_the_limit_while_redis_does_not_answer(
    is_listening: bool, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if not is_listening:
            silent.close()
        with closing(RedisRateLimiter(f"redis://127.0.0.1:{port}/0")) as limiter:
            waits = [limiter.hit(key, TWENTY_A_MINUTE) for _ in range(30)]

    assert [wait == 0 for wait in waits] == [True] * 20 + [False] * 10
    assert sum("rate_limits_not_shared" in record.getMessage() for record in caplog.records) == 1


def test_a_fault_of_the_script_is_logged_as_one(redis_url: str, key: str, read_log: ReadLog) -> None:
    with closing(RedisRateLimiter(redis_url)) as limiter, Redis.from_url(redis_url) as client:
        client.set(f"limit:{key}", "of another type", ex=60)
        assert limiter.hit(key, TWENTY_A_MINUTE) == 0, "this process counts alone"
    (line,) = read_log("rate_limits_not_shared")
    assert line["level"] == "error"
    assert "WRONGTYPE" in line["reason"]


def test_memory_forgets_expired_hits(clock: Clock) -> None:
    others = count_windows()
    limiter = MemoryRateLimiter(clock)
    for number in range(1000):
        limiter.hit(str(number), TWENTY_A_MINUTE)
    clock.now += 61
    for number in range(1000):
        limiter.hit(f"later {number}", TWENTY_A_MINUTE)

    assert count_windows() - others == 1000


def test_memory_is_bounded_and_forgets_the_least_active_keys_first(clock: Clock) -> None:
    others = count_windows()
    limiter = MemoryRateLimiter(clock, max_hits=100)
    limit = Limit(2, 60)
    limiter.hit("quiet", limit)
    limiter.hit("quiet", limit)
    for number in range(200):
        limiter.hit("lively", limit)
        limiter.hit(str(number), limit)

    assert count_windows() - others <= 100
    assert limiter.hit("lively", limit) == 60
    assert limiter.hit("quiet", limit) == 0


@pytest.mark.parametrize(("text", "limit"), [("20/60", Limit(20, 60)), (" OFF ", Limit(0, 0)), ("1/1", Limit(1, 1))])
def test_a_limit_is_written_as_count_slash_seconds(text: str, limit: Limit) -> None:
    assert Limit.parse(text) == limit


@pytest.mark.parametrize("text", ["", "20", "20/", "/60", "0/60", "20/0", "-1/60", "20/60/2", "a/b", "20 per minute"])
def test_a_malformed_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="count/seconds"):
        Limit.parse(text)
