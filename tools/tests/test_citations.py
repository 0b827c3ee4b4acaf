"""Citations of documents, sections, requirements and relative links: a citation that points to nothing is reported."""

import pytest

from tools.tests.scratch_repository import Repository

PROTOCOL = """# The protocol

## 1. Principles

- **P-1.1** One frame.
- **P-1.2** [Before](#1-principles), [elsewhere](../README.md#start), [away](https://example.org/x.md).

| id | type |
|---|---|
| **P-1.3** | `ping` |
"""


@pytest.fixture
def documented(repository: Repository) -> Repository:
    repository.write("docs/protocol.md", PROTOCOL)
    repository.write("README.md", "# Start\n\n[The protocol](docs/protocol.md), `README.md`\n")
    repository.git("init", "--quiet")
    return repository


def test_citations_with_a_target_pass(documented: Repository) -> None:
    documented.write("a.py", '"""See docs/protocol.md, section 1, P-1.1 and P-1.3."""\n')
    documented.write("backend/apps/chat/answers/ending.py", "")
    documented.write("docs/a.md", "`answers/ending.py`\n")
    result = documented.run("-m", "tools.citations")
    assert result.returncode == 0, result.stdout
    assert result.stdout == "0 files have broken citations, 3 documents were read\n"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.py", "# docs/gone.md", "no document docs/gone.md"),
        ("a.py", "# GONE.md section 3", "no document GONE.md"),
        ("a.py", "# docs/protocol.md, sections 1 and 2", "docs/protocol.md has no section 2"),
        ("a.ts", "// docs/protocol.md: P-1.4", "no requirement P-1.4"),
        ("a.ts", "// invariant I-1", "no requirement I-1"),
        ("docs/a.md", "[gone](gone.png)", "no file gone.png"),
        ("docs/a.md", "`answers/gone.py`", "no file answers/gone.py"),
        ("docs/a.md", "[gone](protocol.md#2-frames)", "no heading protocol.md#2-frames"),
    ],
)
def test_a_citation_of_something_missing_fails(documented: Repository, name: str, text: str, complaint: str) -> None:
    documented.write(name, f"\n{text}\n")
    result = documented.run("-m", "tools.citations")
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == f"{name}:2: {complaint}"
    assert result.stdout.splitlines()[1].startswith("1 files have broken citations")


def test_code_in_a_document_cites_nothing(documented: Repository) -> None:
    documented.write("docs/a.md", "```\n[x](y) docs/gone.md\n```\n")
    assert documented.run("-m", "tools.citations").returncode == 0


def test_a_requirement_that_is_defined_twice_fails(documented: Repository) -> None:
    documented.write("docs/a.md", "- **P-1.1** Another frame.\n")
    result = documented.run("-m", "tools.citations")
    assert result.returncode == 1
    assert "P-1.1 is defined twice" in result.stdout + result.stderr
