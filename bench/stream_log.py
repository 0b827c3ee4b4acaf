"""Delays of the stream log in Redis: `python -m bench.stream_log [--answers 50] [--rate 50] [--seconds 10]`.

The same answers are written, interleaved, to a log in memory and to a log in a Redis that is started for this. The log
in Redis has two followers: one reads from the writer's log object, the other from another log object, as in another
process. Prints the time from `append` to the follower, in milliseconds (p50, p95, p99), and the number of deltas that
arrived. Everything runs in one event loop, so the figures compare with each other, not with a network.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from tools.repository import BACKEND

if TYPE_CHECKING:
    from apps.chat.log.base import StreamLog

PERCENTILES = (0.5, 0.95, 0.99)
PATIENCE_SECONDS = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=50, help="written concurrently to each log")
    parser.add_argument("--rate", type=float, default=50.0, help="deltas per second and answer")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    sys.path.insert(0, str(BACKEND))
    with tempfile.TemporaryDirectory(prefix="bench-data-") as folder:
        os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.test", DATABASE_URL="", REDIS_URL="", DATA_DIR=folder)
        import django  # noqa: PLC0415

        django.setup()
        from testkit.local_services import run_redis  # noqa: PLC0415

        with run_redis() as redis:
            asyncio.run(measure(redis.url, options.answers, 1 / options.rate, options.seconds))


async def measure(redis_url: str, answers: int, pause: float, seconds: float) -> None:
    """Write and follow, then print the table."""
    from apps.chat.log.memory import MemoryStreamLog  # noqa: PLC0415
    from apps.chat.log.redis.log import RedisStreamLog  # noqa: PLC0415

    memory, writing, reading = MemoryStreamLog(600), RedisStreamLog(redis_url, 600), RedisStreamLog(redis_url, 600)
    delays: dict[str, list[float]] = {"memory": [], "Redis, same process": [], "Redis, other process": []}
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for log in (memory, writing, reading):
            await log.open()
            stack.push_async_callback(log.close)
        until = time.monotonic() + seconds
        for _ in range(answers):
            tasks.create_task(_answer(memory, until, pause, {"memory": memory}, delays))
            followed = {"Redis, same process": writing, "Redis, other process": reading}
            tasks.create_task(_answer(writing, until, pause, followed, delays))
    for name, each in delays.items():
        each.sort()
        shown = "  ".join(f"p{p * 100:.0f} {each[int(p * (len(each) - 1))] * 1000:7.2f}" for p in PERCENTILES)
        print(f"{name:22} {shown} ms  ({len(each)} deltas)")


async def _answer(
    log: "StreamLog", until: float, pause: float, followed: "Mapping[str, StreamLog]", delays: dict[str, list[float]]
) -> None:
    from apps.chat.events import AnswerStatus, AnswerText, Delta, Ending  # noqa: PLC0415

    answer_id = uuid4()
    written: list[float] = []
    writer = await log.start(answer_id, 1, AnswerText())
    async with asyncio.TaskGroup() as tasks:
        for name, reader in followed.items():
            tasks.create_task(_follow(reader, answer_id, until, written, delays[name]))
        while time.monotonic() < until:
            await asyncio.sleep(pause)
            written.append(time.perf_counter())
            writer.append(Delta("word "))
        await writer.finish(Ending(AnswerStatus.COMPLETE))


async def _follow(log: "StreamLog", answer_id: UUID, until: float, written: list[float], delays: list[float]) -> None:
    from apps.chat.events import Position, TextPart  # noqa: PLC0415
    from apps.chat.log.base import NoSuchLogError  # noqa: PLC0415

    async with asyncio.timeout(until - time.monotonic() + PATIENCE_SECONDS):
        while True:
            try:
                async for event in log.follow(answer_id, Position(1, 0)):
                    if isinstance(event, TextPart):
                        now = time.perf_counter()
                        delays += [now - written[index] for index in range(event.after, event.seq)]
            except NoSuchLogError:
                await asyncio.sleep(0.01)
            else:
                return


if __name__ == "__main__":
    main()
