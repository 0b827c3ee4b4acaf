"""Has files of users processed in a child process: what they break, they break there."""

import subprocess
import sys
import tempfile
from threading import BoundedSemaphore
from typing import IO

import structlog
from django.conf import settings

from apps.chat.attachments.child.outcome import Outcome, UnknownTypeError, UnreadableFileError, read_outcome
from apps.chat.attachments.errors import AttachmentTypeError, AttachmentUnreadableError
from apps.core.errors import RateLimitError

logger = structlog.get_logger(__name__)

TIME_LIMIT = 20.0
AT_ONCE = 2
WAITING_SECONDS = 30.0
RETRY_SECONDS = 5

_places = BoundedSemaphore(AT_ONCE)


def process_file(source: IO[bytes]) -> Outcome:
    """Return what becomes of a file; takes up to 20 seconds, and as many to wait for other files.

    Raises:
        AttachmentTypeError, AttachmentUnreadableError: it is refused.
        RateLimitError: too many files wait.
    """
    if not _places.acquire(timeout=WAITING_SECONDS):
        raise RateLimitError("Too many files are being read: try again in a moment.", retry_after=RETRY_SECONDS)
    try:
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as target:
            is_finished = _run_child(source, target)
            target.seek(0)
            return _read(target, is_finished=is_finished)
    finally:
        _places.release()


def _run_child(source: IO[bytes], target: IO[bytes]) -> bool:
    """Run the child; return whether it has ended by itself, and well."""
    source.seek(0)
    source.flush()
    try:
        child = subprocess.run(
            [sys.executable, "-E", "-s", "-B", "-m", "apps.chat.attachments.child"],
            stdin=source,
            stdout=target,
            stderr=subprocess.DEVNULL,
            cwd=settings.BACKEND_DIR,
            env={},  # The environment has secrets.
            close_fds=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        logger.warning("attachment_took_too_long")
        return False
    if child.returncode:
        logger.warning("attachment_child_failed", status=child.returncode)
    return child.returncode == 0


def _read(target: IO[bytes], *, is_finished: bool) -> Outcome:
    if not is_finished:
        raise AttachmentUnreadableError
    try:
        return read_outcome(target)
    except UnknownTypeError:
        raise AttachmentTypeError from None
    except (UnreadableFileError, ValueError, KeyError, TypeError):
        raise AttachmentUnreadableError from None
