"""The fault drill: break the product while clients verify every frame, on this machine's loopback alone.

  python -m faults                             five minutes, in a random order
  python -m faults --seed 7 --seconds 90       the order of seed 7, in a minute and a half
  python -m faults --no-redis --seconds 60     one worker, which keeps everything in memory

Runs real PostgreSQL and Redis, several workers, a fake model, and clients behind a TCP proxy. The injector causes the
faults and the journal lists them; tabs check the frames and count in the tally; the verdict compares the database, the
API and the model with what clients saw. The exit code is 1 if anything was lost, repeated or stuck, if a client saw a
reset that no fault excuses, or if too few faults hit answers. docs/faults.md describes all of it.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from faults.asker import Asker
from faults.idle_socket import IdleSocket
from faults.injector import FaultInjector, faults_per_kind
from faults.journal import REDIS_FAULTS, WORKER_FAULTS, Journal
from faults.system import System, count_calls, running_system
from faults.tab import RunState
from faults.table import forbidden_resets, table
from faults.tally import Tally
from faults.users import DrillUser
from faults.verdict import Verdict, judge, read_rows
from testkit.programs import run_main

WORKERS = 3
CLIENTS = 20
USERS = 4
WATCHED = 2
"""Every second client has a second tab open."""

FINISHING_SECONDS = 90.0


class Run:
    """One run of the drill on a running system."""

    def __init__(self, system: System, seed: int, seconds: float) -> None:
        excusing = WORKER_FAULTS if system.redis is None else REDIS_FAULTS
        self.state = RunState(system.proxy, Journal(excusing), Tally(), system.fleet.killed_at)
        self.injector = FaultInjector(system, self.state, seed, seconds)
        self._system = system
        self._seed = seed
        self._users = [DrillUser(system.proxy, f"user-{number}") for number in range(USERS)]

    async def __call__(self) -> bool:
        """Break the system, compare, print the table; return whether everything held that must hold."""
        for user in self._users:
            await user.sign_up()
        idle_socket = await self._open_idle_socket()
        clients = [asyncio.create_task(self._new_client(number).run()) for number in range(CLIENTS)]
        try:
            await self.injector.run()
        finally:
            self.state.over.set()
            _, unfinished = await asyncio.wait(clients, timeout=FINISHING_SECONDS)
            for client in unfinished:
                client.cancel()
            outcomes = await asyncio.gather(*clients, return_exceptions=True)
        if idle_socket is not None:
            await idle_socket.check()
        broken = [repr(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
        self.state.tally.complaints += [*broken, *self._system.fleet.complaints]
        return self._report(await self._judge())

    async def _open_idle_socket(self) -> IdleSocket | None:
        if self._system.redis is None:  # Without Redis there can be only one worker.
            return None
        idle_socket = IdleSocket(await self._system.fleet.start_apart(), self.state.tally)
        await idle_socket.open(self._users[0])
        return idle_socket

    def _new_client(self, number: int) -> Asker:
        rng = random.Random(f"{self._seed}-client-{number}")
        return Asker(self.state, self._users[number % USERS], rng, watches=number % WATCHED == 0)

    async def _judge(self) -> Verdict:
        tally = self.state.tally
        owners = {question.conversation_id: question.owner for question in tally.questions}
        pages = [await owner.messages(conversation_id) for conversation_id, owner in owners.items()]
        shown = {message["id"]: message for page in pages for message in page}
        rows = await asyncio.to_thread(read_rows, self._system.postgres.url)
        return judge(tally, rows, shown, await count_calls(self._system.model_url), continues=self._system.continues)

    def _report(self, verdict: Verdict) -> bool:
        tally, journal, kinds = self.state.tally, self.state.journal, self.injector.kinds
        print(f"\nseed {self._seed}\n\n{table(tally, journal, verdict, kinds)}")
        missing = journal.missing(kinds, faults_per_kind(self.injector.seconds))
        if missing:
            print(f"\nToo few faults hit: {', '.join(missing)}.")
        wrong = tally.lost + tally.repeated + verdict.stuck + len(tally.complaints) + len(verdict.complaints)
        return not (missing or wrong or forbidden_resets(tally, journal))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=None, help="repeat the faults of another run")
    parser.add_argument("--seconds", type=float, default=300, help="break things for this long (300)")
    parser.add_argument("--no-redis", action="store_true", help="one worker, which keeps everything in memory")
    parser.add_argument("--no-continuation", action="store_true", help="CONTINUE_AFTER_CRASH=false")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the logs of the workers in this folder")
    return parser.parse_args()


async def _main() -> int:
    arguments = _arguments()
    seed = random.SystemRandom().randrange(1_000_000) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        async with running_system(
            folder,
            workers=1 if arguments.no_redis else WORKERS,
            has_redis=not arguments.no_redis,
            continues=not arguments.no_continuation,
        ) as system:
            passed = await Run(system, seed, arguments.seconds)()
            if not passed:
                print(f"\nThe end of the workers' logs:\n{system.fleet.last_lines()}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(run_main(_main()))
