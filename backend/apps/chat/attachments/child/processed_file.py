"""The output of the child process for a file: a header as JSON, then the objects one after another."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

HEADER_LENGTH = 4
MAX_CAUSES = 4


class UnreadableFileError(Exception):
    """A file of a known type that cannot be decoded."""


class EncryptedFileError(UnreadableFileError):
    """A file that needs a password."""


class UnknownFileTypeError(Exception):
    """A file of a type that is not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedFile:
    """A file that is ready to serve; `objects` are named as in the store."""

    kind: str
    mime: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    truncated: bool = False
    objects: dict[str, bytes] = field(default_factory=dict)


def write_processed_file(file: IO[bytes], processed: ProcessedFile) -> None:
    sizes = {name: len(content) for name, content in processed.objects.items()}
    _write_header(file, {**asdict(processed), "objects": sizes})
    for content in processed.objects.values():
        file.write(content)


def write_refusal(file: IO[bytes], reason: str, cause: str = "") -> None:
    """Write why the file could not be read; `cause` is for the log."""
    _write_header(file, {"refusal": reason, "cause": cause})


def describe_cause(error: BaseException) -> str:
    """Return the classes of an error and of its causes, and the line that raised it; never its message."""
    classes: list[str] = []
    line = ""
    link: BaseException | None = error
    while link is not None and len(classes) < MAX_CAUSES:
        classes.append(f"{type(link).__module__.rpartition('.')[2]}.{type(link).__qualname__}")
        line = _find_line(link.__traceback__)
        link = link.__cause__ or link.__context__
    return f"{' < '.join(classes)} at {line}"


def _find_line(traceback: TracebackType | None) -> str:
    if traceback is None:
        return "unknown:0"
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{Path(traceback.tb_frame.f_code.co_filename).stem}:{traceback.tb_lineno}"


def _write_header(file: IO[bytes], header: dict[str, object]) -> None:
    encoded = json.dumps(header).encode()
    file.write(len(encoded).to_bytes(HEADER_LENGTH, "big") + encoded)


def read_processed_file(file: IO[bytes]) -> ProcessedFile:
    """Read the file that the child has written.

    Raises:
        UnknownFileTypeError, UnreadableFileError: the child has refused the file.
        ValueError, KeyError, TypeError: the child has not finished.
    """
    length = int.from_bytes(file.read(HEADER_LENGTH), "big")
    header = json.loads(file.read(length))
    if (refusal := header.get("refusal")) is not None:
        raise UnknownFileTypeError if refusal == "type" else UnreadableFileError(str(header.get("cause")))
    objects = {name: file.read(size) for name, size in header.pop("objects").items()}
    return ProcessedFile(**header, objects=objects)
