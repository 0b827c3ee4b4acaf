"""A process that only takes CPU time and shares nothing with the server: the control of a scenario.

Tokens that are late beside it are late because of the machine, not because of the server. As a program it takes its
share for some seconds and ends: `python -m bench.cpu_load SECONDS PER_SECOND CPU_SECONDS PRIORITY`.
"""

import asyncio
import os
import sys
import time
from enum import StrEnum

from testkit.programs import StartError


class Priority(StrEnum):
    """The priority of the process."""

    USUAL = "usual"
    LOW = "low"
    """As the threads that hash passwords."""
    IDLE = "idle"
    """As the processes that read files."""


async def run_cpu_load(seconds: float, *, per_second: float, cpu_ms: float, priority: Priority) -> None:
    """Let a process take `cpu_ms` of CPU time `per_second` times a second, for `seconds`."""
    arguments = (str(seconds), str(per_second), str(cpu_ms / 1000), priority)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.cpu_load", *arguments)
    if code := await process.wait():
        raise StartError(f"The CPU load ended with {code}.")


def _take_cpu_time(seconds: float, per_second: float, cpu_seconds: float, priority: Priority) -> None:
    if priority is Priority.LOW:
        os.nice(10)
    elif priority is Priority.IDLE:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    begin = time.monotonic()
    for number in range(int(seconds * per_second)):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        until = time.process_time() + cpu_seconds
        while time.process_time() < until and time.monotonic() < begin + seconds:
            pass


if __name__ == "__main__":
    duration, rate, share = map(float, sys.argv[1:4])
    _take_cpu_time(duration, rate, share, Priority(sys.argv[4]))
