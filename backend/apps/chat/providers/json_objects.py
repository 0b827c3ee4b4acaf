"""The JSON objects of a body or an event that has several of them."""

import json
import re

from apps.chat.providers.content_parts import list_of
from apps.chat.providers.refusals import is_error_text

_OPENING = re.compile(r"[{\[]")
_SEPARATORS = " \t\r\n,\x1e"


def split_objects(body: bytes) -> tuple[list[bytes], bool]:
    """Return the JSON objects of a body, one after the other or in an array, and whether that is all of it.

    What stands around the objects, like `[DONE]` or a bracket too many, does not count, unless it names an error.
    """
    text = body.decode(errors="replace")
    objects: list[bytes] = []
    position = 0
    decoder = json.JSONDecoder()
    while True:
        opening = _OPENING.search(text, position)
        if is_error_text(text[position : opening.start() if opening else None].strip(_SEPARATORS).encode()):
            return objects, False
        if opening is None:
            return objects, True
        try:
            decoded, position = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            if opening[0] == "{" or is_error_text(text[opening.start() :].encode()):
                return objects, False
            position = text.find("{", opening.start())
            if position < 0:
                return objects, True
        else:
            objects += [json.dumps(one).encode() for one in list_of(decoded) if isinstance(one, dict)]
