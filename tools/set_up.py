"""Targets of the Makefile, for commands that start without it."""

import subprocess

from tools.progress import Failure
from tools.repository import ROOT


def make(*targets: str) -> None:
    """Make targets of the Makefile; raises Failure if one fails."""
    if subprocess.run(["make", "--no-print-directory", *targets], check=False, cwd=ROOT).returncode:
        raise Failure(f"This failed, see above: make {' '.join(targets)}")
