"""`make run` refuses to run with one sentence and exit code 1, before anything is installed."""

import socket
from typing import Dict

import pytest

from tools.tests.conftest import Repository

NODE = "echo v20.20.2"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty': it must be a number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT is '70000'"),
        ({"DATA_DIR": "/dev/null/data"}, "The data folder /dev/null/data is not writable"),
    ],
)
def test_invalid_settings_are_refused(repository: Repository, settings: Dict[str, str], said: str) -> None:
    repository.use_only(node=NODE, npm="")
    _expect_refusal(repository, said, **settings)


def test_a_taken_port_is_reported_with_a_free_one(repository: Repository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = _expect_refusal(repository, f"Port {port} of 127.0.0.1 is taken", PORT=str(port))
    assert "make run" in said


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ({}, "Node.js is missing: install Node.js 20.19 or newer"),
        ({"node": "echo v18.20.4", "npm": ""}, "Node.js 18.20.4 is too old"),
        ({"node": "echo v20.18.3", "npm": ""}, "Node.js 20.18.3 is too old"),
        ({"node": NODE}, "npm is missing"),
    ],
)
def test_an_old_or_missing_node_is_reported(repository: Repository, programs: Dict[str, str], said: str) -> None:
    repository.use_only(**programs)
    _expect_refusal(repository, said)


def test_a_missing_python_is_reported(repository: Repository) -> None:
    repository.use_only(node=NODE, npm="", python3="echo 3 11 /usr/bin/python3", **{"python3.12": "exit 127"})
    result = repository.run("-m", "tools.run", PORT=str(_free_port()))
    assert result.returncode == 1
    assert result.stderr.startswith("No Python 3.12 or newer was found")
    assert len(result.stderr.splitlines()) == 1


def _expect_refusal(repository: Repository, said: str, **settings: str) -> str:
    result = repository.run("-m", "tools.run", **{"PORT": str(_free_port()), **settings})
    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert not (repository.root / ".cache").exists()
    return result.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
