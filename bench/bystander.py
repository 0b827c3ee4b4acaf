"""A bystander: a process that shares nothing with the server and only takes processor time, as a control.

Tokens are late beside it because of the machine, not because of the server. Run as a program, it takes its share for
some seconds and ends: `python -m bench.bystander SECONDS PER_SECOND CPU_SECONDS KIND`.
"""

import asyncio
import os
import sys
import time
from enum import StrEnum

from testkit.programs import StartError


class Kind(StrEnum):
    """The priority of a bystander."""

    USUAL = "usual"
    LOW = "low"
    """As the threads that hash passwords."""
    IDLE = "idle"
    """As the processes that read files."""


async def stand_by(seconds: float, *, per_second: float, cpu_ms: float, kind: Kind) -> None:
    """Let a process take `cpu_ms` of processor time `per_second` times a second, for `seconds`."""
    arguments = (str(seconds), str(per_second), str(cpu_ms / 1000), kind)
    bystander = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.bystander", *arguments)
    if code := await bystander.wait():
        raise StartError(f"The bystander ended with {code}.")


def _take_time(seconds: float, per_second: float, cpu_seconds: float, kind: Kind) -> None:
    if kind is Kind.LOW:
        os.nice(10)
    elif kind is Kind.IDLE:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    begin = time.monotonic()
    for number in range(int(seconds * per_second)):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        until = time.process_time() + cpu_seconds
        while time.process_time() < until and time.monotonic() < begin + seconds:
            pass


if __name__ == "__main__":
    duration, rate, share = map(float, sys.argv[1:4])
    _take_time(duration, rate, share, Kind(sys.argv[4]))
