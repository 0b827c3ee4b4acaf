"""State machines: one function that refuses illegal moves, for enums of states."""

from collections.abc import Collection, Mapping
from enum import Enum


class IllegalMoveError(RuntimeError):
    """A move between two states that must never happen: a fault."""


def check_move[S: Enum](moves: Mapping[S, Collection[S]], before: S, after: S) -> None:
    """Refuse a move that is not in `moves`, which maps each state to the states that may follow it.

    Raises:
        IllegalMoveError: `before` does not lead to `after`.
    """
    if after not in moves[before]:
        raise IllegalMoveError(f"{type(before).__name__} cannot move from {before.name} to {after.name}")
