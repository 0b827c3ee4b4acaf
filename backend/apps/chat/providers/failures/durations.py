"""Durations as services write them: `20s`, `6m0s`, `250 ms`, `1 minute`, `0.5`, or the time when they end."""

import math
import re
import time

_SECONDS = {"ms": 0.001, "mil": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|mil|[smhd])", re.IGNORECASE)
_WAIT = re.compile(
    r"\b(?:try(?:ing)? again|retry(?:ing)?|wait(?:ing)?|resets?|available)\b[^.\d]{0,30}"
    r"((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+)",
    re.IGNORECASE,
)
_MIN_UNIX_TIME = 1_000_000_000
"""Numbers from here on are Unix times, in seconds or milliseconds."""


def read_duration(text: str, *, unit: str = "s") -> float | None:
    """Return the seconds of a duration, or until a Unix time; a number alone is in `unit` (`s` or `ms`)."""
    try:
        number = float(text)
    except ValueError:
        return _sum(text)
    if not math.isfinite(number) or number < 0:
        return None
    if number < _MIN_UNIX_TIME:
        return number * _SECONDS[unit]
    ends = number if number < _MIN_UNIX_TIME * 1000 else number / 1000
    return max(0.0, ends - time.time())


def find_wait(sentences: str) -> float | None:
    """Return the seconds of "Please try again in 20s", "retry after 26 seconds" and the like; None if there is none."""
    found = _WAIT.search(sentences)
    return _sum(found[1]) if found else None


def _sum(text: str) -> float | None:
    parts = _PART.findall(text)
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in parts) if parts else None
