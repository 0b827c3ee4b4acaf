"""The number of parts of a JSON text, counted before it is decoded.

Each part becomes an object of 50 bytes and more: four megabytes of `[],` take a second to decode and 200 MB of memory.
"""

import re
from itertools import islice

MAX_PARTS = 100_000
"""Brackets, commas and strings of one JSON text; decoding them takes about 20 ms."""

# Begins with a set of characters, so that a search skips quickly to the next candidate.
_PART = re.compile(r'[\[{,"](?:(?<=")[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))?', re.DOTALL)
_PART_OF_BYTES = re.compile(_PART.pattern.encode(), re.DOTALL)


def has_many_parts(text: str | bytes, max_parts: int = MAX_PARTS) -> bool:
    """Return whether a JSON text has more than `max_parts` parts, in linear time; ends when it has counted these."""
    if len(text) <= max_parts:
        return False
    parts = _PART.finditer(text) if isinstance(text, str) else _PART_OF_BYTES.finditer(text)
    return next(islice(parts, max_parts, None), None) is not None
