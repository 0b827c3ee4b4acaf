"""A burst of sign-ins during running streams: more than two cores can hash.

As a control, processes that share nothing with the server take less processor time than the sign-ins.
"""

import asyncio
import time
from http import HTTPStatus

import msgspec

from bench.cpu_load import Priority, run_cpu_load
from bench.measure import LoadRunner, cpu_seconds
from bench.product import Product
from bench.scenarios import Readings
from bench.stages import Stage
from testkit.api_user import ApiUser
from testkit.programs import StartError

ACCOUNTS = 10
SIGN_INS_IN_TURN = 15
"""Sign-ins one after the other, whose CPU time is measured."""

SIGN_INS_PER_SECOND = 20
STREAMS = 50
CONTROL_HASH_MS = 33.0
CONTROL_REQUEST_MS = 4.0
"""CPU time of the control instead of a hash, and instead of the rest of a sign-in."""


class _Responses(msgspec.Struct):
    """Durations of sign-ins, in seconds."""

    succeeded: list[float] = []
    refused: list[float] = []
    unexpected: int = 0


async def measure_sign_ins(runner: LoadRunner, product: Product, seconds: float) -> Readings:
    """Measure sign-ins alone, then 20 a second for `seconds` during 50 streams."""
    accounts = [await product.sign_up(f"visitor-{number}") for number in range(ACCOUNTS)]
    alone = await _measure_alone(product, accounts)
    stage = Stage.spread(STREAMS, seconds)
    without = await runner.run(product, stage)
    responses = _Responses()

    async def sign_in_steadily() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(int(SIGN_INS_PER_SECOND * seconds)):
                group.create_task(_sign_in(product, accounts[number % ACCOUNTS], responses))
                await asyncio.sleep(1 / SIGN_INS_PER_SECOND)

    async def run_control() -> None:
        rate = SIGN_INS_PER_SECOND
        async with asyncio.TaskGroup() as group:
            for priority, cpu_ms in ((Priority.LOW, CONTROL_HASH_MS), (Priority.USUAL, CONTROL_REQUEST_MS)):
                group.create_task(run_cpu_load(seconds, per_second=rate, cpu_ms=cpu_ms, priority=priority))

    control = await runner.run(product, stage, beside=run_control)
    beside = await runner.run(product, stage, beside=sign_in_steadily)
    delay_without, delay_with = without.relay_p95, beside.relay_p95
    return {
        "cpu_ms": alone,
        "delay_without": delay_without,
        "delay_with": delay_with,
        "slower": delay_with / delay_without,
        "control_slower": control.relay_p95 / delay_without,
        "succeeded": len(responses.succeeded) / seconds,
        "refused": len(responses.refused) / seconds,
        "slowest_ms": max([*responses.succeeded, *responses.refused]) * 1000,
        "slowest_refusal_ms": max(responses.refused, default=0.0) * 1000,
        "unexpected": responses.unexpected,
        "stream_errors": without.stream_errors + control.stream_errors + beside.stream_errors,
    }


async def _measure_alone(product: Product, accounts: list[ApiUser]) -> float:
    """Return the CPU time of one sign-in on an idle server, in ms."""
    responses = _Responses()
    await product.program.wait_until_idle()
    used = cpu_seconds(product)
    for number in range(SIGN_INS_IN_TURN):
        await _sign_in(product, accounts[number % ACCOUNTS], responses)
    used = cpu_seconds(product) - used
    if len(responses.succeeded) != SIGN_INS_IN_TURN:
        raise StartError(
            f"Only {len(responses.succeeded)} of {SIGN_INS_IN_TURN} sign-ins succeeded.\n{product.program.last_lines()}"
        )
    return used / SIGN_INS_IN_TURN * 1000


async def _sign_in(product: Product, account: ApiUser, responses: _Responses) -> None:
    begin = time.monotonic()
    async with product.http.post("/api/auth/token/pair", json=account.credentials) as response:
        await response.read()
    took = time.monotonic() - begin
    if response.status == HTTPStatus.OK:
        responses.succeeded.append(took)
    elif response.status == HTTPStatus.TOO_MANY_REQUESTS and response.headers.get("Retry-After"):
        responses.refused.append(took)
    else:
        responses.unexpected += 1
