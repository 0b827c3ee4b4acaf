"""The Makefiles use a Python that works: pyenv's `python3` fails if it lacks the version of `.python-version`."""

import shutil
import subprocess

import pytest

from tools.repository import ROOT
from tools.tests.conftest import Repository


@pytest.mark.parametrize("makefile", ["Makefile", "backend/Makefile"])
def test_a_python_that_fails_is_not_used(repository: Repository, makefile: str) -> None:
    repository.write(makefile, (ROOT / makefile).read_text())
    repository.use_only(python3="echo 'pyenv: version 3.12 is not installed' >&2; exit 1", python="exit 0")
    make = shutil.which("make")
    assert make is not None
    command = [make, "--dry-run", "--file", str(repository.root / makefile), "test"]
    result = subprocess.run(command, env=repository.environment, capture_output=True, text=True, check=True)
    chosen = {
        line.partition(" -m tools.")[0].split()[-1] for line in result.stdout.splitlines() if " -m tools." in line
    }
    assert chosen in ({"/usr/bin/python3"}, {"python"})
