"""A CPU profile of a server: py-spy samples it while it sends a hundred answers."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

from bench.contenders import Contender
from bench.measure import Course
from bench.processes import StartError
from bench.stages import PACE, Stage

SAMPLED_S = 10
USERS = 100
SHOWN = 20
IDLE = "_worker (concurrent/futures/thread.py"
"""An idle thread of a pool, which py-spy cannot always tell from a busy one."""


async def sample(course: Course, contender: Contender, file: Path) -> str:
    """Sample while all answers flow; write the folded stacks to `file`, and return the functions with most own time.

    Raises `StartError` if py-spy is missing: the project does not install it.
    """
    command = shutil.which("py-spy")
    if command is None:
        raise StartError("py-spy is missing: put it on the PATH (uv tool install py-spy).")
    ramp = USERS / PACE
    load = asyncio.create_task(course.run(contender, Stage.paced(USERS, SAMPLED_S + 4)))
    try:
        await asyncio.sleep(ramp + 3)
        options = f"--duration {SAMPLED_S} --rate 400 --format raw --function --output".split()
        pid = str(contender.program.pid)
        process = await asyncio.create_subprocess_exec(
            command, "record", "--pid", pid, *options, str(file), stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise StartError("py-spy failed: is this user allowed to trace other processes?")
        await load
    finally:
        load.cancel()
    return _own_time(await asyncio.to_thread(file.read_text))


def _own_time(folded: str) -> str:
    own: Counter[str] = Counter()
    for line in folded.splitlines():
        stack, _, samples = line.rpartition(" ")
        name = stack.rpartition(";")[2]
        if not name.startswith(IDLE):
            own[name] += int(samples)
    total = max(own.total(), 1)
    head = f"{total} samples of {SAMPLED_S} s with {USERS} answers of 50 tokens per second; own time:"
    return "\n".join([head, *(f"{count / total:7.1%}  {name}" for name, count in own.most_common(SHOWN))])
