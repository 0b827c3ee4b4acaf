"""The file store of attachments, which only the operating-system user that runs the server can read."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

FOLDER_MODE = 0o700
INCOMING_PREFIX = ".incoming-"


class PrivateFileStorage(FileSystemStorage):
    """Writes each file to a temporary name in the store, and then moves it: a file is complete or missing."""

    def _save(self, name: str, content: Any) -> str:  # noqa: ANN401 - as in the base class
        target = Path(self.path(name))
        root = Path(self.location)
        for folder in (root, target.parent):
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        # With mode 0600.
        with tempfile.NamedTemporaryFile(dir=root, prefix=INCOMING_PREFIX, delete=False) as file:
            try:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Write the entries of a folder to the disk, where the system can open folders."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
