"""Confinement of the child process, which limits itself before it reads a user's file."""

import os
import resource
from contextlib import suppress
from pathlib import Path

MAX_MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
MAX_OUTPUT_BYTES = 128 * 1024 * 1024
NICENESS = 10


def confine_resources(*, only_idle: bool = False) -> None:
    """Limit memory, CPU time and output, and give priority to the streams of the server.

    With `only_idle`, the process runs only when a processor would otherwise be idle (Linux only). A nice value alone
    does not suffice: a stream that wakes up would wait until the time slice of the process ends.
    """
    bounds = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: MAX_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        with suppress(ValueError, OSError):  # macOS has no bound for memory.
            resource.setrlimit(kind, (bound, bound))
    with suppress(OSError):
        os.nice(NICENESS)  # Also with `only_idle`, which a container may not allow.
    if only_idle:
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with suppress(OSError):  # On Linux: where the memory of a container runs out, this process ends, not the server.
        Path("/proc/self/oom_score_adj").write_text("1000")


def forbid_opening() -> None:
    """Forbid opening further files and sockets; call it once all modules are imported.

    The limit is zero: under any other, closing a file would make room for another. Open files stay open.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
