"""Modes of the data folder and the database file: only the user that runs the server may read them."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS_MODE = 0o077


def describe_file_failure(error: OSError, otherwise: str) -> str:
    """Return what has failed and what to do about it, which is `otherwise` unless the disk is full or read-only."""
    advice = {
        errno.ENOSPC: "free space on its disk, then start again",
        errno.EDQUOT: "free space within its quota, then start again",
        errno.EROFS: "its file system is read-only; name a folder on another one",
    }.get(error.errno or 0, otherwise)
    return f"({error.strerror}): {advice}."


def make_folder_private(folder: Path) -> None:
    """Make the folder private to its owner; raises OSError for a folder that all users share, such as /tmp."""
    status = folder.stat()
    if status.st_mode & stat.S_ISVTX:
        raise PermissionError(None, "is shared by all users")
    if status.st_mode & OTHERS_MODE and status.st_uid == os.geteuid():
        folder.chmod(FOLDER_MODE)


def make_database_private(path: Path) -> None:
    """Create the database file if it is missing, and make it and the files that belong to it private.

    SQLite creates these files with the mode of the database.
    """
    with suppress(OSError):  # SQLite says what is wrong with the path.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(OSError):  # missing, or another user's
            file = path.with_name(name)
            if file.stat().st_mode & OTHERS_MODE:
                file.chmod(FILE_MODE)
