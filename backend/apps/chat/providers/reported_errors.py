"""Errors that a service reports in the JSON of an answer, in the forms that OpenAI and others use."""

from collections.abc import Mapping
from typing import Any

_GOOD_CODES = {"", "0", "200", "ok", "success"}


def find_error(answer: Mapping[str, Any]) -> object:
    """Return the error in an object without an answer, as FastAPI, Cloudflare, Baidu, Alibaba and others report it."""
    stated = next((found for name in ("errors", "detail", "error_msg", "fault") if (found := answer.get(name))), None)
    if stated is not None or answer.get("success") is False:
        return stated or True
    message, code = answer.get("message"), answer.get("code", answer.get("error_code", ""))
    return message if isinstance(message, str) and str(code or "").lower() not in _GOOD_CODES else None


def says_something(error: object) -> bool:
    """Return whether an error is one: some gateways send one whose fields are all empty with each chunk."""
    return any(map(bool, error.values())) if isinstance(error, dict) else bool(error)


def reports_error(answer: Mapping[str, Any]) -> bool:
    """Return whether a decoded chunk or completion reports an error, in one of the forms that are known."""
    if says_something(answer.get("error")) or answer.get("object") == "error" or answer.get("type") == "error":
        return True
    choices = answer.get("choices")
    if choices is None:
        return not isinstance(answer.get("done"), bool) and says_something(find_error(answer))
    return isinstance(choices, list) and any(
        isinstance(choice, dict) and says_something(choice.get("error")) for choice in choices
    )
