"""Reads lists of models (`GET /models`), whose entries differ from service to service."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from apps.chat.providers.base import NoModelServiceError

_MAX_MODELS = 1_000
_MODEL_ID = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_SMALLEST_LIMIT = 512


class ModelEntry(msgspec.Struct):
    """One entry; services use different names for the same things."""

    id: str
    context_length: object = None
    max_context_length: object = None
    context_window: object = None
    max_model_len: object = None
    meta: object = None
    max_completion_tokens: object = None
    max_output_tokens: object = None
    top_provider: object = None
    owned_by: object = None
    architecture: object = None
    capabilities: object = None
    input_modalities: object = None
    type: object = None
    active: object = None
    shutdown_date: object = None
    expiration_date: object = None
    deprecation: object = None
    successor: object = None
    replacement: object = None
    replacement_model: object = None
    deprecation_replacement_model: object = None

    @property
    def end(self) -> date | None:
        """The day on which the service ends the model."""
        stated = (self.shutdown_date, self.expiration_date, self.deprecation)
        return next((day for day in map(_read_day, stated) if day is not None), None)

    @property
    def successors(self) -> list[str]:
        """The models that the service names in place of this one."""
        stated = (self.successor, self.replacement, self.replacement_model, self.deprecation_replacement_model)
        return [name for name in stated if isinstance(name, str)]


class _ListJson(msgspec.Struct):
    data: list[ModelEntry]
    object: Any = None


_lists = msgspec.json.Decoder(_ListJson | list[ModelEntry])


def decode_list(body: bytes, *, is_strict: bool = False) -> dict[str, ModelEntry]:
    """Return the entries of a list by id, in its order; with `is_strict`, only OpenAI's own form counts.

    Raises:
        NoModelServiceError: the body is not a list of models.
    """
    try:
        listed = _lists.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NoModelServiceError("the model service sent no list of models") from None
    if is_strict and (isinstance(listed, list) or listed.object != "list"):
        raise NoModelServiceError("the model service sent no list of models")
    return {entry.id: entry for entry in (listed if isinstance(listed, list) else listed.data)[:_MAX_MODELS]}


def is_model_id(text: str) -> bool:
    """Return whether `text` can be the id of a model."""
    return _MODEL_ID.fullmatch(text) is not None


def find_entry(entries: Mapping[str, ModelEntry], name: str) -> ModelEntry | None:
    """Return the entry that a service means by `name`, or None.

    Ollama lists `llama3` as `llama3:latest`, Google lists `models/gemini-2.5-pro`, OpenRouter does not list variants
    such as `:online`, and LiteLLM lists patterns such as `openai/*`.
    """
    base = name.rpartition(":")[0]
    for listed in (name, f"{name}:latest", f"models/{name}", base):
        if listed in entries:
            return entries[listed]
    return next((entry for entry in entries.values() if "*" in entry.id and fnmatchcase(name, entry.id)), None)


def stated_window(entry: ModelEntry) -> int | None:
    """Return the context window that the service states, in tokens."""
    meta = entry.meta.get("n_ctx") if isinstance(entry.meta, dict) else None
    return _first_limit(meta, entry.max_model_len, entry.context_length, entry.context_window, entry.max_context_length)


def stated_output(entry: ModelEntry) -> int | None:
    """Return the longest answer that the service states, in tokens (OpenRouter, Groq, Mistral and others)."""
    top = entry.top_provider.get("max_completion_tokens") if isinstance(entry.top_provider, dict) else None
    return _first_limit(top, entry.max_completion_tokens, entry.max_output_tokens)


def _first_limit(*stated: object) -> int | None:
    for limit in stated:
        if type(limit) is int and limit >= _SMALLEST_LIMIT:
            return limit
    return None


def stated_vision(entry: ModelEntry) -> bool | None:
    """Return whether the service states that the model sees images (OpenRouter, Mistral, LM Studio and others)."""
    architecture = entry.architecture if isinstance(entry.architecture, dict) else {}
    for stated in (entry.input_modalities, architecture.get("input_modalities")):
        if isinstance(stated, list):
            return "image" in stated
    match entry.capabilities:
        case {"vision": bool(stated)}:
            return stated
        case list(stated) if "vision" in stated or "multimodal" in stated:
            return True
    return True if entry.type == "vlm" else None


def _read_day(stated: object) -> date | None:
    """Return the day of a date, a date with time (ISO 8601) or a Unix time."""
    try:
        if isinstance(stated, str):
            return date.fromisoformat(stated[:10])
        if isinstance(stated, int | float) and not isinstance(stated, bool) and stated > 0:
            return datetime.fromtimestamp(stated, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None
