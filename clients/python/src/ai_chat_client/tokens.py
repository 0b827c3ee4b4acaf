"""The tokens of a session, and their store: a file that only its owner can read."""

import asyncio
import base64
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, cast

if sys.platform != "win32":
    import fcntl

LOCK_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Tokens:
    """The tokens of a user; `username` is the user name or email address used to sign in, empty if not known."""

    access: str = ""
    refresh: str = ""
    username: str = ""

    @property
    def user_id(self) -> str:
        """The id of the tokens' user, which the server has written into them; empty if they have none."""
        return _user_of(self.access) or _user_of(self.refresh)


class TokenStore(Protocol):
    """The store in which a session keeps its tokens, so that the next program need not sign in."""

    def load(self) -> Tokens:
        """Return the tokens; empty ones if there are none."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Save the tokens in place of the earlier ones."""
        ...

    def forget(self) -> None:
        """Remove the tokens."""
        ...

    def lock(self) -> AbstractAsyncContextManager[None]:
        """Keep other programs from loading and saving for the duration of the block."""
        ...


class TokenFile:
    """A file with mode 0600 that keeps the tokens for several servers; programs that share it renew them in turn."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url.rstrip("/")

    def load(self) -> Tokens:
        """Return the tokens; empty ones if there are none."""
        kept = self._read().get(self._url, {})
        return Tokens(**{field.name: kept.get(field.name, "") for field in fields(Tokens)})

    def save(self, tokens: Tokens) -> None:
        """Save the tokens in place of the earlier ones. Call it inside `lock`, or another program's are lost."""
        self._write(self._read() | {self._url: asdict(tokens)})

    def forget(self) -> None:
        """Remove the tokens of this server. Call it inside `lock`, or another program's are lost."""
        servers = self._read()
        if servers.pop(self._url, None) is not None:
            self._write(servers)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """Keep other programs on this machine out for the duration of the block; has no effect on Windows."""
        if sys.platform == "win32":
            yield
            return
        self._make_folder()
        # The file itself is replaced by each save: a lock on it would not hold.
        number = os.open(self._path.with_name(self._path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(LOCK_POLL_SECONDS)
                except OSError:
                    break  # This file system has no locks.
                else:
                    break
            yield
        finally:
            os.close(number)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            return cast("dict[str, dict[str, Any]]", json.loads(self._path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def _write(self, servers: dict[str, dict[str, Any]]) -> None:
        self._make_folder()
        # mkstemp creates files with mode 0600; the replacement is atomic, so that no program reads half a file.
        number, name = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(servers, file)
        Path(name).replace(self._path)

    def _make_folder(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _user_of(token: str) -> str:
    payload = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004 - head, payload, signature
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return ""
    return str(claims.get("user_id", "")) if isinstance(claims, dict) else ""
