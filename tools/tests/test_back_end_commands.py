"""The back end's commands use Docker only if its engine answers, and say which they use."""

import stat

import pytest

from tools.tests.scratch_repository import Repository

ENGINE = 'echo "$DEVELOPER $@" >> calls'
NO_DAEMON = 'test "$1" = compose && echo 2.40 || exit 1'
NO_COMPOSE = 'test "$1" = info && echo ready || exit 125'
COMPOSE = "compose -f docker/docker-compose.dev.yml"
SECRETS = {"secret_key", "jwt_secret_key", "postgres_password", "openai_api_key"}


def compose_runs(repository: Repository) -> list[str]:
    calls = repository.read("backend/calls").splitlines()
    assert all(call.split()[0].replace(":", "").isdigit() for call in calls if COMPOSE in call)
    return [call.partition(" ")[2] for call in calls if f"{COMPOSE} run" in call]


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("lint", ["--no-deps api ruff check .", "--no-deps api lint-imports"]),
        ("type-check", ["--no-deps --workdir /app api mypy"]),
        ("test", ["--no-deps --workdir /app api python -m pytest backend/tests"]),
        ("migrate", ["api python manage.py migrate"]),
        ("shell", ["api python manage.py shell"]),
    ],
)
def test_docker_is_used_if_its_engine_answers(repository: Repository, command: str, runs: list[str]) -> None:
    repository.add(docker=ENGINE)
    result = repository.make("-C", "backend", command)
    assert result.returncode == 0, result.stderr
    assert "With Docker (docker/docker-compose.dev.yml):" in result.stdout
    assert compose_runs(repository) == [f"{COMPOSE} run --rm {run}" for run in runs]


def test_a_failing_program_ends_the_command(repository: Repository) -> None:
    repository.add(docker=f'{ENGINE}; case "$*" in *ruff*) exit 3;; esac')
    assert repository.make("-C", "backend", "lint").returncode != 0
    assert len(compose_runs(repository)) == 1


@pytest.mark.parametrize("docker", [NO_DAEMON, NO_COMPOSE, "exit 127"])
def test_commands_run_natively_if_no_engine_answers(repository: Repository, docker: str) -> None:
    repository.add(docker=docker, uv="")
    repository.write("backend/.venv/bin/mypy", "#!/bin/sh\necho MYPY", mode=0o755)
    result = repository.make("-C", "backend", "type-check")
    assert result.stdout.split("\n")[-2:] == ["MYPY", ""], result.stderr
    assert "Natively" in result.stdout


def test_commands_run_natively_on_request(repository: Repository) -> None:
    repository.add(docker=ENGINE, uv="")
    assert (
        "cd .. && backend/.venv/bin/mypy" in repository.make("-C", "backend", "-n", "type-check", "WITH=native").stdout
    )


def test_an_unknown_value_of_with_is_refused(repository: Repository) -> None:
    assert "WITH is 'podman': write docker or native" in repository.make("-C", "backend", "down", WITH="podman").stderr


def test_secrets_are_created_once(repository: Repository) -> None:
    (repository.root / "backend" / "docker").mkdir()
    assert repository.make("-C", "backend", "secrets").returncode == 0
    folder = repository.root / "backend" / "docker" / "secrets"
    secrets = {path.name: path.read_text() for path in folder.iterdir()}
    assert secrets.keys() == SECRETS
    assert secrets.pop("openai_api_key") == ""
    assert all(len(text) >= 48 and text.isascii() for text in set(secrets.values()))
    assert len(set(secrets.values())) == 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "openai_api_key").write_text("sk-real")
    assert repository.make("-C", "backend", "secrets").returncode == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == {**secrets, "openai_api_key": "sk-real"}
