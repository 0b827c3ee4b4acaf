"""The scratch repository of each test."""

from pathlib import Path

import pytest

from tools.tests.scratch_repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
