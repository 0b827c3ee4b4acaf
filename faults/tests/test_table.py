"""The table that a run prints."""

from faults.journal import REDIS_FAULTS, Journal, Kind
from faults.table import forbidden_resets, table
from faults.tally import Tally
from faults.verdict import Verdict


def test_only_a_loss_in_redis_excuses_a_reset() -> None:
    tally, journal = Tally(), Journal(REDIS_FAULTS)
    tally.resets.update({Kind.REDIS_FLUSH: 4, Kind.REDIS_RESTART: 2})

    assert forbidden_resets(tally, journal) == 0

    tally.resets.update({Kind.KILL: 1, None: 2})

    assert forbidden_resets(tally, journal) == 3


def test_the_table_lists_faults_resets_and_answers() -> None:
    tally, journal = Tally(frames=12_345, lost=2, idle_seconds=66.2), Journal(REDIS_FAULTS)
    tally.complaints += [f"complaint {number}" for number in range(30)]
    tally.recoveries += [1.0, 2.0, 9.0]
    journal.begin(Kind.KILL, 1.0, 20)

    lines = table(tally, journal, Verdict(stuck=1), [Kind.KILL, Kind.REDIS_FLUSH]).splitlines()

    words = [line.split() for line in lines]
    assert ["kill", "-9", "a", "worker", "1", "0", "must", "be", "0"] in words
    assert ["flush", "Redis", "0", "0"] in words
    assert ["frames", "12,345"] in words
    assert ["lost", "2", "must", "be", "0"] in words
    assert ["stuck", "1", "must", "be", "0"] in words
    assert "  … and 10 more" in lines
    assert any("2.00 s median, 9.00 s maximum, 3 seen" in line for line in lines)
    assert ["an", "idle", "socket", "stayed", "up", "66", "s"] in words
