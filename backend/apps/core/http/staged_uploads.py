"""Staged uploads: written to a file as they arrive, because they are too large for the memory."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings

from apps.core.errors import RateLimitError, TemporarilyUnavailableError
from apps.core.http.arriving_bodies import begin_with
from apps.core.http.asgi import Application, Message, Receive, Scope, Send
from apps.core.http.failure_responses import refuse_request
from apps.core.outages import log_failure
from apps.core.quotas import Quota

logger = structlog.get_logger(__name__)

UPLOAD = "staged_upload"
"""Key of the ASGI scope: the file with the body of an upload."""

MAX_PER_USER = 8
WRITE_SIZE = 512 * 1024
"""Bytes of a body that one thread writes: handing over each piece, of 64 KiB, costs more than writing it."""

EMPTY_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}


def stage_uploads(application: Application, find_caller_user: Callable[[Scope], UUID | None]) -> Application:
    """Wrap an ASGI application: in place of an upload, it receives an empty body, and the file in its scope.

    A user may send eight at once to one worker, and gets 429 beyond that. The body of a client that has not signed in
    is dropped.
    """
    uploads = Quota[UUID]()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != settings.UPLOAD_PATH or scope["method"] != "POST":
            await application(scope, receive, send)
            return
        user_id = find_caller_user(scope)
        if user_id is None:
            await application(scope, begin_with(EMPTY_BODY, _without_body(receive)), send)
            return
        if not uploads.acquire(user_id, MAX_PER_USER):
            too_many = RateLimitError("Too many uploads at once: wait for one to end.", retry_after=1)
            await refuse_request(send, scope, too_many)
            return
        try:
            async with AsyncExitStack() as stack:
                try:
                    file = await stack.enter_async_context(_open_file())
                    if not await _stage(file, receive):
                        return
                except OSError as error:
                    log_failure(logger, "upload_not_taken", error)
                    await refuse_request(send, scope, TemporarilyUnavailableError(retry_after=1))
                    return
                scope[UPLOAD] = file
                await application(scope, begin_with(EMPTY_BODY, receive), send)
        finally:
            uploads.release(user_id)

    return serve


def _without_body(receive: Receive) -> Receive:
    async def receive_end() -> Message:
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return receive_end


@asynccontextmanager
async def _open_file() -> AsyncGenerator[IO[bytes]]:
    """Open a file without a name; a thread opens and closes it.

    A file system may hold up both, until it has written its journal, or released a large file: up to 20 ms were seen.
    """
    opening = asyncio.get_running_loop().run_in_executor(None, _make_file)
    try:
        yield await asyncio.shield(opening)
    finally:
        opening.add_done_callback(_close_file)


def _make_file() -> IO[bytes]:
    return tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)


def _close_file(opening: asyncio.Future[IO[bytes]]) -> None:
    if opening.exception() is None:
        opening.get_loop().run_in_executor(None, _discard, opening.result())


def _discard(file: IO[bytes]) -> None:
    with suppress(OSError):  # Closing writes again what a full disk did not take.
        file.close()


async def _stage(file: IO[bytes], receive: Receive) -> bool:
    """Write a body to `file`; return False if the client has disconnected."""
    pieces: list[bytes] = []
    size = 0
    while (message := await receive())["type"] == "http.request":
        is_last = not message.get("more_body", False)
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if is_last or size >= WRITE_SIZE:
            await asyncio.to_thread(file.writelines, pieces)
            pieces, size = [], 0
        if is_last:
            file.seek(0)
            return True
    return False
