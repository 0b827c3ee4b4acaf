"""Runs whose texts can never be indexed."""

import pytest

from apps.chat.answers.indexing import MAX_FAILED_RUNS, FailedRuns

pytestmark = pytest.mark.storeless


def test_runs_that_cannot_be_indexed_take_a_bounded_place_and_are_never_forgotten() -> None:
    failed = FailedRuns()
    for run_id in range(10, 10 + 2 * MAX_FAILED_RUNS, 2):
        failed.add(run_id)
    assert len(failed.ids) == MAX_FAILED_RUNS
    assert failed.up_to == 0
    failed.add(3 * MAX_FAILED_RUNS)
    failed.add(11)
    assert len(failed.ids) == MAX_FAILED_RUNS
    assert failed.up_to == 11
    assert min(failed.ids) > failed.up_to
