"""The work of the child process: it reads a file from standard input, and writes it processed to standard output."""

import os

from apps.chat.attachments.child import documents, images, text_encodings
from apps.chat.attachments.child.confinement import forbid_opening
from apps.chat.attachments.child.processed_file import (
    ProcessedFile,
    UnknownFileTypeError,
    UnreadableFileError,
    describe_cause,
    write_processed_file,
    write_refusal,
)


def process(data: bytes) -> ProcessedFile:
    """Process a file of the type that its bytes show, and return the result.

    Raises:
        UnknownFileTypeError, UnreadableFileError: it is refused.
    """
    if not data:
        raise UnreadableFileError
    if (image_format := images.find_format(data)) is not None:
        images.prepare_format(image_format)
        forbid_opening()
        return images.process_image(data, image_format)
    if data.startswith(documents.PDF_MAGIC):
        documents.prepare_pdf()
        forbid_opening()
        return documents.process_pdf(data)
    is_prefixed_pdf = documents.is_prefixed_pdf(data)
    if is_prefixed_pdf:
        documents.prepare_pdf()
    text_encodings.prepare_text()
    forbid_opening()
    return documents.process_prefixed_pdf(data) if is_prefixed_pdf else documents.process_text(data)


def process_input() -> None:
    """Process the file on standard input, and write the result or the refusal to standard output."""
    with os.fdopen(0, "rb", closefd=False) as source:
        data = source.read()
    with os.fdopen(1, "wb", closefd=False) as target:
        try:
            write_processed_file(target, process(data))
        except UnknownFileTypeError:
            write_refusal(target, "type")
        except Exception as error:  # noqa: BLE001 - decoders raise anything for broken files
            write_refusal(target, "unreadable", describe_cause(error))
