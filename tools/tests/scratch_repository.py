"""A scratch repository with these tools, so that no test touches the real one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.repository import ROOT


class Repository:
    """A repository in a folder of its own; a test adds files, and programs on the PATH."""

    def __init__(self, root: Path) -> None:
        """Copy the tools into `root`."""
        self.root = root
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(root / "home"),
        }
        shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("tests", "__pycache__"))
        self.write("frontend/package.json", '{"engines": {"node": ">=20.19"}}')
        for name in ("Makefile", "backend/Makefile"):
            self.write(name, (ROOT / name).read_text())

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def read(self, name: str) -> str:
        """Read a file."""
        return (self.root / name).read_text()

    def git(self, *arguments: str) -> None:
        """Run git in the repository."""
        subprocess.run(["git", *arguments], check=True, cwd=self.root, env=self.environment, capture_output=True)

    def add(self, **programs: str) -> None:
        """Put these shell scripts first on the PATH."""
        for name, script in programs.items():
            self.write(f"bin/{name}", f"#!/bin/sh\n{script}\n", mode=0o755)
        self.environment["PATH"] = f"{self.root / 'bin'}:{os.environ['PATH']}"

    def use_only(self, **programs: str) -> None:
        """Leave only these shell scripts, and what a shell needs, on the PATH."""
        self.add(**programs)
        self.environment["PATH"] = str(self.root / "bin")

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments in the repository."""
        return self._run(sys.executable, *arguments, settings=settings)

    def make(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run make with these arguments in the repository."""
        return self._run("make", "--no-print-directory", *arguments, settings=settings)

    def _run(self, *command: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **settings}
        return subprocess.run(command, check=False, cwd=self.root, env=environment, capture_output=True, text=True)
