"""The table of results, as text."""

from collections.abc import Iterator, Sequence

from bench.contenders import CONTENDERS, RELAY
from bench.figures import Figure, Figures, median_of
from bench.lines import figures_by_heading
from bench.measure import Measured
from bench.results import Results
from bench.stages import FLAT_OUT, TURNS

_LABEL, _RELAY, _OURS = 38, 10, 34
_BLURRED = 0.15
_WHOLE_FROM = 1000
_REFERENCE_TURN_MS, _REFERENCE_SPEED = 0.3, 54_800
"""The relay on the machine of the targets in milliseconds: CPU of a turn; tokens per second, flat out."""


def table(results: Results) -> str:
    """Return the table, and notes on conditions that make its figures doubtful."""
    lines = [f"{'':{_LABEL}}{'relay':>{_RELAY}}{'SQLite + memory':>{_OURS}}{'PostgreSQL + Redis':>{_OURS}}"]
    for heading, of_heading in figures_by_heading(results).items():
        lines += ["", heading + _rounds(results, heading), *map(_line, of_heading)]
    lines += ["", *_notes(results)]
    return "\n".join(lines)


def _rounds(results: Results, stage: str) -> str:
    rounds = max((len(rounds) for rounds in results.stages.get(stage, {}).values()), default=0)
    return f" ({rounds} rounds, medians; of errors, the most)" if rounds > 1 else ""


def _line(row: Figures) -> str:
    label = f"  {row.label}, {row.unit}" if row.unit else f"  {row.label}"
    relay, *ours = (row.of.get(name, Figure(None)) for name in CONTENDERS)
    return f"{label:{_LABEL}}{_number(relay.value):>{_RELAY}}" + "".join(_cell(row, figure) for figure in ours)


def _cell(row: Figures, figure: Figure) -> str:
    compared = "" if figure.compared is None else f"x {figure.compared:.2f}"
    sign = ("≥" if row.at_least else "≤") + (" x" if row.compare == "ratio" else "")
    target = "" if figure.limit is None else f"{sign} {figure.limit:g}"
    verdict = {None: "", True: "ok", False: "MISS"}[figure.met]
    return f"{_number(figure.value):>11}{compared:>8}{target:>9} {verdict:<5}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == 0 or abs(value) >= _WHOLE_FROM else f"{value:,.2f}"


def _notes(results: Results) -> Iterator[str]:
    yield from _machine(results)
    for scenario, why in results.broken.items():
        yield f"{scenario} could not be measured: {why.partition('\n')[0]}"
    for stage, by_contender in results.stages.items():
        for name in CONTENDERS:
            if rounds := by_contender.get(name):
                yield f"{stage}, {name}: {_conditions(rounds)}"
                yield from _warnings(name, stage, rounds)


def _machine(results: Results) -> Iterator[str]:
    """Yield the speed of the machine by the relay's, and the cost of a turn on the reference machine by each scale."""
    turn = median_of([measured.cpu_ms_per_turn for measured in results.of(RELAY, TURNS)])
    speed = median_of([measured.speed or 0.0 for measured in results.of(RELAY, FLAT_OUT)])
    if not turn or not speed:
        return
    yield (
        f"The relay: {turn:.2f} ms for a turn, {speed:,.0f} tokens per second flat out; on the machine of the targets: "
        f"{_REFERENCE_TURN_MS} ms, {_REFERENCE_SPEED:,}."
    )
    for name in CONTENDERS:
        ours = median_of([measured.cpu_ms_per_turn for measured in results.of(name, TURNS)])
        if name != RELAY and ours is not None:
            by_turn, by_speed = ours * _REFERENCE_TURN_MS / turn, ours * speed / _REFERENCE_SPEED
            yield f"  CPU of a turn there, {name}: {by_turn:.1f} ms by the relay's turn, {by_speed:.1f} by its tokens."


def _conditions(rounds: Sequence[Measured]) -> str:
    def mean(part: str) -> float:
        return sum(float(getattr(measured.shares, part)) for measured in rounds) / len(rounds)

    parts = ", ".join(
        f"{part} {mean(part):.2f}" for part in ("server", "stores", "driver", "model", "elsewhere", "idle")
    )
    return f"cores: {parts}"


def _warnings(name: str, stage: str, rounds: Sequence[Measured]) -> Iterator[str]:
    if stage != FLAT_OUT and any(measured.saturated for measured in rounds):
        yield f"  {name} is saturated here: the delays are spent in a queue."
    if any(measured.shares.elsewhere > _BLURRED for measured in rounds):
        yield "  Something else was using the machine: the figures are blurred."
    elif any(measured.starved for measured in rounds):
        yield "  The machine had no idle CPU left: driver, model and server were in each other's way."
    failures = sorted({failure for measured in rounds for failure in measured.result.failures})
    if failures:
        yield f"  Answers failed: {'; '.join(failures)}."
