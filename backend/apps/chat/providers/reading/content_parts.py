"""The parts of message content that is a list or an object, with the reasoning separated from the answer."""

from typing import Any

_REASONING_KINDS = ("think", "thought", "reason", "analysis", "commentary")
_KINDS = ("type", "role", "channel", "phase")
"""Fields that say what a part is; gpt-oss has the channels."""

_MARKS = ("thought", "thinking", "reasoning", "is_thinking", "is_reasoning", "is_thought")
_REASONING = (
    "thinking", "reasoning", "reasoning_content", "thought",
    "reasoningContent", "reasoning_text", "reasoningText",  # Bedrock
)  # fmt: skip
_TEXT = ("text", "summary", "content", "refusal", "value")
_NO_TEXT = ("tool", "signature")
"""Words in the types of parts that are not text of the answer: tool calls and their results."""


def split_content(content: object) -> tuple[str, str]:
    """Return the text of a content and the reasoning in it (Mistral, Gemini, and services that follow Anthropic)."""
    texts: list[str] = []
    thoughts: list[str] = []
    if isinstance(content, dict) and isinstance(content.get("parts"), list):
        content = content["parts"]  # Gemini
    for part in read_list(content):
        if isinstance(part, dict) and any(word in str(part.get("type")) for word in _NO_TEXT):
            continue
        if not isinstance(part, dict):
            texts.append(read_text_value(part))
        elif is_reasoning(part):
            thoughts.append(read_text_value(part))
        else:
            thoughts.append(_first_text(part, _REASONING))
            texts.append(_first_text(part, _TEXT))
    return "".join(texts), "".join(thoughts)


def is_reasoning(part: dict[str, Any]) -> bool:
    """Return whether all text of a part or a delta is reasoning, as its type, its role or a flag says."""
    if any(part.get(name) is True for name in _MARKS):
        return True
    kinds = [kind.lower() for name in _KINDS if isinstance(kind := part.get(name), str)]
    return any(word in kind for kind in kinds for word in _REASONING_KINDS)


def read_text_value(value: object) -> str:
    """Return the text of a string, a number, an object with one of the usual names, or a list of these."""
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return "".join(map(read_text_value, value))
        case dict():
            return _first_text(value, _TEXT) or _first_text(value, _REASONING)
    return ""


def _first_text(part: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := read_text_value(part.get(name)))), "")


def read_list(value: object) -> list[Any]:
    """Return a list unchanged, None as an empty list, and any other value as a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
