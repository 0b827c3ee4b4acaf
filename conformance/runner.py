"""The runner of the checks: several at the same time, then one by one the checks that use up a limit."""

import asyncio
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp

from conformance.connection import OPEN_SECONDS
from conformance.context import Context, Target
from conformance.registry import Check
from conformance.violations import ClosedError, Skipped, Violation

MAX_RUNNING = 3
EXPIRED = "the server refuses the access token: it may have expired; with a refresh token, the suite renews it"
MAX_CHECK_SECONDS = 600.0


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """The outcome of one check. `requirement` is the requirement that does not hold, if it is known."""

    check: Check
    outcome: Outcome
    seconds: float
    text: str = ""
    requirement: str = ""


async def run_checks(target: Target, checks: Iterable[Check], report: Callable[[Result], bool | None]) -> list[Result]:
    """Run `checks` against a server, and return their results in their order.

    `report` receives each result immediately. If it returns True, the run stops: checks that are running are cancelled,
    and have no result.
    """
    chosen = list(checks)
    slots = asyncio.Semaphore(MAX_RUNNING)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=max(target.patience, OPEN_SECONDS))
    async with aiohttp.ClientSession(timeout=timeout) as http:
        results: dict[str, Result] = {}
        stop_requested = asyncio.Event()

        async def run(check: Check) -> None:
            async with slots:
                result = results[check.name] = await _run(check, Context(target, http))
            if report(result):
                stop_requested.set()

        shared_tasks = [asyncio.create_task(run(check)) for check in chosen if not check.is_exclusive]
        all_shared: asyncio.Future[Any] = asyncio.gather(*shared_tasks)
        stop_waiter: asyncio.Future[Any] = asyncio.create_task(stop_requested.wait())
        await asyncio.wait([all_shared, stop_waiter], return_when=asyncio.FIRST_COMPLETED)
        for check in chosen:
            if check.is_exclusive and not stop_requested.is_set():
                await run(check)
        for task in [all_shared, *shared_tasks, stop_waiter]:
            task.cancel()
        await asyncio.gather(all_shared, *shared_tasks, stop_waiter, return_exceptions=True)
    return [results[check.name] for check in chosen if check.name in results]


async def _run(check: Check, context: Context) -> Result:
    started = time.monotonic()
    outcome, text, requirement = Outcome.PASSED, "", ""
    try:
        await context.renew_tokens()
        async with asyncio.timeout(MAX_CHECK_SECONDS):
            await check.function(context)
    except Skipped as skipped:
        outcome, text = Outcome.SKIPPED, str(skipped)
    except Violation as violation:
        outcome, text, requirement = Outcome.FAILED, str(violation), violation.requirement
    except (ClosedError, TimeoutError) as error:
        outcome, text = Outcome.FAILED, str(error) or "the check took too long"
    except (OSError, aiohttp.ClientError) as error:
        outcome, text = Outcome.FAILED, f"the server cannot be reached: {type(error).__name__} {error}"
    except Exception as error:  # noqa: BLE001 - a frame that is not as the specification says may break a check anywhere
        outcome, text = Outcome.FAILED, "".join(traceback.format_exception(error)[-3:])
    finally:
        await context.close()  # The HTTP session stays open.
    if outcome is not Outcome.PASSED and await context.is_signed_out():
        outcome, text, requirement = Outcome.FAILED, EXPIRED, ""
    return Result(check, outcome, time.monotonic() - started, text, requirement)
