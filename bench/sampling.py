"""A CPU profile of a server: py-spy samples it while it is asked for answers of one token."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import msgspec

from bench.contenders import Contender
from bench.measure import LoadRunner
from bench.stages import QUESTIONS_PER_SECOND, Stage
from testkit.programs import StartError

SAMPLED_SECONDS = 10
SHOWN_FUNCTIONS = 20


async def sample(runner: LoadRunner, contender: Contender, file: Path) -> str:
    """Sample while turns begin and end; write folded stacks to `file`, and return the functions with most self time.

    Work without the interpreter's lock, such as SQLite's, does not count.

    Raises `StartError` if py-spy is missing: the project does not install it.
    """
    command = shutil.which("py-spy")
    if command is None:
        raise StartError("py-spy is missing: put it on the PATH (uv tool install py-spy).")
    count = int(QUESTIONS_PER_SECOND * (SAMPLED_SECONDS + 3))
    turns = msgspec.structs.replace(Stage.turns(count), pace=QUESTIONS_PER_SECOND)
    begun = asyncio.Event()
    load = asyncio.create_task(runner.run(contender, turns, begun=begun))
    try:
        await begun.wait()
        # With the interpreter's lock only: otherwise, py-spy takes idle threads for busy ones.
        options = f"--gil --duration {SAMPLED_SECONDS} --rate 400 --format raw --function --output".split()
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
        own[stack.rpartition(";")[2]] += int(samples)
    total = max(own.total(), 1)
    turns = f"{QUESTIONS_PER_SECOND:g} turns of one token a second"
    head = f"{total} samples of {SAMPLED_SECONDS} s with {turns}; own time:"
    return "\n".join([head, *(f"{count / total:7.1%}  {name}" for name, count in own.most_common(SHOWN_FUNCTIONS))])
