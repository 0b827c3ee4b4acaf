"""The steps of the Makefile's set-up, for commands that start without it; each does only what has changed."""

import subprocess

from tools.repository import ROOT


def set_up_backend(*, development: bool) -> None:
    """Install the back end's packages, for `development` also those of tests and checks."""
    make("python-packages", *([] if development else ["UV_NO_DEV=1"]))


def set_up_frontend() -> None:
    """Install the front end's packages."""
    make("node-packages")


def make(*arguments: str) -> None:
    """Make targets of the Makefile."""
    subprocess.run(["make", "--no-print-directory", *arguments], check=True, cwd=ROOT)
