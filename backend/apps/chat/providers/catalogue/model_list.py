"""Lists of models (`GET /models`), whose shape differs from service to service."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from apps.chat.providers.catalogue.model_entry import ModelEntry
from apps.chat.providers.errors import NoModelServiceError
from apps.chat.providers.reading.json_objects import MAX_PARTS_PER_BODY
from apps.core.json_parts import has_many_parts

_MAX_MODELS = 1_000
_MAX_DEPTH = 3
_MODEL_ID = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_LISTS = ("data", "models", "result", "results", "items", "list", "model_list", "available_models", "value")
_NAMES = ("id", "model", "name", "model_name", "model_id", "key", "modelId", "slug")


def decode_list(body: bytes, *, is_strict: bool = False) -> dict[str, ModelEntry]:
    """Return the entries of a list by id, in its order; with `is_strict`, only OpenAI's own form counts.

    An entry that is not understood is left out.

    Raises:
        NoModelServiceError: the body is not a list of models.
    """
    if has_many_parts(body, MAX_PARTS_PER_BODY):
        raise NoModelServiceError("the model service sent a list that is too long")
    try:
        decoded = json.loads(body.decode() if is_strict else body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        decoded = None
    is_openais = isinstance(decoded, dict) and decoded.get("object") == "list" and isinstance(decoded.get("data"), list)
    listed = _find_list(decoded) if is_openais or not is_strict else None
    if listed is None:
        raise NoModelServiceError("the model service sent no list of models")
    names = ("id",) if is_strict else _NAMES
    entries = [entry for one in listed[:_MAX_MODELS] if (entry := _read_entry(one, names)) is not None]
    if listed and not entries:
        raise NoModelServiceError("the model service sent a list of something else")
    return {entry.id: entry for entry in entries}


def _find_list(decoded: object, depth: int = _MAX_DEPTH) -> list[object] | None:
    """Return a list that may be wrapped, once or twice, under one of the usual names.

    A list with entries is preferred to an empty one. Some services have an object instead, with the entries under the
    names of the models.
    """
    if isinstance(decoded, list):
        return decoded
    if not isinstance(decoded, dict) or depth == 0:
        return None
    within = [decoded.get(name) for name in _LISTS]
    found = next((found for one in within if (found := _find_list(one, depth - 1) or _list_by_name(one))), None)
    return found or next((one for one in within if isinstance(one, list)), None)


def _list_by_name(decoded: object) -> list[object]:
    if not isinstance(decoded, dict) or decoded.keys() & set(_LISTS):
        return []
    return [{"id": name, **entry} for name, entry in decoded.items() if isinstance(entry, dict)]


def _read_entry(one: object, names: tuple[str, ...]) -> ModelEntry | None:
    if isinstance(one, str) and len(names) > 1:
        one = {"id": one}
    if not isinstance(one, dict):
        return None
    stated = (one.get(name) for name in names)
    found = next((name for name in stated if isinstance(name, str) and name.strip()), None)
    return None if found is None else ModelEntry(found, one)


def is_model_id(text: str) -> bool:
    """Return whether a text can be the id of a model: at most 200 characters, without blanks."""
    return _MODEL_ID.fullmatch(text) is not None


def find_entry(entries: Mapping[str, ModelEntry], name: str) -> ModelEntry | None:
    """Return the entry for `name`, which a service may list under another name; None if there is none.

    Ollama lists `llama3` as `llama3:latest`, Google lists `models/gemini-2.5-pro`, OpenRouter does not list variants
    such as `:online`, and LiteLLM lists patterns such as `openai/*`.
    """
    base = name.rpartition(":")[0]
    for listed in (name, f"{name}:latest", f"models/{name}", base):
        if listed in entries:
            return entries[listed]
    return next((entry for entry in entries.values() if "*" in entry.id and fnmatchcase(name, entry.id)), None)
