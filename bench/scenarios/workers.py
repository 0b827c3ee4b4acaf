"""A second worker: what it adds in tokens, and what a token costs with it, compared with one worker."""

from statistics import median

from bench.measure import Course, Measured
from bench.product import Product
from bench.scenarios import Readings
from bench.stages import Stage


async def measure_second_worker(
    course: Course, one: Product, two: Product, stages: tuple[Stage, Stage], rounds: int
) -> Readings:
    """Compare two workers with `one`, in turn: flat out, and at a pace (`stages` in this order)."""
    flat_out, paced = stages
    ratios: dict[str, list[float]] = {"speed": [], "cpu_flat_out": [], "cpu_of_200": []}
    measured: list[Measured] = []
    for _ in range(rounds):
        of_one, of_two = await course.run(one, flat_out), await course.run(two, flat_out)
        if of_one.speed and of_two.speed:
            ratios["speed"].append(of_two.speed / of_one.speed)
        ratios["cpu_flat_out"].append(of_two.cpu_ms_per_1000 / of_one.cpu_ms_per_1000)
        measured += of_one, of_two
        of_two, of_one = await course.run(two, paced), await course.run(one, paced)
        ratios["cpu_of_200"].append(of_two.cpu_ms_per_1000 / of_one.cpu_ms_per_1000)
        measured += of_one, of_two
    return {
        **{name: median(values) for name, values in ratios.items()},
        "stream_errors": sum(each.stream_errors for each in measured),
    }
