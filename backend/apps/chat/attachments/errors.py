"""Refusals of attachments, with the codes of docs/api.md, section 2."""

from django.conf import settings

from apps.core.errors import AppError, ConflictError, TooLargeError


class AttachmentTooLargeError(TooLargeError):
    """A file with more than `ATTACHMENT_MAX_BYTES`."""

    code = "ATTACHMENT_TOO_LARGE"

    def __init__(self) -> None:
        """State the limit in the message and in `limit`."""
        limit = settings.ATTACHMENT_MAX_BYTES
        super().__init__(f"The file is too large: at most {limit:,} bytes.", limit=limit)


class AttachmentTypeError(AppError):
    """A file of a type that is not accepted, whatever its name says."""

    code = "ATTACHMENT_TYPE"
    status = 415
    message = "Files of this type are not supported: use a JPEG, PNG, WebP or GIF image, a PDF or a text file."


class AttachmentUnreadableError(AppError):
    """A file of a known type that is empty, broken, encrypted or too large to decode."""

    code = "ATTACHMENT_UNREADABLE"
    status = 422
    message = "The file cannot be read: it is empty, damaged, encrypted, or has too many pixels."


class AttachmentInUseError(ConflictError):
    """A message uses the attachment, so it cannot be deleted."""

    code = "ATTACHMENT_IN_USE"
    message = "A message uses this file: delete the message or its conversation instead."


class StorageFullError(AppError):
    """The user's files and texts would have more than `STORAGE_PER_USER` bytes."""

    code = "STORAGE_FULL"
    status = 507
    message = "Your storage is full: delete conversations or files first."
