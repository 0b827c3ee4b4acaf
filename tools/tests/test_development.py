"""The back end's commands use Docker only if its engine answers, and say which they use."""

import pytest

from tools.tests.conftest import Repository

ENGINE = 'echo "$DEVELOPER $@" >> calls'
NO_DAEMON = 'test "$1" = compose && echo 2.40 || exit 1'
NO_COMPOSE = 'test "$1" = info && echo ready || exit 125'


def test_docker_is_used_if_its_engine_answers(repository: Repository) -> None:
    repository.use_only(docker=f"echo yes; {ENGINE}")
    result = repository.run("-m", "tools.development", "lint", "--quiet")
    assert result.returncode == 0
    assert result.stdout.startswith("With Docker (docker/docker-compose.dev.yml):")
    run = "compose -f docker/docker-compose.dev.yml run --rm --no-deps api"
    calls = (repository.root / "backend" / "calls").read_text().splitlines()
    assert [call.partition(" ")[2] for call in calls] == [f"{run} ruff check .", f"{run} lint-imports --quiet"]
    assert calls[0].partition(" ")[0].replace(":", "").isdigit()


@pytest.mark.parametrize("command", ["migrate", "makemigrations", "shell"])
def test_commands_with_a_database_start_it_with_docker(repository: Repository, command: str) -> None:
    repository.use_only(docker=f"echo yes; {ENGINE}")
    assert repository.run("-m", "tools.development", command).returncode == 0
    calls = (repository.root / "backend" / "calls").read_text()
    assert f"run --rm api python manage.py {command}\n" in calls


def test_a_failing_program_ends_the_command(repository: Repository) -> None:
    repository.use_only(docker=f'{ENGINE}; case "$*" in *ruff*) exit 3;; esac; echo yes')
    assert repository.run("-m", "tools.development", "lint").returncode == 3
    assert "lint-imports" not in (repository.root / "backend" / "calls").read_text()


@pytest.mark.parametrize("docker", [NO_DAEMON, NO_COMPOSE, "exit 127"])
def test_commands_run_natively_if_no_engine_answers(repository: Repository, docker: str) -> None:
    repository.use_only(docker=docker)
    result = repository.run("-m", "tools.development", "down")
    assert (result.returncode, result.stdout) == (0, "Natively, because no container engine answers:\n")


def test_commands_run_natively_on_request(repository: Repository) -> None:
    repository.use_only(docker="echo yes")
    result = repository.run("-m", "tools.development", "down", WITH="native")
    assert result.stdout.startswith("Natively")


def test_an_unknown_value_of_with_is_refused(repository: Repository) -> None:
    result = repository.run("-m", "tools.development", "down", WITH="podman")
    assert (result.returncode, result.stderr) == (1, "WITH is 'podman': write docker or native.\n")
