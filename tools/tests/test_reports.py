"""The last lines of a long run: which tests failed, and how many passed in total."""

import pytest

from tools.tests.scratch_repository import Repository

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
def test_the_last_line_has_the_totals_of_all_reports(
    repository: Repository, reports: list[str], line: str, code: int
) -> None:
    for number, report in enumerate(reports):
        repository.write(f".cache/reports/{number}.xml", report)
    result = repository.run("-m", "tools.reports")
    assert result.stdout.splitlines()[-1] == line
    assert result.returncode == code


def test_failed_tests_are_named_with_their_message(repository: Repository) -> None:
    output = "".join(f"line {number}\n" for number in range(100))
    cases = [
        f'<testcase classname="chat.spec.ts" name="{name}"><failure>{output}</failure></testcase>' for name in "abcdef"
    ]
    repository.write(".cache/reports/e2e.xml", f"<testsuite>{''.join(cases)}</testsuite>")
    printed = repository.run("-m", "tools.reports").stdout
    assert [line for line in printed.splitlines() if line.startswith("FAILED")] == [
        f"FAILED e2e.xml: chat.spec.ts {name}" for name in "abcdef"
    ]
    first = printed.split("FAILED")[1].splitlines()
    assert first[1] == "  line 0"
    assert first[-2] == "  line 99"
    assert "  […]" in first
    assert printed.count("  line 99\n") == 5


def test_a_failure_without_a_text_is_shown_by_its_message(repository: Repository) -> None:
    repository.write(
        ".cache/reports/back.xml", '<testsuite><testcase name="c"><error message="no"/></testcase></testsuite>'
    )
    assert repository.run("-m", "tools.reports").stdout == "FAILED back.xml: c\n  no\n\n1 failed in 0.00s\n"
