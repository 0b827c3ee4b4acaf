"""JSON objects with every field, known or not; a body or an event may have several."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import msgspec

from apps.chat.providers.errors import ProviderError
from apps.chat.providers.failures.reported_errors import is_error_text
from apps.chat.providers.reading.content_parts import read_list
from apps.core.json_parts import MAX_PARTS, has_many_parts

_OPENING = re.compile(r"[{\[]")
_SEPARATORS = " \t\r\n,\x1e"

MAX_PARTS_PER_BODY = 300_000
"""Brackets, commas and strings of a body of several objects, such as an answer of 16,000 tokens by Ollama's own API."""

type JsonObject = dict[str, Any]


def refuse_many_parts(body: bytes, max_parts: int = MAX_PARTS) -> None:
    """Raise ProviderError if a body has so many parts that decoding it would take too long."""
    if has_many_parts(body, max_parts):
        raise ProviderError("the model service sent JSON with too many parts")


def split_objects(body: bytes, max_parts: int = MAX_PARTS) -> tuple[list[bytes], bool]:
    """Return the JSON objects of a body, one after the other or in an array, and whether that is all of it.

    Text around the objects, such as `[DONE]` or a bracket too many, does not count, unless it names an error.

    Raises:
        ProviderError: the body has too many parts.
    """
    refuse_many_parts(body, max_parts)
    text = body.decode(errors="replace")
    objects: list[bytes] = []
    position = 0
    decoder = json.JSONDecoder(strict=False)
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
            objects += [json.dumps(one).encode() for one in read_list(decoded) if isinstance(one, dict)]


def unquote_object(data: bytes) -> bytes:
    """Return the JSON object that some gateways encode as a string in `data`; other data unchanged."""
    if data[:1] != b'"':
        return data
    try:
        unquoted = json.loads(data).strip()
    except (ValueError, RecursionError):
        return data
    return unquoted.encode(errors="replace") if unquoted.startswith("{") else data


def decode_objects(data: bytes, max_parts: int = MAX_PARTS) -> Iterator[tuple[bytes, JsonObject]]:
    """Yield each JSON object of `data`, encoded and decoded.

    Raises:
        ProviderError: an object has no end or too many parts, or there is an error next to them.
    """
    if data[:1] == b"{":
        try:
            decoded = decode_object(data)
        except ProviderError:
            pass
        else:
            yield data, decoded
            return
    objects, is_all = split_objects(data, max_parts)
    for one in objects:
        yield one, decode_object(one)
    if not is_all:
        raise ProviderError("the model service sent something that is not JSON")


def decode_object(data: bytes, *, is_strict: bool = False) -> JsonObject:
    """Decode a JSON object; raises ProviderError if `data` is not one, or has too many parts.

    Unless `is_strict`, bytes that are not UTF-8 become U+FFFD, and NaN is a number.
    """
    refuse_many_parts(data)
    try:
        decoded = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            # Unlike msgspec, json accepts lone surrogates.
            decoded = json.loads(
                data.decode(errors="strict" if is_strict else "replace"),
                parse_constant=_refuse_constant if is_strict else None,
                strict=is_strict,
            )
        except (ValueError, RecursionError):
            raise ProviderError("the model service sent something that is not JSON") from None
    if not isinstance(decoded, dict):
        raise ProviderError("the model service sent JSON of another shape")
    return decoded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def encode_object(value: Mapping[str, Any]) -> bytes:
    """Encode a JSON object in one line of UTF-8; a lone surrogate stays an escape."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
