"""Reads the body of a refusal, whatever its shape: codes, words, parameters, and when to try again."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.chat.providers.durations import read_duration

_MAX_DEPTH = 10
_MAX_WORDS = 8_000
_MAX_FOUND = 200

# Names of fields, compared without case and punctuation.
_OF_CODES = {"code", "type", "status", "reason", "errortype", "errorcode", "statuscode", "httpstatus", "httpstatuscode"}
_OF_WORDS = {
    *("message", "msg", "error", "errors", "err", "errormessage", "errormsg", "errordescription", "statusmsg"),
    *("detail", "details", "description", "title", "reason", "cause", "raw", "fault", "faultstring"),
}
_OF_PARAMETERS = {"param", "params", "parameter", "field", "loc", "path", "property"}
_OF_WAITS = {"retryafter", "retrydelay", "retryafterseconds", "retryinseconds", "estimatedtime", "xratelimitreset"}
_OF_WAITS_IN_MS = {"retryafterms", "retryaftermilliseconds"}
_REPEATED = {"input", "request", "messages", "ctx"}
"""Fields in which validators and gateways repeat the request."""

_KINDS_OF_CODES = ("code", "type")
_LONGEST_WORD = 64

_EVENT = re.compile(r"^data: ?(\{.*\})", re.MULTILINE)
"""The data of an event: some services send the body of a refusal as the stream that was asked for."""

_NOTHING = {"", "none", "null", "undefined"}
_NOT_OF_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contents of a refusal's body. `codes` are in lower case, with underscores; `words` are all its sentences."""

    codes: tuple[str, ...] = ()
    words: str = ""
    parameters: tuple[str, ...] = ()
    retry_after: float | None = None
    """In seconds."""

    @property
    def status(self) -> int | None:
        """The HTTP status among the codes."""
        numbers = (int(code) for code in self.codes if code.isdecimal() and len(code) == len("404"))
        return next((number for number in numbers if number >= 400), None)  # noqa: PLR2004 - the first error

    @property
    def word(self) -> str | None:
        """The most specific code: the first that is not a number, otherwise the first; only codes of one word count."""
        words = sorted((code for code in self.codes if len(code) <= _LONGEST_WORD), key=str.isdecimal)
        return words[0] if words else None


def read_refusal(body: bytes) -> Refusal:
    """Read a body: an error as an object, a string or a list, in one of the usual fields or in none, or plain text."""
    text = body.decode(errors="replace").removeprefix("\ufeff").strip()
    event = _EVENT.search(text)
    decoded = _decode(event[1] if event else text)
    if decoded is None:
        return Refusal() if text.startswith("<") else Refusal(words=text[:_MAX_WORDS])
    found = list(_find(decoded, "error", _MAX_DEPTH))[:_MAX_FOUND]
    waits = [float(value) for kind, value in found if kind == "wait"]
    return Refusal(
        codes=tuple(
            _NOT_OF_NAMES.sub("_", value.lower())
            for wanted in _KINDS_OF_CODES
            for kind, value in found
            if kind == wanted
        ),
        words="\n".join(value for kind, value in found if kind == "words")[:_MAX_WORDS],
        parameters=tuple(value for kind, value in found if kind == "parameter"),
        retry_after=waits[0] if waits else None,
    )


def _find(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield what is understood of a value in the field `name`, each as its kind and its text."""
    if depth == 0:
        return
    match value:
        case dict():
            for key, inner in value.items():
                field = _NOT_OF_NAMES.sub("", str(key).lower())
                if field not in _REPEATED:
                    yield from _find(inner, field, depth - 1)
                if name == "errors" and isinstance(inner, list):
                    yield "parameter", str(key)  # Django and Laravel list the errors of each field under its name.
        case list() if name in _OF_PARAMETERS:
            yield from (("parameter", part) for part in map(_text_of, value) if part.lower() not in _NOTHING)
        case list():
            for inner in value:
                yield from _find(inner, name, depth - 1)
        case str() | int() | float():
            yield from _read(value, name, depth)


def _read(value: str | float, name: str, depth: int) -> Iterator[tuple[str, str]]:
    text = _text_of(value)
    if text.lower() in _NOTHING:
        return
    if name in _OF_CODES:
        yield "code" if name == "code" else "type", text
    if name in _OF_WORDS and isinstance(value, str):
        # Gateways pass on a whole body as the text of their own error.
        inner = _decode(text)
        if inner is None:
            yield "words", text
        else:
            yield from _find(inner, name, depth - 1)
    if name in _OF_PARAMETERS:
        yield "parameter", text
    if name in _OF_WAITS or name in _OF_WAITS_IN_MS:
        seconds = read_duration(text, unit="ms" if name in _OF_WAITS_IN_MS else "s")
        if seconds is not None:
            yield "wait", str(seconds)


def _decode(text: str) -> dict[str, Any] | list[Any] | None:
    if not text.startswith(("{", "[")):
        return None
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict | list) else None


def _text_of(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value).strip()
