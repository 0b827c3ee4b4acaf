"""A scratch repository with these tools, so that no test touches the real one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List

import pytest

TOOLS = Path(__file__).resolve().parent.parent


class Repository:
    """A scratch repository."""

    def __init__(self, root: Path) -> None:
        """Copy the tools into `root`."""
        self.root = root
        self.environment: Dict[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(root / "home"),
            "PYENV_ROOT": str(root / "no-pyenv"),
        }
        shutil.copytree(TOOLS, root / "tools", ignore=shutil.ignore_patterns("tests", "__pycache__"))
        self.write("frontend/package.json", '{"engines": {"node": ">=20.19"}}')
        (root / "backend").mkdir()

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def git(self, *arguments: str) -> None:
        """Run git in the repository."""
        subprocess.run(["git", *arguments], check=True, cwd=self.root, env=self.environment, capture_output=True)

    def use_only(self, **programs: str) -> None:
        """Leave only these shell scripts, and what a shell needs, on the PATH."""
        for name, script in programs.items():
            self.write(f"bin/{name}", f"#!/bin/sh\n{script}\n", mode=0o755)
        self.environment["PATH"] = str(self.root / "bin")

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run Python with these arguments in the repository."""
        command: List[str] = [sys.executable, *arguments]
        environment = {**self.environment, **settings}
        return subprocess.run(command, check=False, cwd=self.root, env=environment, capture_output=True, text=True)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
