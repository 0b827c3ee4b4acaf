"""CPU of the machine and of programs, from `/proc` (Linux only)."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from testkit.programs import Processes

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


class CpuReading(msgspec.Struct, frozen=True):
    """CPU seconds so far, of the machine (busy, idle) and of each program; `seconds` is the time of the reading."""

    seconds: float
    busy: float
    idle: float
    programs: tuple[float, ...]

    @classmethod
    def now(cls, programs: Sequence[Processes]) -> Self:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        idle = fields[3] + fields[4]
        return cls(
            seconds=time.monotonic(),
            busy=(sum(fields) - idle) * _TICK_SECONDS,
            idle=idle * _TICK_SECONDS,
            programs=tuple(program.cpu_seconds() for program in programs),
        )
