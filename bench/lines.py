"""The lines of the table of results: the figure that each shows, and its target."""

from collections.abc import Callable
from operator import itemgetter

from bench.contenders import CONTENDERS
from bench.figures import NO_ERRORS, Comparison, Figures, Line, TargetValue, median_of, read_figures
from bench.measure import Measured, Memory
from bench.results import Results
from bench.scenarios import Readings
from bench.scenarios.long_conversations import CONVERSATION_LENGTHS
from bench.scenarios.search import SEARCHES
from bench.stages import FLAT_OUT, TURNS
from bench.tally import Spread

_STREAM_ERRORS = Line[Measured](
    "tokens lost, repeated, not ended", "", lambda measured: measured.stream_errors, target=NO_ERRORS
)


def _first(percentile: str) -> Callable[[Measured], float | None]:
    return lambda measured: _of(measured.result.first_token, percentile)


def _delay(percentile: str) -> Callable[[Measured], float | None]:
    return lambda measured: _of(measured.result.delay_overall, percentile)


def _of(spread: Spread | None, percentile: str) -> float | None:
    return float(getattr(spread, percentile)) if spread else None


def _paced(
    first_token: TargetValue | None = None, delay: TargetValue | None = None, cpu: TargetValue | None = None
) -> tuple[Line[Measured], ...]:
    return (
        Line("first token, p50", "ms", _first("p50"), target=first_token),
        Line("first token, p95", "ms", _first("p95")),
        Line("relay delay, p50", "ms", _delay("p50")),
        Line("relay delay, p95", "ms", _delay("p95"), target=delay),
        Line("relay delay, p99", "ms", _delay("p99")),
        Line("CPU per 1,000 tokens", "ms", lambda measured: measured.cpu_ms_per_1000, "ratio", cpu),
        _STREAM_ERRORS,
    )


def _read(
    label: str, unit: str, name: str, target: TargetValue | None = None, compare: Comparison = "own"
) -> Line[Readings]:
    return Line(label, unit, itemgetter(name), compare, target)


def _both(limit: float) -> TargetValue:
    return TargetValue(limit, limit)


_STAGES: dict[str, tuple[Line[Measured], ...]] = {
    TURNS: (
        Line("CPU of a turn", "ms", lambda measured: measured.cpu_ms_per_turn, "beside", TargetValue(5, 8)),
        Line("first token, p50", "ms", _first("p50"), target=TargetValue(5, 8)),
        Line("first token, p95", "ms", _first("p95")),
        _STREAM_ERRORS,
    ),
    "50 users in one second": _paced(TargetValue(6, 10)),
    "200 users in one second": _paced(TargetValue(40, 100), TargetValue(5, 15), TargetValue(2, 2.5)),
    FLAT_OUT: (
        Line("tokens per second", "", lambda measured: measured.speed, "ratio", TargetValue(0.7, 0.5, at_least=True)),
        Line("tokens per frame", "", lambda measured: measured.result.tokens / max(measured.result.frames, 1)),
        Line("CPU per 1,000 tokens", "ms", lambda measured: measured.cpu_ms_per_1000, "ratio"),
        _STREAM_ERRORS,
    ),
    "50 users, spread": _paced(),
    "200 users, spread": _paced(),
}
_SCENARIOS: dict[str, tuple[str, tuple[Line[Readings], ...]]] = {
    "sign-ins": (
        "20 sign-ins a second beside 50 streams",
        (
            _read("CPU of one sign-in", "ms", "cpu_ms", _both(60)),
            _read("relay delay without, p95", "ms", "delay_without"),
            _read("relay delay with them, p95", "ms", "delay_with"),
            _read("with / without", "x", "slower", _both(2)),
            _read("beside an unrelated process / without", "x", "control_slower"),
            _read("sign-ins per second", "", "succeeded"),
            _read("refused per second (429)", "", "refused"),
            _read("slowest response", "ms", "slowest_ms"),
            _read("slowest refusal", "ms", "slowest_refusal_ms", _both(1000)),
            _read("other responses", "", "unexpected", NO_ERRORS),
            _read("tokens lost, repeated, not ended", "", "stream_errors", NO_ERRORS),
        ),
    ),
    "uploads": (
        "5 photographs a second beside 200 streams",
        (
            _read("relay delay without, p95", "ms", "delay_without"),
            _read("relay delay with them, p95", "ms", "delay_with"),
            _read("with / without", "x", "slower", _both(1.5)),
            _read("beside an unrelated process / without", "x", "control_slower"),
            _read("memory of the server, growth", "MB", "growth_mb", _both(150)),
            _read("uploads per second", "", "taken"),
            _read("refused (429)", "", "refused"),
            _read("other responses", "", "unexpected", NO_ERRORS),
            _read("tokens lost, repeated, not ended", "", "stream_errors", NO_ERRORS),
        ),
    ),
    "workers": (
        "a second worker",
        (
            _read("tokens a second, flat out", "x", "speed"),
            _read("CPU of a token, flat out", "x", "cpu_flat_out", _both(1.05)),
            _read("CPU of a token, 200 users", "x", "cpu_of_200", _both(1.05)),
            _read("the same to one with 100 users", "x", "cpu_of_100_each", _both(1.05)),
            _read("CPU of a token, 50 users", "x", "cpu_of_50", _both(1.05)),
            _read("two relays to one, 50 users", "x", "relay_of_50"),
            _read("tokens lost, repeated, not ended", "", "stream_errors", NO_ERRORS),
        ),
    ),
    "long": (
        "a turn in a long conversation",
        (
            _read("first token, empty, p50", "ms", "first_0"),
            *(
                line
                for length in CONVERSATION_LENGTHS
                for line in (
                    _read(f"first token, {length:,} messages", "ms", f"first_{length}"),
                    _read("to an empty one", "x", f"ratio_{length}", _both(1.8)),
                )
            ),
            _read("tokens lost, repeated, not ended", "", "stream_errors", NO_ERRORS),
        ),
    ),
    "search": (
        "search in 100,000 messages",
        (
            *(_read(f"{place}, {word}, p95", "ms", f"{place} {word}", _both(50)) for place, word in SEARCHES),
            _read("other responses", "", "unexpected", NO_ERRORS),
        ),
    ),
}
_MEMORY: tuple[Line[Memory], ...] = (
    Line("after start", "MB", lambda memory: memory.started / 1e6, target=_both(110)),
    Line("after one turn", "MB", lambda memory: memory.warm / 1e6),
    Line("an idle socket", "KiB", lambda memory: memory.socket / 1024, target=_both(20)),
)
_START: tuple[Line[Readings], ...] = (
    _read("start to ready", "s", "seconds", TargetValue(2.5, 3.5)),
    _read("CPU of a start", "s", "cpu_seconds"),
)


def figures_by_heading(results: Results) -> dict[str, list[Figures]]:
    """Return the figures of all lines that were measured, by heading."""
    headings: dict[str, list[Figures]] = {}
    for stage, lines in _STAGES.items():
        if stage in results.stages:
            measured = {name: results.of(name, stage) for name in CONTENDERS}
            headings[stage] = [read_figures(line, measured) for line in lines]
            if stage != TURNS:
                headings[stage].insert(-1, _tokens_alone(results, stage))
    for scenario, (heading, of_scenario) in _SCENARIOS.items():
        if scenario in results.scenarios:
            headings[heading] = [read_figures(line, results.scenarios[scenario]) for line in of_scenario]
    memories = {name: [memory] for name, memory in results.memory.items()}
    started = [read_figures(line, results.starts) for line in _START] if results.starts else []
    if started or memories:
        headings["start and memory"] = [*started, *(read_figures(line, memories) for line in _MEMORY if memories)]
    return headings


def _tokens_alone(results: Results, stage: str) -> Figures:
    """Return the CPU of the tokens alone, without the CPU of the turns, which the turns of one token show."""
    measured = {
        name: [_without_turns(results, name, of_round) for of_round in results.of(name, stage)] for name in CONTENDERS
    }
    return read_figures(
        Line[float | None]("of these for the tokens alone", "ms", lambda value: value, "ratio"), measured
    )


def _without_turns(results: Results, contender: str, measured: Measured) -> float | None:
    of_a_turn = median_of([turns.cpu_ms_per_turn for turns in results.of(contender, TURNS)])
    if of_a_turn is None:
        return None
    return max(measured.cpu_ms - measured.turns * of_a_turn, 0.0) / max(measured.result.tokens, 1) * 1000
