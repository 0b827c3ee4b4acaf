"""Orphan searches while the clock of the database is put forward, as by NTP or a failover (docs/protocol.md: P-7.3)."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from apps.chat.answers.running import running_answers
from apps.chat.events import AnswerText
from apps.chat.fleet import takeover
from apps.chat.fleet.orphans import Orphan
from apps.chat.fleet.takeover import OrphanSearch

LEASE = 60.0


class Clocks:
    """The steady clock of this process, and how far the clock of the database is ahead of it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lead = 1_800_000_000.0


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Clocks]:
    settings.REDIS_URL = "redis://127.0.0.1:9"  # Without Redis there is only one worker, and leases do not count.
    settings.WORKER_LEASE = LEASE
    clocks = Clocks()
    monkeypatch.setattr(takeover, "_now", lambda: clocks.now)
    monkeypatch.setattr(takeover, "renew_lease", lambda _: clocks.now + clocks.lead)
    running_answers.open()
    yield clocks
    running_answers.close()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Return the ids of the answers that were taken over; one is always an orphan by its lease."""
    orphan = Orphan(
        answer_id=uuid4(),
        run=1,
        conversation_id=uuid4(),
        session_id=None,
        text=AnswerText("", "", 0),
        is_own=False,
        is_given_up=False,
        is_stopped=False,
        may_continue=False,
    )
    found: list[UUID] = []

    async def note(orphan: Orphan) -> None:
        found.append(orphan.answer_id)

    monkeypatch.setattr(takeover, "find_orphans", lambda *_: [orphan])
    monkeypatch.setattr(takeover, "_take_over", note)
    return found


@pytest.mark.parametrize(("step", "is_trusted"), [(0.0, True), (0.5, True), (10.0, False), (-3600.0, True)])
async def test_leases_are_trusted_one_lease_after_the_clock_was_put_forward(
    clocks: Clocks, taken: list[UUID], step: float, is_trusted: bool
) -> None:
    search = OrphanSearch()
    await search.make_round()
    assert not taken  # The database may have just restarted.
    clocks.now += LEASE / 2
    await search.make_round()
    assert not taken
    clocks.now += LEASE / 2
    clocks.lead += step
    await search.make_round()
    assert len(taken) == is_trusted
    for _ in range(2):
        clocks.now += LEASE / 2
        await search.make_round()
    assert taken
