"""The table of the attacks, and the summary of each."""

from attacks.__main__ import load_attacks
from attacks.attack import ATTACKS, Attack, Finding, at_most, must_be, skipped
from attacks.table import show_attack, show_totals
from attacks.target import Target

BROKEN = Finding("memory", "at most 64 MiB", "260 MiB", holds=False)


async def attack_nothing(_: Target) -> list[Finding]:
    """Nothing at all."""
    return []


def test_every_attack_says_in_one_line_what_it_does() -> None:
    load_attacks()
    assert ATTACKS
    assert [name for name, found in ATTACKS.items() if not found.summary.endswith(".")] == []


def test_the_table_names_what_broke() -> None:
    text = show_attack(Attack("nothing", attack_nothing), [at_most("probe", 8.5, 100, "ms"), BROKEN])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines == [
        "",
        "nothing: Nothing at all.",
        "probe at most 100 ms 8.5 ms holds",
        "memory at most 64 MiB 260 MiB BROKEN",
    ]


def test_the_totals_name_the_attacks_that_broke_through() -> None:
    held = must_be("answer", "HTTP/1.1 431", "HTTP/1.1 431")
    assert show_totals({"a": [held], "b": [held, BROKEN]}) == "\n1 of 2 attacks repelled\nbroke through: b"
    assert show_totals({"a": [held]}) == "\n1 of 1 attacks repelled"


def test_a_skipped_attack_is_neither_repelled_nor_broken() -> None:
    finding = skipped("the flood is closed", "nginx is missing")
    text = show_attack(Attack("nothing", attack_nothing), [finding])
    assert " ".join(text.splitlines()[-1].split()) == "the flood is closed nginx is missing SKIPPED"
    held = must_be("answer", "HTTP/1.1 431", "HTTP/1.1 431")
    assert show_totals({"a": [held], "b": [finding, held]}) == "\n1 of 2 attacks repelled\nskipped: b"
