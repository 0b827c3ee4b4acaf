"""Reads why a request was refused, from the error's code, its message, or its status."""

import re
from collections.abc import Set as AbstractSet

import msgspec

from apps.chat.providers.base import Failure
from apps.chat.providers.completions import DISPENSABLE

_DISPENSABLE_WORD = re.compile(r"\b(?:" + "|".join(sorted(DISPENSABLE)) + r")\b")

_ERROR_TEXT = re.compile(rb"\"?\[?error\b", re.IGNORECASE)

_NO_SYSTEM_ROLE = re.compile(
    # Gemma, Google, OpenAI, Bedrock, LiteLLM, Mistral and others.
    r"system[`'\"]? (?:role|message|prompt|instruction)s?\b.{0,40}\b(?:not |un)(?:supported|allowed|enabled)"
    r"|(?:not|n't) (?:support|allow|accept)(?:ed)? (?:the |a )?"
    r"(?:[`'\"]system[`'\"]|system (?:role|message|prompt|instruction))"
    r"|\brole:? [`'\"]?system[`'\"]? (?:is )?(?:not |un)(?:supported|allowed)"
    r"|\b(?:invalid|unknown|unsupported) (?:message )?role:? [`'\"]?system\b"
    r"|developer instructions? (?:is|are) not (?:supported|allowed|enabled)"
    r"|only .{0,20}user.{0,20}assistant.{0,20}roles?|roles? must alternate",
    re.IGNORECASE,
)

_SIGNS = (
    # Codes and wordings of OpenAI, Azure, OpenRouter, vLLM, llama.cpp, Ollama and Mistral.
    (
        # OpenAI, vLLM, llama.cpp, OpenRouter, Mistral, LM Studio, Ollama, DeepSeek and Groq.
        Failure.IMAGES_NOT_SUPPORTED,
        {"image_input_not_supported", "image_content_not_supported"},
        re.compile(
            r"image_url is only supported by|not a multimodal model|at most 0 image|support(?:s|ing)? image"
            r"|(?:image|vision)s?\b.{0,40}\b(?:not|n't|isn't) (?:supported|enabled|available)"
            r"|not support(?:ed)?\b.{0,30}\b(?:image|vision)|unknown variant `?image_url"
            r"|content must be a string|required for image input|image input is not",
            re.IGNORECASE,
        ),
    ),
    (
        Failure.CONTEXT_TOO_LONG,
        {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"},
        re.compile(
            r"context (?:length|window|size)|maximum context|too many tokens|prompt is too long"
            r"|exceeds? .{0,40}context",
            re.IGNORECASE,
        ),
    ),
    (
        Failure.NO_CREDIT,
        {"insufficient_quota", "billing_hard_limit_reached", "insufficient_balance", "payment_required"},
        re.compile(r"insufficient (?:credit|balance|quota|funds)|exceeded your current quota", re.IGNORECASE),
    ),
    (
        Failure.MODEL_GONE,
        {"model_not_found", "model_not_available", "deploymentnotfound", "model_decommissioned"},
        re.compile(r"\bmodels?\b.{0,80}(?:not found|not exist|decommissioned|deprecated|retired)", re.IGNORECASE),
    ),
    (
        Failure.KEY_REFUSED,
        {"invalid_api_key", "authentication_error", "permission_denied", "invalid_authentication"},
        re.compile(r"(?:invalid|incorrect|missing) (?:api|authentication) ?key", re.IGNORECASE),
    ),
    (
        Failure.OVERLOADED,
        {"rate_limit_exceeded", "rate_limit_error", "overloaded_error", "server_overloaded"},
        re.compile(r"overloaded|rate limit|too many requests|at capacity", re.IGNORECASE),
    ),
)
_FAILURES = {
    401: Failure.KEY_REFUSED,
    402: Failure.NO_CREDIT,
    403: Failure.KEY_REFUSED,
    404: Failure.MODEL_GONE,
    410: Failure.MODEL_GONE,
    429: Failure.OVERLOADED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNKNOWN_PATHS = frozenset({404, 405})
_STATUSES_OF_PAGES = _UNKNOWN_PATHS | {400, 410, 500, 502, 504}


class _ErrorJson(msgspec.Struct):
    param: str | None = None
    message: str = ""
    code: str | int | None = None
    type: str | None = None


class _LocatedJson(msgspec.Struct):
    loc: list[str | int] = []


class _RefusalJson(msgspec.Struct):
    error: _ErrorJson | str | None = None
    param: str | None = None
    message: str = ""
    code: str | int | None = None
    detail: list[_LocatedJson] | str | None = None


_refusals = msgspec.json.Decoder(_RefusalJson)


def refused_parameter(body: bytes, sent: AbstractSet[str]) -> str | None:
    """Return which optional parameter of those `sent` a 400 or 422 complains about, if any.

    `error.param` (or the location that a validator names) decides; the message is used only if there is neither.
    """
    candidates = DISPENSABLE & sent
    refusal = _read_refusal(body)
    error = refusal.error if isinstance(refusal.error, _ErrorJson) else _ErrorJson()
    named = [error.param, refusal.param]
    if isinstance(refusal.detail, list):
        named += [str(part) for located in refusal.detail for part in located.loc]
    if not any(named):
        texts = (error.message, refusal.message, refusal.error, refusal.detail)
        named += _DISPENSABLE_WORD.findall(" ".join(text for text in texts if isinstance(text, str)))
    return next((name for name in named if name in candidates), None)


def named_parameter(body: bytes, sent: AbstractSet[str]) -> str | None:
    """Return which of the fields `sent` a refusal names; never a word of the service's that was not sent."""
    refusal = _read_refusal(body)
    error = refusal.error if isinstance(refusal.error, _ErrorJson) else _ErrorJson()
    named = re.split(r"[.\[]", error.param or refusal.param or "")[0]
    return named if named in sent else None


def refuses_system_role(body: bytes) -> bool:
    """Return whether a refusal is about the role `system`: the chat templates of Gemma and others have none."""
    refusal = _read_refusal(body)
    error = refusal.error if isinstance(refusal.error, _ErrorJson) else _ErrorJson()
    texts = (error.message, refusal.message, refusal.error, refusal.detail)
    return any(_NO_SYSTEM_ROLE.search(text) for text in texts if isinstance(text, str))


def failure_of(status: int | None, body: bytes) -> Failure:
    """Return why a call failed, by the HTTP `status` (None in the middle of a stream) and the error in `body`."""
    refusal = _read_refusal(body)
    error = refusal.error if isinstance(refusal.error, _ErrorJson) else _ErrorJson()
    stated = refusal.code if refusal.error is None else error.code
    code = str(stated or error.type or "").lower()
    texts = (error.message, refusal.error, refusal.message, refusal.detail)
    message = next((text for text in texts if isinstance(text, str) and text), "")
    if status is None and str(stated).isdecimal():
        status = int(str(stated))
    for failure, codes, words in _SIGNS:
        if code in codes or words.search(message):
            return failure
    if _is_wrong_address(status or 0, body):
        return Failure.UNREACHABLE
    return _FAILURES.get(status or 0, Failure.ERROR)


def _is_wrong_address(status: int, body: bytes) -> bool:
    """Return whether a web server answered: a redirect, an HTML page, or the plain text of an unknown path."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if status in _REDIRECTS or (start == b"<" and status in _STATUSES_OF_PAGES):
        return True
    is_text = start not in {b"", b"{", b"[", b'"'}
    return status in _UNKNOWN_PATHS and is_text and b"model" not in body.lower()


def is_error_text(data: bytes) -> bool:
    """Return whether the data of an event, which is not a JSON object, says that something failed."""
    return _ERROR_TEXT.match(data) is not None


def _read_refusal(body: bytes) -> _RefusalJson:
    try:
        return _refusals.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _RefusalJson()
