"""The launcher reads the settings as the back end does: real variables first, then `.env.local`."""

from typing import Dict

import pytest

from tools.tests.conftest import Repository

READ = "from tools.env_file import read_setting; print(read_setting('PORT'))"


@pytest.mark.parametrize(
    ("file", "variables", "read"),
    [
        ("", {}, "None"),
        ("PORT=8001\n", {}, "8001"),
        ("export PORT = '8001'\n", {}, "8001"),
        ('PORT="8001"\n', {}, "8001"),
        ("# PORT=8001\nMY_PORT=8002\n", {}, "None"),
        ("PORT=\n", {}, "None"),
        ("PORT=8001\n", {"PORT": "9000"}, "9000"),
        ("PORT=8001\n", {"PORT": ""}, "None"),
    ],
)
def test_reads_a_setting(repository: Repository, file: str, variables: Dict[str, str], read: str) -> None:
    repository.write("backend/.env.local", file)
    assert repository.run("-c", READ, **variables).stdout.strip() == read


@pytest.mark.parametrize(
    ("file", "variables", "folder"),
    [
        ("", {}, "data"),
        ("DATA_DIR=mine\n", {}, "backend/mine"),
        ("DATA_DIR=mine\n", {"DATA_DIR": "other"}, "other"),
        ("", {"DATA_DIR": "/srv/chat"}, "/srv/chat"),
    ],
)
def test_data_folder(repository: Repository, file: str, variables: Dict[str, str], folder: str) -> None:
    repository.write("backend/.env.local", file)
    result = repository.run("-c", "from tools.database import data_dir; print(data_dir())", **variables)
    assert result.stdout.strip() == str(repository.root / folder)
