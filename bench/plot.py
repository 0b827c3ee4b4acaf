"""The main figures as a chart: `python -m bench.plot RESULTS.json CHART.svg`, from what `--json` wrote.

Each panel has a bar per contender, and a mark at its target.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import msgspec

from bench.contenders import CONTENDERS, POSTGRES, RELAY, SQLITE
from bench.figures import Figure, Figures
from bench.stages import FLAT_OUT, TURNS

PANELS = (
    (TURNS, "CPU of a turn", "CPU of a turn by itself, ms"),
    (TURNS, "first token, p50", "first token of a lone user, p50, ms"),
    ("50 users in one second", "first token, p50", "first token, 50 users in one second, p50, ms"),
    ("200 users in one second", "first token, p50", "first token, 200 users in one second, p50, ms"),
    ("200 users in one second", "relay delay, p95", "delay of a token meanwhile, p95, ms"),
    ("200 users in one second", "CPU per 1,000 tokens", "CPU per 1,000 tokens meanwhile, ms"),
    (FLAT_OUT, "tokens per second", "tokens a second, flat out"),
)
"""Heading and label of a line of the table, and the title over its bars."""

_NAMES = {RELAY: "bare relay", SQLITE: "SQLite + memory", POSTGRES: "PostgreSQL + Redis"}
_COLOURS = {RELAY: "#8c959f", SQLITE: "#2f81c7", POSTGRES: "#1a4f86"}
_TARGET = "#c2410c"
_INK, _PAPER = "#1f2328", "#ffffff"
_WIDTH, _MARGIN, _LEFT, _RIGHT = 760, 20, 150, 90
_BAR, _GAP, _TITLE, _BETWEEN = 14, 4, 20, 16
_ROOM = _WIDTH - _LEFT - _RIGHT
_FONT = "font-family='system-ui, sans-serif' font-size='12'"
_WHOLE_FROM = 100


def plot(headings: Mapping[str, Sequence[Figures]]) -> str:
    """Return an SVG of the panels whose lines were measured."""
    top = _MARGIN
    parts: list[str] = []
    for heading, label, title in PANELS:
        line = next((line for line in headings.get(heading, ()) if line.label == label), None)
        if line is not None:
            parts += _panel(line, title, top)
            top += _TITLE + len(CONTENDERS) * (_BAR + _GAP) + _BETWEEN
    parts.append(_text(_MARGIN, top, "The mark on a bar is its target.", fill=_TARGET))
    height = top + _MARGIN
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' {_FONT}>"
    paper = f"<rect width='{_WIDTH}' height='{height}' rx='6' fill='{_PAPER}'/>"
    return "\n".join([head, paper, *parts, "</svg>", ""])


def _panel(line: Figures, title: str, top: int) -> Iterator[str]:
    yield _text(_MARGIN, top + _BAR - 3, title, weight="bold")
    targets = {name: target for name, figure in line.of.items() if (target := _target(line, figure)) is not None}
    longest = max([*(figure.value or 0 for figure in line.of.values()), *targets.values()]) or 1
    for number, name in enumerate(CONTENDERS):
        y = top + _TITLE + number * (_BAR + _GAP)
        value = line.of.get(name, Figure(None)).value
        yield _text(_MARGIN, y + _BAR - 3, _NAMES[name])
        if value is not None:
            length = value / longest * _ROOM
            yield f"<rect x='{_LEFT}' y='{y}' width='{length:.1f}' height='{_BAR}' fill='{_COLOURS[name]}'/>"
            yield _text(_LEFT + length + 6, y + _BAR - 3, _number(value))
        if name in targets:
            x = _LEFT + targets[name] / longest * _ROOM
            yield f"<path d='M{x:.1f} {y - 2}v{_BAR + 4}' stroke='{_TARGET}' stroke-width='2'/>"


def _target(line: Figures, figure: Figure) -> float | None:
    """Return the target in the unit of the bars; a ratio is multiplied by the relay's median."""
    relay = line.of.get(RELAY, Figure(None)).value
    if figure.limit is None or line.compare != "ratio":
        return figure.limit
    return figure.limit * relay if relay is not None else None


def _text(x: float, y: float, text: str, *, fill: str = _INK, weight: str = "normal") -> str:
    return f"<text x='{x:.1f}' y='{y}' fill='{fill}' font-weight='{weight}'>{escape(text)}</text>"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= _WHOLE_FROM else f"{value:.1f}"


class _Written(msgspec.Struct):
    table: dict[str, list[Figures]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.plot", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("chart", type=Path)
    arguments = parser.parse_args()
    written = msgspec.json.decode(arguments.results.read_bytes(), type=_Written)
    arguments.chart.write_text(plot(written.table))


if __name__ == "__main__":
    main()
