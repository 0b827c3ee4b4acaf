"""Variables and patterns of scenarios: what a command must look like, and the names in frames filled in."""

from typing import Any

type Variables = dict[str, Any]

ABSENT = "$absent"
"""The value of a field that must be missing, or null (P-4.1)."""


def fill(value: Any, variables: Variables) -> Any:
    """Return `value` with each `$name` in place of a text replaced by the variable; raises KeyError."""
    if isinstance(value, dict):
        return {name: fill(inner, variables) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, variables) for inner in value]
    if isinstance(value, str) and value.startswith("$"):
        return variables[value[1:]]
    return value


def find_difference(pattern: Any, value: Any, variables: Variables, where: str = "it") -> str | None:
    """Return how `value` differs from `pattern`, or None; a variable that has no value yet takes the one it meets.

    Fields that the pattern does not name may be there.
    """
    if isinstance(pattern, dict):
        return _find_field(pattern, value, variables, where)
    if pattern == ABSENT:
        return None if value is None else f"{where} is {value!r}, and should be absent"
    if isinstance(pattern, str) and pattern.startswith("$") and value is not None:
        pattern = variables.setdefault(pattern[1:], value)
    return None if pattern == value else f"{where} is {value!r}, not {pattern!r}"


def _find_field(pattern: dict[str, Any], value: Any, variables: Variables, where: str) -> str | None:
    if not isinstance(value, dict):
        return f"{where} is {value!r}, not an object"
    for name, inner in pattern.items():
        difference = find_difference(inner, value.get(name), variables, f"{where}.{name}")
        if difference is not None:
            return difference
    return None
