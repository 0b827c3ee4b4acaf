"""State machines: one function that refuses transitions that are not allowed, for enums of states."""

from collections.abc import Collection, Mapping
from enum import Enum


class IllegalTransitionError(RuntimeError):
    """A transition between two states that must never happen: a fault."""


def check_transition[S: Enum](transitions: Mapping[S, Collection[S]], before: S, after: S) -> None:
    """Refuse a transition that is not in `transitions`, which maps each state to the states that may follow it.

    Raises:
        IllegalTransitionError: `before` does not lead to `after`.
    """
    if after not in transitions[before]:
        raise IllegalTransitionError(f"{type(before).__name__} cannot go from {before.name} to {after.name}")
