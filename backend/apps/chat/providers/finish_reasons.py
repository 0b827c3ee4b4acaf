"""Finish reasons: the words with which model services say why an answer ended."""

import re

from apps.chat.events import AnswerStatus

_REASONS_OF_STATUS = {
    # None: a whole completion, or a stream that ended with `[DONE]`. Most of the words are OpenAI's and Anthropic's;
    # the others come from Cohere, Baidu, AI21, Aleph Alpha and LM Studio.
    AnswerStatus.COMPLETE: (
        None, "stop", "eos", "eos_token", "end_turn", "stop_sequence",
        "complete", "normal", "end_of_text", "eos_found", "stop_string_found",
    ),
    # Also the words of watsonx, TGI, Z.ai, Aleph Alpha and LM Studio.
    AnswerStatus.LENGTH: (
        "length", "max_tokens", "max_output_tokens", "max_completion_tokens", "max_new_tokens",
        "model_length", "token_limit", "maximum_tokens",
        "model_context_window_exceeded", "context_window_exceeded", "context_length_exceeded",
        "context_length_reached", "max_predicted_tokens_reached",
    ),
    # Also the words of Google, Anthropic, Z.ai and Bedrock.
    AnswerStatus.FILTERED: (
        "content_filter", "content_filtered", "safety", "recitation", "blocklist", "prohibited_content", "spii",
        "image_safety", "refusal", "sensitive", "guardrail_intervened",
    ),
}  # fmt: skip
_PUNCTUATION = re.compile("[^a-z0-9]+")


def _normalize_reason(reason: str | None) -> str | None:
    """Return a finish reason in lower case, without punctuation or the prefix of Google's enumeration."""
    return None if reason is None else _PUNCTUATION.sub("", reason.lower()).removeprefix("finishreason")


_STATUS_OF_REASON = {
    _normalize_reason(reason): status for status, reasons in _REASONS_OF_STATUS.items() for reason in reasons
}


def status_of_finish_reason(reason: str | None) -> AnswerStatus:
    """Return the status for a model's finish reason; an unknown reason is not a complete end."""
    return _STATUS_OF_REASON.get(_normalize_reason(reason), AnswerStatus.INTERRUPTED)


def asks_for_tool(reason: str | None) -> bool:
    """Return whether a model ended in order to have a tool called, although it was offered none."""
    return _normalize_reason(reason) in {"toolcalls", "toolcall", "functioncall", "tooluse"}


def choose_finish_reason(first: str | None, second: str | None) -> str | None:
    """Return which of two finish reasons of one answer counts: the first, unless the second is an error.

    A call of a tool is not an end: a reason that follows it counts.
    """
    if first is None or asks_for_tool(first):
        return second or first
    is_error = status_of_finish_reason(second) is AnswerStatus.INTERRUPTED and not asks_for_tool(second)
    return second if is_error else first
