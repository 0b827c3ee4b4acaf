"""Normalization of text: as usual, except that long runs of marks are sorted in groups, which takes linear time."""

import unicodedata
from typing import Literal

import pytest

from apps.core.unicode_forms import normalize

pytestmark = pytest.mark.storeless

type Form = Literal["NFC", "NFKD"]

# Latin accents, marks that consist of two, of half width Kana, of Arabic and of music.
RUNS = ["\u0315\u0300", "\u0301\u0327", "\u0f73\u0300", "\u0300\uff9e", "\u0655\u064b", "\U0001d16d\U0001d165"]


@pytest.mark.parametrize("marks", RUNS, ids=ascii)
def test_a_long_run_of_marks_is_not_sorted_as_a_whole(marks: str) -> None:
    text = f"ö{marks * 1_000}"
    sorted_as_a_whole = unicodedata.normalize("NFKD", text)

    found = normalize("NFKD", text)

    assert sorted(found) == sorted(sorted_as_a_whole), "nothing is lost"
    assert found != sorted_as_a_whole


@pytest.mark.parametrize("form", ["NFC", "NFKD"])
@pytest.mark.parametrize(
    "text",
    [
        "Zu\u0308rich, Việt Nam, \u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f, \u1112\u1161\u11ab, ｶﾞ, ﬁ, 床前",
        f"ö {'=' * 40}\u0338 {'🎉' * 40} {'—' * 100}",
        f"e{'\u0327\u0301' * 10}",
    ],
    ids=["words", "symbols", "a few marks"],
)
def test_other_text_is_normalized_as_usual(form: Form, text: str) -> None:
    assert normalize(form, text) == unicodedata.normalize(form, text)
