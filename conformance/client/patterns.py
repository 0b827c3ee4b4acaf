"""Variables and patterns of scenarios: what a command must look like, and the names in frames filled in."""

from typing import Any

type Variables = dict[str, Any]

ABSENT = "$absent"
"""The value of a field that must be missing, or null (P-4.1)."""


def fill(value: Any, variables: Variables) -> Any:
    """Return `value` with each string `$name` replaced by that variable; raises KeyError if it is not set."""
    if isinstance(value, dict):
        return {name: fill(inner, variables) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, variables) for inner in value]
    if isinstance(value, str) and value.startswith("$"):
        return variables[value[1:]]
    return value


def find_difference(pattern: Any, value: Any, variables: Variables, where: str = "it") -> str | None:
    """Return how `value` differs from `pattern`, or None; set each variable of the pattern that has no value yet.

    Objects may have more fields than the pattern names. Lists are compared as they are, without variables.
    """
    if isinstance(pattern, dict):
        return _find_difference_in_object(pattern, value, variables, where)
    if pattern == ABSENT:
        return None if value is None else f"{where} is {value!r}, and should be absent"
    if isinstance(pattern, str) and pattern.startswith("$") and value is not None:
        pattern = variables.setdefault(pattern[1:], value)
    return None if pattern == value else f"{where} is {value!r}, not {pattern!r}"


def _find_difference_in_object(pattern: dict[str, Any], value: Any, variables: Variables, where: str) -> str | None:
    if not isinstance(value, dict):
        return f"{where} is {value!r}, not an object"
    for name, inner in pattern.items():
        difference = find_difference(inner, value.get(name), variables, f"{where}.{name}")
        if difference is not None:
            return difference
    return None
