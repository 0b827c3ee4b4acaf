"""`make setup` installs uv if it is missing, and the back end's packages with it."""

import re

from tools.repository import ROOT
from tools.tests.scratch_repository import Repository

# A Python without pip, whose virtual environments have a pip that installs this uv.
UV = 'echo "$PATH" > uv-path; echo "$@" >> uv-calls; case "$*" in *embedded*) exit 1;; esac'
PIP = f"""echo "$@" > pip-calls
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/bin"; cat > "$2/bin/uv" <<'END'
#!/bin/sh
{UV}
END
chmod +x "$2/bin/uv"
"""
PYTHON = f"""[ "$2" = venv ] || exit 1
mkdir -p "$3/bin"; cat > "$3/bin/pip" <<'END_OF_PIP'
#!/bin/sh
{PIP}
END_OF_PIP
chmod +x "$3/bin/pip"
"""
SYNC = "sync --frozen --inexact --quiet --python "
CORRECTED = ">=3.12.4,<3.13"
PROGRAMS = ("sh", "env", "dirname", "rm", "mkdir", "cat", "chmod")


def test_a_missing_uv_is_installed_and_knows_the_pythons_of_pyenv(repository: Repository) -> None:
    repository.write("home/.pyenv/versions/3.12.1/bin/python", "")
    repository.use_only(python3=PYTHON, **{name: f'exec /bin/{name} "$@"' for name in PROGRAMS if name != "sh"})
    result = repository.run("-c", "import subprocess; subprocess.run(['/bin/sh', 'tools/packages.sh'], check=True)")
    assert result.returncode == 0, result.stderr
    version = re.findall(r"uv:([^@\s]+)\S* AS uv", (ROOT / "backend" / "docker" / "Dockerfile").read_text())[0]
    assert repository.read("backend/pip-calls").split()[-1] == f"uv=={version}"
    assert f"{repository.root}/home/.pyenv/versions/3.12.1/bin" in repository.read("backend/uv-path").strip().split(":")
    assert not (repository.root / ".cache" / "uv-pip").exists()


def test_packages_that_the_system_lacks_are_left_out(repository: Repository) -> None:
    repository.add(uv=UV)
    assert repository.make("python-packages").returncode == 0
    extras = [call.split()[1:] for call in uv_syncs(repository)]
    assert extras == [["--extra", "embedded", "--extra", "heic"], ["--extra", "heic"]]


def test_a_python_with_corrected_tables_of_addresses_is_preferred(repository: Repository) -> None:
    repository.add(uv=UV)
    assert repository.make("python-packages").returncode == 0
    assert {call.split()[0] for call in uv_syncs(repository)} == {CORRECTED}


def test_other_pythons_are_used_if_there_is_no_such_one(repository: Repository) -> None:
    repository.add(uv=f'[ "$1" = python ] && exit 2; {UV}')
    assert repository.make("python-packages").returncode == 0
    assert {call.split()[0] for call in uv_syncs(repository)} == {">=3.12"}


def test_an_environment_keeps_its_python(repository: Repository) -> None:
    repository.add(uv=UV)
    repository.write("backend/.venv/pyvenv.cfg", "")
    assert repository.make("python-packages").returncode == 0
    assert {call.split()[0] for call in uv_syncs(repository)} == {">=3.12"}


def uv_syncs(repository: Repository) -> list[str]:
    """Return the Python and the extras of each `uv sync`."""
    calls = repository.read("backend/uv-calls").splitlines()
    return [call.removeprefix(SYNC) for call in calls if call.startswith(SYNC)]


def test_an_old_or_missing_node_is_reported(repository: Repository) -> None:
    repository.add(node="exit 1")
    result = repository.make("node-packages")
    assert result.returncode != 0
    assert "Install Node.js 20.19 or newer" in result.stderr
