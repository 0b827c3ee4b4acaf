"""The count of tokens: it must notice each loss and each repeat."""

from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.tally import Spread, Tally, spread

TOKENS = [f"{number}:{number * 10} " for number in range(20)]


def count(frames: list[str], tokens: int = 20) -> tuple[Tally, "array[int]"]:
    tally, delays = Tally(), array("q")
    for frame in frames:
        tally.count(frame, 1000, delays)
    tally.close(tokens)
    return tally, delays


@settings(deadline=None)
@given(st.lists(st.integers(0, len("".join(TOKENS))), max_size=15))
def test_a_whole_answer_has_no_error_however_it_is_split(cuts: list[int]) -> None:
    text = "".join(TOKENS)
    edges = [0, *sorted(cuts), len(text)]

    tally, delays = count([text[start:end] for start, end in pairwise(edges)])

    assert tally.received == 20
    assert tally.lost == 0
    assert tally.repeated == 0
    assert list(delays) == [1000 - number * 10 for number in range(20)]


@settings(deadline=None)
@given(st.sets(st.integers(0, 19)))
def test_each_lost_token_is_counted(missing: set[int]) -> None:
    tally, _ = count([token for number, token in enumerate(TOKENS) if number not in missing])

    assert tally.lost == len(missing)
    assert tally.repeated == 0


@settings(deadline=None)
@given(st.integers(0, 19), st.integers(0, 19))
def test_each_repeated_token_is_counted(again: int, after: int) -> None:
    last = max(again, after)
    tally, _ = count([*TOKENS[: last + 1], TOKENS[again], *TOKENS[last + 1 :]])

    assert tally.received == 21
    assert tally.lost == 0
    assert tally.repeated == 1


def test_tokens_out_of_order_are_errors() -> None:
    tally, _ = count([TOKENS[1], TOKENS[0], *TOKENS[2:]])

    assert tally.lost == 1
    assert tally.repeated == 1


@pytest.mark.parametrize(
    ("length", "expected"), [(1, (1, 1, 1)), (2, (1, 2, 2)), (100, (50, 95, 99)), (200, (100, 190, 198))]
)
def test_percentiles_are_nearest_rank(length: int, expected: tuple[int, int, int]) -> None:
    assert spread(range(length, 0, -1)) == Spread(*expected, count=length)


def test_an_empty_list_has_no_percentiles() -> None:
    assert spread([]) is None
