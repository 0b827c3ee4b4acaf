"""The chart of the main figures, and the lines of scenarios."""

from xml.etree import ElementTree as ET

from bench.contenders import POSTGRES, RELAY, SQLITE
from bench.figures import NO_ERRORS, Figure, Figures, Line, read_figures
from bench.lines import figures_by_heading
from bench.load_protocol import LoadResult
from bench.measure import CpuShares, Measured
from bench.plot import plot
from bench.results import Results
from bench.stages import FLAT_OUT, TURNS
from bench.table import table


def test_each_contender_has_a_bar_and_each_target_a_mark() -> None:
    of = {RELAY: Figure(1.2), SQLITE: Figure(12.0, limit=5, met=False), POSTGRES: Figure(24.0, limit=8, met=False)}
    line = Figures(label="CPU of a turn", unit="ms", compare="own", at_least=False, of=of)

    chart = ET.fromstring(plot({"turns of one token": [line]}))  # noqa: S314 - our own

    paper, *bars = chart.findall("{*}rect")
    assert paper.get("width") == "760"
    assert [bar.get("width") for bar in bars] == ["26.0", "260.0", "520.0"]
    assert len(chart.findall("{*}path")) == 2


def test_a_scenario_that_misses_its_target_is_named() -> None:
    results = Results()
    results.starts[SQLITE] = [{"seconds": 1.0, "cpu_seconds": 0.8}]
    ratios = {"cpu_flat_out": 1.2, "cpu_of_200": 1.0, "cpu_of_100_each": 0.9, "cpu_of_50": 1.1, "relay_of_50": 1.1}
    results.scenarios["workers"] = {POSTGRES: [{"speed": 1.3, **ratios, "stream_errors": 0.0}]}

    lines = {line.label: line.of for line in figures_by_heading(results)["a second worker"]}

    assert lines["CPU of a token, flat out"][POSTGRES] == Figure(1.2, limit=1.05, met=False)
    assert lines["CPU of a token, 200 users"][POSTGRES].met
    assert lines["two relays to one, 50 users"][POSTGRES] == Figure(1.1)
    assert "MISS" in table(results)
    assert results.sound


def test_a_token_lost_in_a_scenario_is_an_error() -> None:
    results = Results()
    results.scenarios["long"] = {SQLITE: [{"stream_errors": 1.0}]}

    assert not results.sound


def test_an_error_in_one_round_of_several_is_shown() -> None:
    line = Line[float]("tokens lost", "", lambda lost: lost, target=NO_ERRORS)

    figures = read_figures(line, {RELAY: [0.0, 0.0, 2.0], SQLITE: [0.0, 3.0, 0.0]})

    assert figures.of == {RELAY: Figure(2.0), SQLITE: Figure(3.0, limit=0, met=False)}


def test_a_turn_is_compared_with_the_relay_and_converted_to_the_machine_of_the_targets() -> None:
    results = Results()
    for name, turn_ms, seconds in ((RELAY, 0.6, 0.5), (SQLITE, 9.0, 1.0), (POSTGRES, 15.0, 1.0)):
        results.add(name, TURNS, measured(turns=100, tokens=100, seconds=1.0, cpu_ms=100 * turn_ms))
        results.add(name, FLAT_OUT, measured(turns=8, tokens=54_800, seconds=seconds, cpu_ms=900.0))

    turn = next(line for line in figures_by_heading(results)[TURNS] if line.label == "CPU of a turn")

    # The ratio is shown; the target limits the figure itself.
    assert turn.of[SQLITE] == Figure(9.0, compared=15.0, limit=5, met=False)
    shown = table(results)
    assert "The relay: 0.60 ms for a turn, 109,600 tokens per second" in shown
    assert "sqlite: 4.5 ms by the relay's turn, 18.0 by its tokens" in shown
    assert "postgres: 7.5 ms by the relay's turn, 30.0 by its tokens" in shown


def measured(*, turns: int, tokens: int, seconds: float, cpu_ms: float) -> Measured:
    result = LoadResult(tokens, 0, 0, 0, [], tokens, seconds, None, None, None)
    return Measured(result, CpuShares(0.1, 0.0, 0.1, 0.1, 0.0, 1.7), turns, cpu_ms)
