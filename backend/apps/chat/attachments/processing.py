"""Processing of uploaded files in a child process, so that a hostile file can break only the child."""

import os
import re
import tempfile
import time
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.attachments.child.processed_file import (
    ProcessedFile,
    UnknownFileTypeError,
    UnreadableFileError,
    read_processed_file,
)
from apps.chat.attachments.children import ChildTimeoutError, Streams, can_fork_children, fork_child, start_child
from apps.chat.attachments.errors import AttachmentTypeError, AttachmentUnreadableError
from apps.core.errors import RateLimitError
from apps.core.http.running_requests import request_slot_released
from apps.core.slots import FairSlots, NoSlotError

logger = structlog.get_logger(__name__)


BUSY_SECONDS = 60.0
MAX_RUNNING = 2
MAX_PER_USER = 1
"""Files of one user that are read at once: slow ones leave a slot for other users."""

MAX_WAITING = 8
"""Files of one user that wait for a slot: as many as a user may upload at once."""

RETRY_SECONDS = 5
MAX_CAUSE_LENGTH = 300

_CAUSE = re.compile(r"[\w.]+(?: < [\w.]+)* at \w+:\d+", re.ASCII)

_busy_until = 0.0
"""The time, by the monotonic clock, until which children begin with a nice value."""

_slots = FairSlots[UUID](MAX_RUNNING, max_per_key=MAX_PER_USER, max_waiting=MAX_WAITING)


def process_file(source: IO[bytes], owner_id: UUID) -> ProcessedFile:
    """Return a processed file, ready to serve. Takes up to 20 seconds after a wait for its turn among the users.

    Raises:
        AttachmentTypeError, AttachmentUnreadableError: it is refused.
        RateLimitError: too many files wait.
    """
    try:
        with request_slot_released(), _slots.slot(owner_id, max_wait=settings.ATTACHMENT_WAIT_SECONDS):
            return _process_in_child(source)
    except NoSlotError:
        reason = "Too many files are being read: try again in a moment."
        raise RateLimitError(reason, retry_after=RETRY_SECONDS) from None


def _process_in_child(source: IO[bytes]) -> ProcessedFile:
    folder = settings.FILE_UPLOAD_TEMP_DIR
    with tempfile.TemporaryFile(dir=folder) as target, tempfile.TemporaryFile(dir=folder) as errors:
        is_finished = _run_child(Streams(source, target, errors))
        target.seek(0)
        return _read_result(target, is_finished=is_finished)


def _run_child(streams: Streams) -> bool:
    """Run a child; return whether it succeeded in time."""
    try:
        status = _read_with_deadline(streams)
    except ChildTimeoutError:
        logger.warning("attachment_took_too_long")
        return False
    if status:
        errors = streams.errors
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - MAX_CAUSE_LENGTH))
        last_line = errors.read().decode(errors="replace").rpartition("\n")[2]
        logger.warning("attachment_child_failed", status=status, cause=_safe_cause(last_line))
    return status == 0


def _read_with_deadline(streams: Streams) -> int:
    """Have a child read the file in time, and return its exit status; raises ChildTimeoutError.

    It gets idle time only, which no stream notices. If there is too little of that, another child starts over with a
    nice value, and the children of the next minute begin with it.
    """
    global _busy_until  # noqa: PLW0603
    deadline = time.monotonic() + settings.ATTACHMENT_READ_SECONDS
    streams.source.flush()
    streams.source.seek(0)
    if not can_fork_children():
        return start_child(streams, seconds=settings.ATTACHMENT_READ_SECONDS)
    if time.monotonic() >= _busy_until:
        try:
            seconds = min(settings.ATTACHMENT_READ_SECONDS, settings.ATTACHMENT_IDLE_READ_SECONDS)
            return fork_child(streams, seconds=seconds, only_idle=True)
        except ChildTimeoutError:
            _busy_until = time.monotonic() + BUSY_SECONDS
        streams.source.seek(0)
        for written in (streams.target, streams.errors):
            written.seek(0)
            written.truncate()
    return fork_child(streams, seconds=max(0.0, deadline - time.monotonic()), only_idle=False)


def _read_result(target: IO[bytes], *, is_finished: bool) -> ProcessedFile:
    if not is_finished:
        raise AttachmentUnreadableError
    try:
        return read_processed_file(target)
    except UnknownFileTypeError:
        raise AttachmentTypeError from None
    except UnreadableFileError as error:
        logger.info("attachment_unreadable", cause=_safe_cause(str(error)))
        raise AttachmentUnreadableError from None
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("attachment_child_unclear", error=type(error).__name__)
        raise AttachmentUnreadableError from None


def _safe_cause(last_line: str) -> str | None:
    """Return `last_line` if it has the form of a cause: text from a hostile file must not reach the log."""
    return last_line if len(last_line) <= MAX_CAUSE_LENGTH and _CAUSE.fullmatch(last_line) else None
