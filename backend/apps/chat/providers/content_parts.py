"""The parts of a content that is a list or an object, with the thinking told from the answer."""

from typing import Any

_THINKING_KINDS = ("think", "thought", "reason", "analysis")
_THINKING = (
    *("thinking", "reasoning", "reasoning_content", "thought"),
    *("reasoningContent", "reasoning_text", "reasoningText"),  # Bedrock
)
_TEXT = ("text", "summary", "content", "refusal", "value")


def split_content(content: object) -> tuple[str, str]:
    """Return the text of a content and the thinking in it (Mistral, Gemini, and services that follow Anthropic)."""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in list_of(content):
        if not isinstance(part, dict):
            texts.append(text_of(part))
        elif is_thought(part):
            thoughts.append(text_of(part))
        else:
            thoughts.append(_first_text(part, _THINKING))
            texts.append(_first_text(part, _TEXT))
    return "".join(texts), "".join(thoughts)


def is_thought(part: dict[str, Any]) -> bool:
    """Return whether all text of a part is thinking, as its type or a mark says."""
    kind = str(part.get("type", "")).lower()
    return part.get("thought") is True or any(word in kind for word in _THINKING_KINDS)


def text_of(value: object) -> str:
    """Return the text of a string, a number, an object with one of the usual names, or a list of such."""
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return "".join(map(text_of, value))
        case dict():
            return _first_text(value, _TEXT) or _first_text(value, _THINKING)
    return ""


def _first_text(part: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := text_of(part.get(name)))), "")


def list_of(value: object) -> list[Any]:
    """Return a list as it is, nothing as an empty list, and anything else as a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
