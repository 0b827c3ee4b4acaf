"""The tools read settings as the back end does: variables first, then `.env.local`."""

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
def test_a_setting_is_read_from_the_environment_then_the_file(
    repository: Repository, file: str, variables: Dict[str, str], read: str
) -> None:
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
def test_the_data_folder_is_the_back_end_s(
    repository: Repository, file: str, variables: Dict[str, str], folder: str
) -> None:
    repository.write("backend/.env.local", file)
    result = repository.run("-c", "from tools.database import data_dir; print(data_dir())", **variables)
    assert result.stdout.strip() == str(repository.root / folder)
