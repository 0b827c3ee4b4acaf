"""Errors that a service reports in the JSON of an answer, in the forms that OpenAI, other services and gateways use.

An object without an answer is an error, a sign of progress, or says nothing. Error codes and status words decide. A
message alone is an error unless it reports progress: a broken answer must not look complete.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ERROR_NAME = re.compile(r"err(?:or)?_?(?:msg|message|text)?|.*(?:errors?|exception)|fault", re.IGNORECASE)
"""Names of fields that hold an error; Bedrock's end in `Exception`."""

_WRAPPERS = ("data", "result", "output", "body", "response")
"""Fields in which gateways put the whole answer of a service."""

_ERROR_CODES = ("error_code", "errorCode", "errcode", "err_code")
_CODES = ("code", "Code", "status", "status_code", "statusCode", *_ERROR_CODES)
_STATES = ("code", "status", "state", "type", "event", "level", "object")
_MESSAGES = ("message", "msg", "detail", "Message", "error_description")

_FAILURE = re.compile(
    r"error|fail|exception|abort|cancel|crash|denied|unauthori|forbidden|refuse|reject|invalid|incomplete|unexpected"
    r"|insufficient|exceed|overload|too many|quota|traceback|unavailable|unable|wrong|problem|time(?:d)?[ _-]?out"
    r"|terminated|bad gateway|\bnot[ _-](?:found|ready|running|available|supported|allowed)"
    r"|失敗|失败|錯誤|错误|異常|异常",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"\b(?:ok|success|succeeded|queued?|queu?ing|pending|process(?:ing)?|running|loading|loaded|warm(?:ing)?|starting"
    r"|started|waiting|thinking|working|generating|(?:in[ _-])?progress|accepted|scheduled|connected|ready"
    r"|(?:keep[ _-]?)?alive|heartbeat|ping|please (?:wait|hold|stand by))(?:\b|_)"
    r"|成功|排隊|排队|處理中|处理中|等待|稍候|載入|加载",
    re.IGNORECASE,
)
_GOOD_STATE = re.compile(
    _PROGRESS.pattern
    + r"|\b(?:generation|info|notice|warn(?:ing)?|log|status|metadata|completed?|done|finished)(?:\b|_)",
    re.IGNORECASE,
)
_ERROR_TEXT = re.compile(rb"\[ ?error\b", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_NO_ERRORS = {"", "0", "200", "ok", "success", "none", "null", "false"}
_GOOD_STATUSES = range(100, 400)
_MIN_BAD_CODE = 400
_MAX_TEXT_BYTES = 1000


def reports_error(answer: Mapping[str, Any]) -> bool:
    """Return whether a decoded chunk or completion reports an error, in one of the forms that are known."""
    if is_error_value(answer.get("error")) or answer.get("type") == "error" or _is_error_kind(answer.get("object")):
        return True
    if any(_part_has_error(answer.get(name)) for name in ("x_groq", "base_resp")):
        return True
    if choices := answer.get("choices"):
        return isinstance(choices, list) and any(map(_choice_has_error, choices))
    return not isinstance(answer.get("done"), bool) and _is_error_without_choices(answer)


def is_error_text(data: bytes) -> bool:
    """Return whether the data of an event that holds no JSON object reports a failure."""
    if data[:1] == b"[":
        return _ERROR_TEXT.match(data) is not None
    return _PAGE.match(data) is not None or _FAILURE.search(data[:_MAX_TEXT_BYTES].decode(errors="replace")) is not None


def is_error_value(error: object) -> bool:
    """Return whether the value of `error` is an error: some gateways send one with empty fields in each chunk."""
    if isinstance(error, dict):
        return any(value and str(value).lower() not in _NO_ERRORS for value in error.values())
    return bool(error) and str(error).lower() not in _NO_ERRORS


def _choice_has_error(choice: object) -> bool:
    if not isinstance(choice, dict):
        return False
    parts = (choice.get("delta"), choice.get("message"))
    return is_error_value(choice.get("error")) or any(map(_part_has_error, parts))


def _part_has_error(part: object) -> bool:
    """Return whether a part of a chunk has an error: Groq's and MiniMax's own fields, or the text of a choice."""
    if not isinstance(part, dict):
        return False
    return is_error_value(part.get("error")) or any(_is_bad(name, code) for name, code in _read_codes(part))


def _has_error_field(answer: object) -> bool:
    """Return whether a field of an object holds an error, by its name."""
    return isinstance(answer, dict) and any(
        is_error_value(value) for name, value in answer.items() if _ERROR_NAME.fullmatch(str(name))
    )


def _is_error_kind(kind: object) -> bool:
    return isinstance(kind, str) and "error" in kind.lower()


def _is_error_without_choices(answer: Mapping[str, Any]) -> bool:
    """Return whether an object without an answer is an error."""
    if _has_error_field(answer) or any(_has_error_field(answer.get(name)) for name in _WRAPPERS):
        return True
    if any(answer.get(name) is False for name in ("success", "ok", "status")):
        return True
    codes = list(_read_codes(answer))
    states = [state for name in _STATES if isinstance(state := answer.get(name), str)]
    if any(_is_bad(*code) for code in codes) or any(map(_FAILURE.search, states)):
        return True
    if any(map(_GOOD_STATE.search, states)) or any(_is_good(*code) for code in codes):
        return False
    message = next((found for name in _MESSAGES if (found := answer.get(name)) and not isinstance(found, dict)), None)
    if isinstance(message, str):
        return bool(_FAILURE.search(message)) or not _PROGRESS.search(message)
    return message is not None


def _read_codes(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the names and values of the codes that are numbers, perhaps as strings."""
    for name in _CODES:
        code = answer.get(name)
        if isinstance(code, str) and re.fullmatch(r"-?\d{1,9}", code):
            code = int(code)
        if isinstance(code, int) and not isinstance(code, bool):
            yield name, code


def _is_good(name: str, code: int) -> bool:
    return code in _GOOD_STATUSES or (code == 0 and name in {"code", "Code"})


def _is_bad(name: str, code: int) -> bool:
    """Return whether a code means failure; small numbers do so only in fields that hold codes of errors."""
    return code < 0 or code >= _MIN_BAD_CODE or (name in _ERROR_CODES and not _is_good(name, code) and code != 0)
