"""JSON objects as they are: every field stays, known or not."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from apps.chat.providers.base import ProviderError
from apps.chat.providers.chunks import split_objects

type JsonObject = dict[str, Any]


def decode_object(data: bytes) -> JsonObject:
    """Decode a JSON object; raises ProviderError if `data` is none."""
    try:
        decoded = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            decoded = json.loads(data.decode(errors="replace"))  # Unlike msgspec, it takes lone surrogates.
        except (ValueError, RecursionError):
            raise ProviderError("the model service sent something that is not JSON") from None
    if not isinstance(decoded, dict):
        raise ProviderError("the model service sent JSON of another shape")
    return decoded


def decode_objects(data: bytes) -> list[tuple[bytes, JsonObject]]:
    """Return each JSON object of `data`, encoded and decoded: of one object, of an array, or of several in a row.

    Raises:
        ProviderError: it begins like an object, and has none or something else after one.
    """
    if data[:1] == b"{":
        try:
            return [(data, decode_object(data))]
        except ProviderError:
            pass
    objects, is_clean = split_objects(data)
    if data[:1] == b"{" and not (objects and is_clean):
        raise ProviderError("the model service sent something that is not JSON")
    return [(one, decode_object(one)) for one in objects]


def encode_object(value: Mapping[str, Any]) -> bytes:
    """Encode a JSON object in one line of UTF-8; a lone surrogate stays what it is, as an escape."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
