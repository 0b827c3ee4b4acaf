"""Upload handler: writes the file of a multipart form to an unnamed file, up to the size limit."""

import tempfile
from typing import IO, Any, override

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

FILE_FIELD = "file"


class AttachmentUploadHandler(FileUploadHandler):
    """Keeps the first file of the field `file`, which is deleted when it is closed or the process ends."""

    is_too_large = False
    chunk_size = 256 * 1024
    """Bytes that are parsed at a time: larger chunks take fewer Python calls, which cost more than the copies."""

    def __init__(self) -> None:
        super().__init__()
        self._file: IO[bytes] | None = None
        self._size = 0

    @override
    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != FILE_FIELD or self._file is not None:
            raise SkipFile
        # The caller that takes the upload closes it.
        self._file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > settings.ATTACHMENT_MAX_BYTES:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        if self._file is not None:
            self._file.write(raw_data)

    @override
    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        if self._file is None:
            return None
        self._file.seek(0)
        return UploadedFile(file=self._file, name=self.file_name, size=self._size)

    def discard(self) -> None:
        """Close and thereby delete the file, if there is one."""
        if self._file is not None:
            self._file.close()
