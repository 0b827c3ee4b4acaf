"""The process of the built-in model, one per machine, which all workers share.

The worker that holds the lock file runs the process and writes its URL and key to a file, which all workers read. When
this worker dies, the lock is released, the model process ends by itself (see child.py), and another worker takes over.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import structlog

from apps.chat.providers.errors import ProviderUnavailableError
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

CONTEXT_WINDOW = 2_048
_SLOTS = 4
_CHILD = Path(__file__).with_name("child.py")
_LOAD_SECONDS = 30.0
_EXIT_SECONDS = 2.0
_TAKE_OVER_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_STEADY_SECONDS = 60.0
_MAX_PAUSE_SECONDS = 30.0


class Access(msgspec.Struct, frozen=True):
    """The URL at which the model process listens, and its key."""

    base_url: str
    api_key: str


@dataclass(slots=True)
class EmbeddedProcess:
    """The process of the built-in model; `folder` has its lock, URL and log, `model` is the file with the weights."""

    folder: Path
    model: Path
    _keeping: asyncio.Task[None] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start to keep the process alive, in the background."""
        self._keeping = spawn(self._keep(), name="embedded-model")

    async def aclose(self) -> None:
        """End the process if this worker runs it."""
        if self._keeping is not None:
            await cancel_and_wait(self._keeping)
            self._keeping = None

    async def wait_for_access(self, *, within: float) -> Access:
        """Return its URL and key, waiting up to `within` seconds for them; raises ProviderUnavailableError."""
        try:
            async with asyncio.timeout(within):
                while True:
                    access = await asyncio.to_thread(self._read_access)
                    if access is not None and await _listens(access):
                        return access
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise ProviderUnavailableError("the built-in model is not ready") from None

    # --- Keeping it alive ---

    async def _keep(self) -> None:
        while True:
            lock = await asyncio.to_thread(_take_lock, self.folder / "embedded.lock")
            if lock is None:
                await asyncio.sleep(_TAKE_OVER_SECONDS)
                continue
            try:
                await self._run_children()
            finally:
                os.close(lock)

    async def _run_children(self) -> None:
        clock = asyncio.get_running_loop().time
        failures = 0
        while True:
            begun = clock()
            await self._run_child()
            failures = 0 if clock() - begun > _STEADY_SECONDS else failures + 1
            logger.warning("embedded_model_ended", failures=failures)
            await asyncio.sleep(min(2.0**failures / 2, _MAX_PAUSE_SECONDS))

    async def _run_child(self) -> None:
        api_key = secrets.token_urlsafe(32)
        child = None
        try:
            child = await self._spawn_child()
            assert child.stdin is not None and child.stdout is not None  # noqa: PT018, S101 - the pipes asked for
            child.stdin.write(self._encode_options(api_key))
            async with asyncio.timeout(_LOAD_SECONDS):
                line = await child.stdout.readline()
            if line:
                base_url = f"{line.decode().strip()}/v1"
                await asyncio.to_thread(self._write_access, Access(base_url, api_key))
                logger.info("embedded_model_ready")
                await child.wait()
        except OSError as error:
            logger.warning("embedded_model_not_started", error=type(error).__name__)
        finally:
            if child is not None:
                await _end(child)
            await asyncio.to_thread(self._access_file.unlink, missing_ok=True)

    async def _spawn_child(self) -> asyncio.subprocess.Process:
        log = await asyncio.to_thread((self.folder / "embedded.log").open, "wb")
        with log:
            return await asyncio.create_subprocess_exec(
                # Isolated: neither our folder nor the environment affects what it imports.
                *(sys.executable, "-I", str(_CHILD)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                # Ctrl+C must reach only the server, which then ends the model.
                start_new_session=True,
            )

    def _encode_options(self, api_key: str) -> bytes:
        # On all cores, it dropped to a tenth of its speed as soon as anything else ran.
        threads = max(1, (os.cpu_count() or 1) // 2)
        options = {
            "model": str(self.model),
            "api_key": api_key,
            "threads": threads,
            "slots": _SLOTS,
            "window": CONTEXT_WINDOW,
        }
        return msgspec.json.encode(options) + b"\n"

    # --- Access ---

    @property
    def _access_file(self) -> Path:
        return self.folder / "embedded.json"

    def _write_access(self, access: Access) -> None:
        new = self._access_file.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(access))
        # Atomically: a reader sees the old one or the new one.
        new.replace(self._access_file)

    def _read_access(self) -> Access | None:
        try:
            return msgspec.json.decode(self._access_file.read_bytes(), type=Access)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None


def _take_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock until it is closed; None if another process holds it. Never waits.

    The operating system releases the lock when this process dies.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


async def _listens(access: Access) -> bool:
    """Return whether the process listens: the file still has the URL of a killed process."""
    parts = urlsplit(access.base_url)
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        return False
    writer.close()
    return True


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        async with asyncio.timeout(_EXIT_SECONDS):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
