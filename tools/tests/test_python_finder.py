"""The Python finder returns the first one that works and is new enough, from the PATH, pyenv or uv."""

from tools.tests.conftest import Repository

FIND = "from tools.python_finder import find_python; print(find_python().path)"


def _find(repository: Repository) -> str:
    return repository.run("-c", FIND).stdout.strip()


def test_old_pythons_and_shims_that_do_not_run_are_skipped(repository: Repository) -> None:
    repository.use_only(
        python3="echo 3 11 /old/python3",
        **{
            "python3.12": "echo 'pyenv: python3.12: command not found' >&2; exit 127",
            "python3.13": "echo 3 13 /new/python3.13",
        },
    )
    assert _find(repository) == "/new/python3.13"


def test_the_version_of_the_tests_is_preferred(repository: Repository) -> None:
    repository.use_only(**{"python3.14": "echo 3 14 /14", "python3.12": "echo 3 12 /12", "python3": "echo 3 15 /15"})
    assert _find(repository) == "/12"


def test_pythons_of_pyenv_are_found(repository: Repository) -> None:
    repository.use_only(python3="echo 3 11 /old/python3")
    for version in ("3.9.18", "3.14.0", "3.12.1"):
        major, minor, _ = version.split(".")
        repository.write(
            f"no-pyenv/versions/{version}/bin/python", f"#!/bin/sh\necho {major} {minor} /pyenv/{version}\n", 0o755
        )
    assert _find(repository) == "/pyenv/3.12.1"


def test_pythons_of_uv_are_found(repository: Repository) -> None:
    managed = repository.write("managed/python", "#!/bin/sh\necho 3 12 /managed\n", mode=0o755)
    repository.use_only(uv=f"echo {managed}")
    assert _find(repository) == "/managed"
