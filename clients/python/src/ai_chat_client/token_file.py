"""Tokens kept in a file that only its owner can read, for several servers."""

import json
import os
import tempfile
from pathlib import Path
from typing import Protocol, cast


class TokenStore(Protocol):
    """Where a session keeps its tokens, so that the next program need not sign in."""

    def load(self) -> tuple[str, str]:
        """Return the access and the refresh token; empty ones if there are none."""
        ...

    def save(self, access: str, refresh: str) -> None:
        """Keep them in place of the earlier ones."""
        ...


class TokenFile:
    """Keeps the tokens for one server in a file with mode 0600; programs that share it renew them in turn."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url.rstrip("/")

    def load(self) -> tuple[str, str]:
        """Return the access and the refresh token; empty ones if there are none."""
        tokens = self._read().get(self._url, {})
        return tokens.get("access", ""), tokens.get("refresh", "")

    def save(self, access: str, refresh: str) -> None:
        """Keep them in place of the earlier ones."""
        self._write(self._read() | {self._url: {"access": access, "refresh": refresh}})

    def forget(self) -> None:
        """Remove those of this server."""
        self._write({url: tokens for url, tokens in self._read().items() if url != self._url})

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            return cast("dict[str, dict[str, str]]", json.loads(self._path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def _write(self, servers: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes files with mode 0600; the exchange is atomic, so that no program reads half of it.
        number, name = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(servers, file)
        Path(name).replace(self._path)
