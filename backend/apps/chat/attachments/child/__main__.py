"""The child process: reads a user's file from standard input, and writes the processed file to standard output.

It runs in a separate process because decoders have faults: the server survives whatever happens here.
"""

import os
import sys

from apps.chat.attachments.child.confinement import confine_resources, forbid_opening
from apps.chat.attachments.child.outcome import (
    Outcome,
    UnknownTypeError,
    UnreadableFileError,
    describe_cause,
    write_outcome,
    write_refusal,
)

if __name__ == "__main__":
    confine_resources()
    # Instead of a traceback, whose last line may quote the file.
    sys.excepthook = lambda _, error, __: sys.stderr.write(describe_cause(error))

from apps.chat.attachments.child import documents, images


def process(data: bytes) -> Outcome:
    """Process a file according to its bytes alone, and return the result.

    Raises:
        UnknownTypeError, UnreadableFileError: it is refused.
    """
    if not data:
        raise UnreadableFileError
    if (image_format := images.find_format(data)) is not None:
        images.prepare_format(image_format)
        forbid_opening()
        return images.process_image(data, image_format)
    if data.startswith(documents.PDF):
        documents.prepare_pdf()
        forbid_opening()
        return documents.process_pdf(data)
    is_late_pdf = documents.has_pdf_head(data)
    if is_late_pdf:
        documents.prepare_pdf()
    documents.prepare_text()
    forbid_opening()
    return documents.process_late_pdf(data) if is_late_pdf else documents.process_text(data)


def main() -> None:
    """Process one file, and write the result."""
    with os.fdopen(0, "rb", closefd=False) as source:
        data = source.read()
    with os.fdopen(1, "wb", closefd=False) as target:
        try:
            write_outcome(target, process(data))
        except UnknownTypeError:
            write_refusal(target, "type")
        except Exception as error:  # noqa: BLE001 - decoders raise anything for broken files
            write_refusal(target, "unreadable", describe_cause(error))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # Without the clean-up of libraries that a hostile file may have confused.
