"""The body of a refusal, in any shape: its codes, words and parameters, and when to try again."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.chat.providers.failures.durations import read_duration

_MAX_DEPTH = 10
_MAX_TEXT_LENGTH = 8_000
_MAX_FOUND = 200

# Names of fields, compared without case and punctuation.
_CODE_FIELDS = {
    "code", "type", "status", "reason", "errortype", "errorcode", "statuscode", "httpstatus", "httpstatuscode",
}  # fmt: skip
_SENTENCE_FIELDS = {
    "message", "msg", "error", "errors", "err", "errormessage", "errormsg", "errordescription", "statusmsg",
    "detail", "details", "description", "title", "reason", "cause", "raw", "fault", "faultstring",
}  # fmt: skip
_PARAMETER_FIELDS = {"param", "params", "parameter", "field", "loc", "path", "property"}
_WAIT_FIELDS = {"retryafter", "retrydelay", "retryafterseconds", "retryinseconds", "estimatedtime", "xratelimitreset"}
_WAIT_FIELDS_IN_MS = {"retryafterms", "retryaftermilliseconds"}
_REQUEST_FIELDS = {"input", "request", "messages", "ctx"}
"""Fields in which validators and gateways repeat the request."""

_KINDS_OF_CODES = ("code", "type")
_MAX_WORD_LENGTH = 64

_EVENT = re.compile(r"^data: ?(\{.*\})", re.MULTILINE)
"""The data of an event: some services send the body of a refusal as the stream that was asked for."""

_EMPTY_WORDS = {"", "none", "null", "undefined"}
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contents of a refusal's body. `codes` are in lower case, with underscores; `sentences` are all its texts."""

    codes: tuple[str, ...] = ()
    sentences: str = ""
    parameters: tuple[str, ...] = ()
    retry_after: float | None = None
    """The seconds to wait, if the service states them."""

    @property
    def status(self) -> int | None:
        """The HTTP status among the codes."""
        numbers = (int(code) for code in self.codes if code.isdecimal() and len(code) == len("404"))
        return next((number for number in numbers if number >= 400), None)  # noqa: PLR2004 - the first error

    @property
    def main_code(self) -> str | None:
        """The most specific code: the first that is not a number, otherwise the first; only codes of one word count."""
        words = sorted((code for code in self.codes if len(code) <= _MAX_WORD_LENGTH), key=str.isdecimal)
        return words[0] if words else None


def read_refusal(body: bytes) -> Refusal:
    """Read a body: an error as an object, a string or a list, in one of the usual fields or in none, or plain text."""
    text = body.decode(errors="replace").removeprefix("\ufeff").strip()
    event = _EVENT.search(text)
    decoded = _decode(event[1] if event else text)
    if decoded is None:
        return Refusal() if text.startswith("<") else Refusal(sentences=text[:_MAX_TEXT_LENGTH])
    found = list(_find(decoded, "error", _MAX_DEPTH))[:_MAX_FOUND]
    waits = [float(value) for kind, value in found if kind == "wait"]
    return Refusal(
        codes=tuple(
            _PUNCTUATION.sub("_", value.lower())
            for wanted in _KINDS_OF_CODES
            for kind, value in found
            if kind == wanted
        ),
        sentences="\n".join(value for kind, value in found if kind == "sentence")[:_MAX_TEXT_LENGTH],
        parameters=tuple(value for kind, value in found if kind == "parameter"),
        retry_after=waits[0] if waits else None,
    )


def _find(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the codes, sentences, parameters and waits in a value of the field `name`, each as kind and text."""
    if depth == 0:
        return
    match value:
        case dict():
            for key, inner in value.items():
                field = _PUNCTUATION.sub("", str(key).lower())
                if field not in _REQUEST_FIELDS:
                    yield from _find(inner, field, depth - 1)
                if name == "errors" and isinstance(inner, list):
                    yield "parameter", str(key)  # Django and Laravel list the errors of each field under its name.
        case list() if name in _PARAMETER_FIELDS:
            yield from (("parameter", part) for part in map(_read_text, value) if part.lower() not in _EMPTY_WORDS)
        case list():
            for inner in value:
                yield from _find(inner, name, depth - 1)
        case str() | int() | float():
            yield from _read(value, name, depth)


def _read(value: str | float, name: str, depth: int) -> Iterator[tuple[str, str]]:
    text = _read_text(value)
    if text.lower() in _EMPTY_WORDS:
        return
    if name in _CODE_FIELDS:
        yield "code" if name == "code" else "type", text
    if name in _SENTENCE_FIELDS and isinstance(value, str):
        # Gateways send the whole body of a service as the sentence of their error.
        inner = _decode(text)
        if inner is None:
            yield "sentence", text
        else:
            yield from _find(inner, name, depth - 1)
    if name in _PARAMETER_FIELDS:
        yield "parameter", text
    if name in _WAIT_FIELDS or name in _WAIT_FIELDS_IN_MS:
        seconds = read_duration(text, unit="ms" if name in _WAIT_FIELDS_IN_MS else "s")
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


def _read_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value).strip()
