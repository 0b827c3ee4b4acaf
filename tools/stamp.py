"""Stamps: a step is skipped if its inputs have not changed since it last succeeded."""

import hashlib
from pathlib import Path
from typing import Iterable, Iterator, Tuple, Union

from tools.repository import CACHE

NEVER_INPUTS = ("node_modules", "__pycache__", "dist", "test-results", "playwright-report", "coverage")


class Stamp:
    """The stored fingerprint of a step's inputs."""

    def __init__(self, name: str) -> None:
        """Name the step."""
        self._path = CACHE / "stamps" / name

    def matches(self, fingerprint: str) -> bool:
        """Return whether the step last succeeded with these inputs."""
        return self._path.is_file() and self._path.read_text() == fingerprint

    def keep(self, fingerprint: str) -> None:
        """Store that the step succeeded with these inputs."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(fingerprint)

    def drop(self) -> None:
        """Remove the stamp, so that a step which is interrupted runs again."""
        if self._path.exists():
            self._path.unlink()


def fingerprint(*inputs: Union[str, Path, Iterable[Path]]) -> str:
    """Return a hash of texts and of the names and contents of files and folders; a missing file counts too."""
    total = hashlib.sha256()
    for name, content in _contents(inputs):
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def files_below(*folders: Path) -> Iterator[Path]:
    """Return the source files in folders, without hidden and generated ones."""
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.startswith(".") or path.name in NEVER_INPUTS:
                continue
            if path.is_dir():
                yield from files_below(path)
            else:
                yield path


def _contents(inputs: Iterable[Union[str, Path, Iterable[Path]]]) -> Iterator[Tuple[str, bytes]]:
    for item in inputs:
        if isinstance(item, str):
            yield "text", item.encode()
        elif isinstance(item, Path):
            yield str(item), item.read_bytes() if item.is_file() else b""
        else:
            yield from _contents(item)
