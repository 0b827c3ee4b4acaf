"""A second worker: what it adds in tokens, and what a token costs with it, compared with one worker."""

from statistics import median

from bench.contenders import Contender
from bench.measure import LoadRunner, Measured
from bench.product import Product
from bench.scenarios import Readings
from bench.stages import Stage

FEW_USERS = 50
"""As many as one worker answers without being saturated."""


async def measure_second_worker(
    runner: LoadRunner,
    one: Product,
    two: Product,
    relays: tuple[Contender, Contender],
    stages: tuple[Stage, Stage],
    rounds: int,
) -> Readings:
    """Compare two workers with `one`, in turn: flat out, and at a pace (`stages` in this order).

    At a pace also with as many users for each worker, and with few users. The latter ask `relays` too, in one process
    and in two: as a control, because these share nothing.
    """
    flat_out, paced = stages
    half, few = (Stage.burst(users, paced.demand.tokens) for users in (paced.users // 2, FEW_USERS))
    ratios: dict[str, list[float]] = {}
    measured: list[Measured] = []

    async def run(contender: Contender, stage: Stage) -> Measured:
        measured.append(await runner.run(contender, stage))
        return measured[-1]

    def compare(name: str, of_two: Measured, of_one: Measured) -> None:
        ratios.setdefault(name, []).append(of_two.cpu_ms_per_1000 / of_one.cpu_ms_per_1000)

    for relay in relays:
        await run(relay, flat_out)  # Warms it up.
    for _ in range(rounds):
        of_one, of_two = await run(one, flat_out), await run(two, flat_out)
        if of_one.speed and of_two.speed:
            ratios.setdefault("speed", []).append(of_two.speed / of_one.speed)
        compare("cpu_flat_out", of_two, of_one)
        of_half, of_two, of_one = await run(one, half), await run(two, paced), await run(one, paced)
        compare("cpu_of_200", of_two, of_one)
        compare("cpu_of_100_each", of_two, of_half)
        compare("cpu_of_50", await run(two, few), await run(one, few))
        compare("relay_of_50", await run(relays[1], few), await run(relays[0], few))
    return {
        **{name: median(values) for name, values in ratios.items()},
        "stream_errors": sum(each.stream_errors for each in measured),
    }
