"""The last line of a long run: how many tests passed and failed in all."""

from typing import List

import pytest

from tools.tests.conftest import Repository

GOOD = """<testsuites><testsuite>
  <testcase name="a" time="1.5"/><testcase name="b" time="0.5"><skipped/></testcase>
</testsuite></testsuites>"""
BAD = '<testsuite><testcase name="c" time="1"><failure/></testcase><testcase name="d"><error/></testcase></testsuite>'


@pytest.mark.parametrize(
    ("reports", "line", "code"),
    [
        ([], "no tests ran in 0.00s", 1),
        ([GOOD], "1 passed, 1 skipped in 2.00s", 0),
        ([GOOD, GOOD], "2 passed, 2 skipped in 4.00s", 0),
        ([GOOD, BAD], "1 passed, 2 failed, 1 skipped in 3.00s", 1),
    ],
)
def test_counts(repository: Repository, reports: List[str], line: str, code: int) -> None:
    for number, report in enumerate(reports):
        repository.write(f".cache/reports/{number}.xml", report)
    result = repository.run("-m", "tools.reports")
    assert result.stdout == f"{line}\n"
    assert result.returncode == code
