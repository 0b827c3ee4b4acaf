"""A burst of sign-ins during running streams, with more passwords than two cores can hash."""

import asyncio
import time
from http import HTTPStatus

import msgspec

from bench.measure import Course, cpu_seconds
from bench.product import Account, Product
from bench.scenarios import Readings
from bench.stages import Stage
from testkit.programs import StartError

ACCOUNTS = 10
ALONE = 15
"""Sign-ins one after the other, whose CPU is measured."""

PER_SECOND = 20
STREAMS = 50


class _Answers(msgspec.Struct):
    """The answers to sign-ins; times in seconds."""

    succeeded: list[float] = []
    refused: list[float] = []
    unexpected: int = 0


async def measure_sign_ins(course: Course, product: Product, seconds: float) -> Readings:
    """Measure sign-ins alone, then 20 a second for `seconds` during 50 streams."""
    accounts = [await product.sign_up(f"visitor-{number}") for number in range(ACCOUNTS)]
    alone = await _measure_alone(product, accounts)
    stage = Stage.spread(STREAMS, seconds)
    without = await course.run(product, stage)
    answers = _Answers()

    async def burst() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(int(PER_SECOND * seconds)):
                group.create_task(_sign_in(product, accounts[number % ACCOUNTS], answers))
                await asyncio.sleep(1 / PER_SECOND)

    beside = await course.run(product, stage, beside=burst)
    before, during = without.relay_p95, beside.relay_p95
    return {
        "cpu_ms": alone,
        "delay_without": before,
        "delay_with": during,
        "slower": during / before,
        "succeeded": len(answers.succeeded) / seconds,
        "refused": len(answers.refused) / seconds,
        "slowest_ms": max([*answers.succeeded, *answers.refused]) * 1000,
        "slowest_refusal_ms": max(answers.refused, default=0.0) * 1000,
        "unexpected": answers.unexpected,
        "faults": without.faults + beside.faults,
    }


async def _measure_alone(product: Product, accounts: list[Account]) -> float:
    """Return the CPU of one sign-in on an idle server, in ms."""
    answers = _Answers()
    await product.program.settle()
    used = cpu_seconds(product)
    for number in range(ALONE):
        await _sign_in(product, accounts[number % ACCOUNTS], answers)
    used = cpu_seconds(product) - used
    if len(answers.succeeded) != ALONE:
        raise StartError(
            f"Only {len(answers.succeeded)} of {ALONE} sign-ins succeeded.\n{product.program.last_words()}"
        )
    return used / ALONE * 1000


async def _sign_in(product: Product, account: Account, answers: _Answers) -> None:
    begin = time.monotonic()
    async with product.http.post("/api/auth/token/pair", json=account.credentials) as response:
        await response.read()
    took = time.monotonic() - begin
    if response.status == HTTPStatus.OK:
        answers.succeeded.append(took)
    elif response.status == HTTPStatus.TOO_MANY_REQUESTS and response.headers.get("Retry-After"):
        answers.refused.append(took)
    else:
        answers.unexpected += 1
