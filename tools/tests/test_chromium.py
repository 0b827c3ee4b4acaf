"""The browser of the browser tests is found, or installed if allowed; else the error says how to install it."""

import os
from pathlib import Path

import pytest

from tools.tests.scratch_repository import Repository

FIND = """
from tools.chromium import find_chromium
from tools.progress import run_command

def main():
    find_chromium()
    return 0

run_command(main)
"""
FONTS = "echo 'Some Chinese font'"
INSTALLS = """
echo "$@" >> installed
case "$1" in install) echo '#!/bin/sh' > bin/chromium-headless-shell; /bin/chmod +x bin/chromium-headless-shell;; esac
"""
FAILS = "exit 1"

RELEASE = Path("/etc/os-release")

is_debian = RELEASE.is_file() and "ID=debian" in RELEASE.read_text().splitlines()
is_root_on_debian = is_debian and os.geteuid() == 0


def test_an_installed_browser_is_used(repository: Repository) -> None:
    repository.use_only(chromium="", **{"fc-list": FONTS, "chromium-headless-shell": ""})
    assert str(repository.root / "bin" / "chromium-headless-shell") in repository.run("-c", FIND).stdout


def test_another_browser_is_used_if_the_headless_one_cannot_be_installed(repository: Repository) -> None:
    repository.use_only(chromium="", **{"fc-list": FONTS, "apt-get": FAILS})
    assert str(repository.root / "bin" / "chromium") in repository.run("-c", FIND).stdout


def test_a_given_browser_is_used(repository: Repository) -> None:
    repository.use_only(**{"fc-list": FONTS})
    assert "/opt/chrome" in repository.run("-c", FIND, CHROMIUM_PATH="/opt/chrome").stdout


@pytest.mark.skipif(not is_root_on_debian, reason="installs only as root on Debian")
@pytest.mark.parametrize(
    ("fonts", "packages"),
    [
        ({"fc-list": FONTS}, "chromium-headless-shell"),
        ({"fc-list": FONTS, "chromium": ""}, "chromium-headless-shell"),
        ({"fc-list": ""}, "chromium-headless-shell fonts-wqy-zenhei"),
    ],
)
def test_a_missing_browser_is_installed(repository: Repository, fonts: dict[str, str], packages: str) -> None:
    repository.use_only(**{"apt-get": INSTALLS}, **fonts)
    assert str(repository.root / "bin" / "chromium-headless-shell") in repository.run("-c", FIND).stdout
    calls = (repository.root / "installed").read_text().splitlines()
    assert calls == ["update -qq", f"install -y -qq --no-install-recommends {packages}"]


@pytest.mark.skipif(is_root_on_debian, reason="would install it")
def test_the_failure_says_how_to_install_a_missing_browser(repository: Repository) -> None:
    repository.use_only(**{"fc-list": FONTS})
    result = repository.run("-c", FIND)
    assert result.returncode == 1
    assert "The browser tests need chromium-headless-shell: install them" in result.stderr
