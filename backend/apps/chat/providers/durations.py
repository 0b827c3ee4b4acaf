"""Reads durations as services write them: `20s`, `6m0s`, `250 ms`, `1 minute`, `0.5`."""

import math
import re

_SECONDS = {"ms": 0.001, "mil": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|mil|[smhd])", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:try(?:ing)? again|retry(?:ing)?|wait(?:ing)?)\b[^.\d]{0,30}((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+)", re.IGNORECASE
)


def read_duration(text: str, *, unit: str = "s") -> float | None:
    """Return the seconds of a duration; a number alone is in `unit` (`s` or `ms`). None if it is none."""
    try:
        number = float(text)
    except ValueError:
        return _sum(text)
    return number * _SECONDS[unit] if math.isfinite(number) and number >= 0 else None


def find_wait(sentences: str) -> float | None:
    """Return the seconds of "Please try again in 20s", "retry after 26 seconds" and the like; None without one."""
    said = _SAID.search(sentences)
    return _sum(said[1]) if said else None


def _sum(text: str) -> float | None:
    parts = _PART.findall(text)
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in parts) if parts else None
