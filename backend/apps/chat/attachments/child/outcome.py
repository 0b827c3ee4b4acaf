"""What the child process says about a file: a header as JSON, then the objects one after another."""

import json
from dataclasses import asdict, dataclass, field
from typing import IO

HEADER_LENGTH = 4


class UnreadableFileError(Exception):
    """A file of a known type that cannot be decoded."""


class UnknownTypeError(Exception):
    """A file of a type that is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The file as it is to be served; `objects` are named as in the store."""

    kind: str
    mime: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    truncated: bool = False
    objects: dict[str, bytes] = field(default_factory=dict)


def write_outcome(file: IO[bytes], outcome: Outcome) -> None:
    """Write an outcome."""
    sizes = {name: len(content) for name, content in outcome.objects.items()}
    _write_header(file, {**asdict(outcome), "objects": sizes})
    for content in outcome.objects.values():
        file.write(content)


def write_refusal(file: IO[bytes], reason: str) -> None:
    """Write why the file could not be read."""
    _write_header(file, {"refusal": reason})


def _write_header(file: IO[bytes], header: dict[str, object]) -> None:
    encoded = json.dumps(header).encode()
    file.write(len(encoded).to_bytes(HEADER_LENGTH, "big") + encoded)


def read_outcome(file: IO[bytes]) -> Outcome:
    """Read an outcome.

    Raises:
        UnknownTypeError, UnreadableFileError: the child has said so.
        ValueError, KeyError, TypeError: the child has not finished.
    """
    length = int.from_bytes(file.read(HEADER_LENGTH), "big")
    header = json.loads(file.read(length))
    if (refusal := header.get("refusal")) is not None:
        raise UnknownTypeError if refusal == "type" else UnreadableFileError
    objects = {name: file.read(size) for name, size in header.pop("objects").items()}
    return Outcome(**header, objects=objects)
