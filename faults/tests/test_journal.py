"""The journal of faults: which fault explains a reset."""

from faults.journal import REDIS_FAULTS, SETTLING_SECONDS, Journal, Kind


def journal(*faults: tuple[Kind, float, float]) -> Journal:
    kept = Journal(REDIS_FAULTS)
    for kind, began, ended in faults:
        kept.begin(kind, began, 20).ended = ended
    return kept


def test_the_latest_fault_since_the_client_was_up_to_date_is_blamed() -> None:
    kept = journal((Kind.KILL, 10, 12), (Kind.CUT, 13, 13), (Kind.TERM, 30, 31))

    assert kept.blame(11, 14) is Kind.CUT
    assert kept.blame(11, 12.5) is Kind.KILL
    assert kept.blame(11, 40) is Kind.TERM


def test_a_reset_without_a_fault_has_no_explanation() -> None:
    kept = journal((Kind.CUT, 10, 10))

    assert kept.blame(10 + SETTLING_SECONDS + 1, 30) is None
    assert kept.blame(5, 9) is None


def test_a_lost_redis_excuses_later_resets() -> None:
    kept = journal((Kind.REDIS_FLUSH, 10, 10), (Kind.KILL, 11, 12))

    assert kept.blame(9, 12) is Kind.REDIS_FLUSH
    assert kept.blame(10 + SETTLING_SECONDS + 0.1, 14) is Kind.KILL, "by then the log was whole again"


def test_a_fault_that_has_not_ended_is_blamed() -> None:
    kept = Journal(REDIS_FAULTS)
    kept.begin(Kind.ROLL, 10, 20)

    assert kept.blame(50, 60) is Kind.ROLL


def test_only_faults_that_hit_enough_streams_count() -> None:
    kept = Journal(REDIS_FAULTS)
    kept.begin(Kind.CUT, 1, 20)
    kept.begin(Kind.CUT, 2, 3)

    assert kept.missing([Kind.CUT], 1) == []
    assert kept.missing([Kind.CUT, Kind.HANG], 2) == ["cut sockets: 1 of 2", "hang sockets: 0 of 2"]
