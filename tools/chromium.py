"""A Chromium with Chinese fonts for the browser tests: found, or installed on Debian."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from tools.programs import ProgramFailed, read_output, run_quietly
from tools.progress import Failure, step
from tools.repository import ROOT

# Chromium without a window: it needs a third less CPU for the same tests, and is the smaller download.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FONT_PACKAGE = "fonts-wqy-zenhei"


def find_chromium() -> str:
    """Return the path of the browser; install it if it is missing, and raise Failure if that is not possible."""
    with step("Browser") as outcome:
        missing = _missing_packages()
        if missing:
            _install(missing)
        elif _is_slower_than_needed():
            # Without a network, the browser that is there has to do.
            with suppress(ProgramFailed):
                _install([SHELL])
        path = _browser()
        if path is None:
            raise Failure("Chromium was installed but is not on the PATH: give its path in CHROMIUM_PATH.")
        outcome.note = path
    return path


def _missing_packages() -> list[str]:
    missing = [] if _browser() else [SHELL]
    if shutil.which("fc-list"):
        missing += [] if read_output(["fc-list", ":lang=zh-tw", "family"]) else [FONT_PACKAGE]
    elif _may_install():
        # Without fontconfig, it is unknown which fonts there are: install it too.
        missing += ["fontconfig", FONT_PACKAGE]
    return missing


def _is_slower_than_needed() -> bool:
    return _may_install() and not os.environ.get("CHROMIUM_PATH") and shutil.which(SHELL) is None


def _browser() -> str | None:
    given = os.environ.get("CHROMIUM_PATH")
    if given:
        return given
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(MAC_CHROME) if MAC_CHROME.exists() else None)


def _install(packages: list[str]) -> None:
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if not _may_install():
        raise Failure(
            f"The browser tests need {' and '.join(packages)}: install them (on Debian: `sudo {' '.join(install)}`), "
            "or give the path of a Chromium in CHROMIUM_PATH, and run this again."
        )
    unattended = {"DEBIAN_FRONTEND": "noninteractive"}
    run_quietly(["apt-get", "update", "-qq"], ROOT, unattended)
    run_quietly(install, ROOT, unattended)


def _may_install() -> bool:
    # Only on Debian itself: Ubuntu's package of that name installs a snap, not a browser.
    release = Path("/etc/os-release")
    return os.geteuid() == 0 and release.is_file() and "ID=debian" in release.read_text().splitlines()
